package io.sirocco.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The answer to a {@link Request}: outputs, or an error in their place.
 *
 * @param outputs one per sample; empty if {@code error} is set
 * @param promptTokens length of the prompt in tokens; 0 if it could not be tokenized
 * @param cachedTokens prompt tokens whose keys and values the prefix cache had; depends on what ran before
 * @param promptLogprobs natural log-probability of each prompt token given those before it, null for the first; null if not asked
 * @param error why there is no answer, or null
 * @param prefillMillis time from joining the batch to the first token
 * @param decodeMillis time from the first token to the last
 */
public record Completion(
        List<Output> outputs,
        int promptTokens,
        int cachedTokens,
        List<Double> promptLogprobs,
        RowError error,
        double prefillMillis,
        double decodeMillis) {

    /** A row that has no answer. */
    public static Completion failed(RowError error, int promptTokens) {
        return new Completion(List.of(), promptTokens, 0, null, error, 0, 0);
    }

    /**
     * One sample.
     *
     * @param text null if the model has no tokenizer
     * @param tokenIds all generated ids, the EOS or stop token that ended the answer included
     * @param stopReason the stop text, or the id of the stop token, that ended it; null for EOS or length
     * @param cumulativeLogprob sum of the log-probabilities of all tokenIds
     * @param logprobs one per token id; null if not asked
     */
    public record Output(
            int index,
            String text,
            List<Integer> tokenIds,
            FinishReason finishReason,
            String stopReason,
            double cumulativeLogprob,
            List<TokenLogprobs> logprobs) {}

    /** Log-probability of a generated token and the most likely alternatives, best first. */
    public record TokenLogprobs(int tokenId, double logprob, List<Alternative> top) {}

    /** One of the most likely tokens at a step. */
    public record Alternative(int tokenId, double logprob) {}

    /** Why an answer ended. */
    public enum FinishReason {
        STOP,
        LENGTH,
        ERROR;

        /** As it stands in the output: {@code stop}. */
        public String key() {
            return Completion.key(this);
        }

        /**
         * The reason of a key.
         *
         * @throws IllegalArgumentException if there is none
         */
        public static FinishReason of(String key) {
            return byKey(FinishReason.class, key);
        }
    }

    /** Why a row has no answer. */
    public record RowError(Code code, String message) {}

    /** Kinds of row errors. */
    public enum Code {
        PROMPT_TOO_LONG,
        EMPTY_PROMPT,
        INVALID_PARAMS,
        INVALID_MESSAGES,
        TEMPLATE_ERROR,
        TOKENIZER_ERROR,
        CONSTRAINT_ERROR,
        NON_FINITE_LOGITS,
        INTERNAL;

        /** As it stands in the output: {@code empty_prompt}. */
        public String key() {
            return Completion.key(this);
        }

        /**
         * The code of a key.
         *
         * @throws IllegalArgumentException if there is none
         */
        public static Code of(String key) {
            return byKey(Code.class, key);
        }
    }

    private static <E extends Enum<E>> E byKey(Class<E> type, String key) {
        for (E constant : type.getEnumConstants()) {
            if (key(constant).equals(key)) {
                return constant;
            }
        }
        throw new IllegalArgumentException("\"" + key + "\" is no " + type.getSimpleName() + "; expected one of "
                + Arrays.stream(type.getEnumConstants()).map(Completion::key).collect(Collectors.joining(", ")));
    }

    private static String key(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
