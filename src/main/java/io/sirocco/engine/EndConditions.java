package io.sirocco.engine;

import io.sirocco.text.Tokenizer;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What ends the answers of a model, beside their own parameters.
 *
 * @param endOfSequence ids of the model's EOS tokens
 * @param tokenizer for stop texts
 */
record EndConditions(Set<Integer> endOfSequence, Optional<Tokenizer> tokenizer) {

    EndConditions {
        endOfSequence = Set.copyOf(endOfSequence);
    }

    /** EOS and the parameters' own stop tokens. */
    int[] endIds(SamplingParams params) {
        return IntStream.concat(
                        endOfSequence.stream().mapToInt(Integer::intValue),
                        params.stopTokenIds().stream().mapToInt(Integer::intValue))
                .distinct()
                .toArray();
    }
}
