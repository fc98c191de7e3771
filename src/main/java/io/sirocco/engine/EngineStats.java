package io.sirocco.engine;

import io.sirocco.model.Part;
import java.util.Map;

/**
 * What an engine has done so far, at one moment. Times are in nanoseconds, of the thread that runs the steps.
 *
 * @param steps forward passes
 * @param prefillTokens tokens of prompts computed, those of sequences that were put back once more
 * @param cachedTokens tokens of prompts that the prefix cache had
 * @param decodeTokens answer tokens generated
 * @param completed requests answered, those with an error included
 * @param preemptions times a sequence was put back for want of blocks
 * @param queueNanos sum over requests of the time from being submitted to joining the batch
 * @param forwardNanos in forward passes
 * @param forwardParts of these, by part, the mean over the worker threads; what is left of them is waiting for one another
 * @param samplingNanos in picking tokens
 * @param prefillNanos of forward passes and picking tokens, what the tokens of prompts took, as far as it can be told
 * @param schedulingNanos in everything else between the first and the last step of a busy period
 * @param running sequences in flight
 * @param waiting sequences not in flight yet, or put back
 * @param heldBlocks key-value blocks that sequences hold
 * @param idleBlocks blocks of finished sequences that are kept for equal prefixes
 * @param poolBlocks blocks in all
 */
public record EngineStats(
        long steps,
        long prefillTokens,
        long cachedTokens,
        long decodeTokens,
        long completed,
        long preemptions,
        long queueNanos,
        long forwardNanos,
        Map<Part, Long> forwardParts,
        long samplingNanos,
        long prefillNanos,
        long schedulingNanos,
        int running,
        int waiting,
        int heldBlocks,
        int idleBlocks,
        int poolBlocks) {

    public EngineStats {
        forwardParts = Map.copyOf(forwardParts);
    }
}
