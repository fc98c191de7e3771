package io.sirocco.engine;

import io.sirocco.cache.BlockPool;
import io.sirocco.cache.PrefixCache;
import io.sirocco.cache.PrefixPath;
import io.sirocco.cache.RollingCache;
import io.sirocco.engine.Completion.FinishReason;
import io.sirocco.engine.Completion.Output;
import io.sirocco.engine.Completion.TokenLogprobs;
import io.sirocco.text.IncrementalDetokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One sample of a request on its way through the engine: its tokens so far, its cache while it is in flight, its answer as it grows.
 * Owned by the thread that runs the steps.
 */
final class Sequence {

    private final SequenceGroup group;
    private final int index;
    private final EndConditions ends;
    private final SamplingState sampling;
    private final int promptTokens;
    private final int[] ids; // prompt, then answer
    private final List<TokenLogprobs> answer = new ArrayList<>();
    private final StopText stopText; // null unless there are stop texts
    private final IncrementalDetokenizer detokenizer; // likewise
    private RollingCache cache; // null unless in flight
    private PrefixPath path = PrefixPath.NONE;
    private int cachedTokens;
    private int length;
    private FinishReason finishReason;
    private String stopReason;
    private boolean stopTextFound;
    private int spokenTokens; // of the answer, those that are part of its text
    private double cumulativeLogprob;

    Sequence(SequenceGroup group, int index, EndConditions ends) {
        SamplingParams params = group.params();
        int[] prompt = group.prompt();
        this.group = group;
        this.index = index;
        this.ends = ends;
        sampling = new SamplingState(
                params, new CounterRandom(params.seed(), group.id(), index), prompt, ends.endIds(params));
        promptTokens = prompt.length;
        ids = Arrays.copyOf(prompt, prompt.length + params.maxTokens());
        length = prompt.length;
        boolean stops = !params.stop().isEmpty();
        stopText = stops ? new StopText(params.stop(), params.includeStop()) : null;
        detokenizer = stops ? ends.tokenizer().orElseThrow().detokenizer(true) : null;
    }

    SequenceGroup group() {
        return group;
    }

    SamplingParams params() {
        return group.params();
    }

    SamplingState sampling() {
        return sampling;
    }

    RollingCache cache() {
        return cache;
    }

    PrefixPath path() {
        return path;
    }

    int[] ids() {
        return ids;
    }

    /** Tokens of prompt and answer so far. */
    int length() {
        return length;
    }

    int promptTokens() {
        return promptTokens;
    }

    /** Tokens of prompt and answer that are not in the cache yet; at least 1. */
    int pending() {
        return length - cache.length();
    }

    boolean isFinished() {
        return finishReason != null;
    }

    /** Makes an empty cache. */
    void join(BlockPool pool, int[] windows, int chunk, PrefixCache prefixes) {
        cachedTokens = 0;
        // The last token of the answer is never fed.
        cache = new RollingCache(pool, windows, ids.length - 1, chunk);
        path = prefixes == null ? PrefixPath.NONE : prefixes.path(cache, ids, promptTokens);
    }

    /** Gives the cache back: the sequence has ended, or begins anew later. */
    void leave() {
        path.close();
        path = PrefixPath.NONE;
        if (cache != null) {
            cache.close();
            cache = null;
        }
    }

    /**
     * Takes over what others have computed of the prompt.
     *
     * @return false if it is better to wait for another sequence in this step
     */
    boolean follow() {
        int before = cache.length();
        boolean goOn = path.follow(firstWanted());
        cachedTokens += cache.length() - before;
        return goOn;
    }

    /** Tokens that others had computed, since it joined. */
    int cachedTokens() {
        return cachedTokens;
    }

    /** The first position whose logits are still wanted. */
    int firstWanted() {
        return wantsPromptLogprobs() ? group.promptLogprobs() - 1 : length - 1;
    }

    /** The first sample finds them for all. */
    private boolean wantsPromptLogprobs() {
        return index == 0 && params().promptLogprobs() && group.promptLogprobs() < promptTokens;
    }

    /** The next token of the answer; decides whether it ends here. */
    void append(TokenLogprobs token) {
        int id = token.tokenId();
        if (answer.isEmpty()) {
            group.begins(this);
        }
        ids[length++] = id;
        answer.add(token);
        cumulativeLogprob += token.logprob();
        sampling.accept(id);

        boolean early = answer.size() <= params().minTokens();
        boolean endOfSequence =
                !early && !params().ignoreEos() && ends.endOfSequence().contains(id);
        boolean stopToken = !early && !endOfSequence && params().stopTokenIds().contains(id);
        boolean ended = endOfSequence || stopToken;
        boolean full = length == ids.length;
        String stop = stopText == null ? null : findStop(id, ended, full, early);
        stopTextFound = stop != null;
        spokenTokens = endOfSequence || (stopToken && !params().includeStop()) ? answer.size() - 1 : answer.size();
        if (ended || stopTextFound) {
            finishReason = FinishReason.STOP;
            stopReason = stop == null && stopToken ? Integer.toString(id) : stop;
        } else if (full) {
            finishReason = FinishReason.LENGTH;
        }
    }

    /** The stop text that the answer runs into with this token, or in what the detokenizer held back if it is the last. */
    private String findStop(int id, boolean ended, boolean full, boolean early) {
        String piece = ended ? "" : detokenizer.accept(id);
        if (early) {
            stopText.pass(piece);
            return null;
        }
        String stop = stopText.add(piece);
        return stop == null && (ended || full) ? stopText.add(detokenizer.finish()) : stop;
    }

    /** The whole answer. */
    Output output() {
        int[] answerIds = Arrays.copyOfRange(ids, promptTokens, length);
        return new Output(
                index,
                text(answerIds),
                Arrays.stream(answerIds).boxed().toList(),
                finishReason,
                stopReason,
                cumulativeLogprob,
                params().logprobs() < 0 ? null : List.copyOf(answer));
    }

    private String text(int[] answerIds) {
        if (stopTextFound) {
            return stopText.text();
        }
        int[] spoken = Arrays.copyOf(answerIds, spokenTokens);
        return ends.tokenizer().map(t -> t.decode(spoken, true)).orElse(null);
    }
}
