package io.sirocco.engine;

import io.sirocco.engine.constraint.Constraint;
import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * How one row is answered. Order and definitions are vLLM's: {@link Sampler} says how they work together.
 *
 * @param maxTokens most tokens to generate, at least 1
 * @param minTokens tokens to generate before EOS, a stop token or a stop text may end the answer
 * @param temperature 0 is greedy (ties: lowest id)
 * @param topP nucleus mass in (0, 1]; 1 is off
 * @param topK most likely tokens kept; 0 is off
 * @param minP least probability of a token, as a share of the most likely one's; 0 is off
 * @param repetitionPenalty divides positive logits, and multiplies negative ones, of tokens in prompt or answer; 1 is off
 * @param presencePenalty subtracted from the logits of tokens in the answer; 0 is off
 * @param frequencyPenalty subtracted from a token's logit for each time it is in the answer; 0 is off
 * @param n samples of the row
 * @param seed the row's draws depend on (seed, row id, sample index, step) only
 * @param stop texts that end the answer; cut from it
 * @param stopTokenIds tokens that end the answer; they stay in its ids but not in its text
 * @param includeStop leave the stop text, or the stop token's text, at the end of the answer
 * @param ignoreEos go on past the end-of-sequence token
 * @param logprobs alternatives to report per answer token; 0 the token itself only, -1 none
 * @param promptLogprobs report the log-probability of each prompt token
 * @param constraint what the answer must be, or null
 * @param complete bring a constrained answer to its end within maxTokens instead of cutting it
 */
public record SamplingParams(
        int maxTokens,
        int minTokens,
        double temperature,
        double topP,
        int topK,
        double minP,
        double repetitionPenalty,
        double presencePenalty,
        double frequencyPenalty,
        int n,
        long seed,
        List<String> stop,
        List<Integer> stopTokenIds,
        boolean includeStop,
        boolean ignoreEos,
        int logprobs,
        boolean promptLogprobs,
        Constraint constraint,
        boolean complete)
        implements Serializable {

    /** Greedy, up to 256 tokens, everything else off. */
    public static final SamplingParams DEFAULT = new SamplingParams(
            256, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, List.of(), List.of(), false, false, -1, false, null, false);

    /** Most alternatives that can be asked for per token. */
    public static final int MAX_LOGPROBS = 100;

    /** Most samples of a row. */
    public static final int MAX_N = 1024;

    /** @throws InvalidParamsException naming the option, its value and what was expected */
    public SamplingParams {
        stop = List.copyOf(stop);
        stopTokenIds = List.copyOf(stopTokenIds);
        require(maxTokens >= 1, "max-tokens", maxTokens, "at least 1");
        require(minTokens >= 0 && minTokens <= maxTokens, "min-tokens", minTokens, "0 to max-tokens, " + maxTokens);
        require(temperature >= 0 && temperature <= 100, "temperature", temperature, "0 (greedy) to 100");
        require(topP > 0 && topP <= 1, "top-p", topP, "more than 0, at most 1 (off)");
        require(topK >= 0, "top-k", topK, "0 (off) or more");
        require(minP >= 0 && minP <= 1, "min-p", minP, "0 (off) to 1");
        require(
                repetitionPenalty > 0 && repetitionPenalty <= 100,
                "repetition-penalty",
                repetitionPenalty,
                "more than 0, at most 100; 1 is off");
        require(Math.abs(presencePenalty) <= 2, "presence-penalty", presencePenalty, "-2 to 2; 0 is off");
        require(Math.abs(frequencyPenalty) <= 2, "frequency-penalty", frequencyPenalty, "-2 to 2; 0 is off");
        require(n >= 1 && n <= MAX_N, "n", n, "1 to " + MAX_N);
        require(stop.stream().noneMatch(String::isEmpty), "stop", "\"\"", "texts of at least one character");
        for (int id : stopTokenIds) {
            require(id >= 0, "stop-token-ids", id, "token ids");
        }
        require(logprobs >= -1 && logprobs <= MAX_LOGPROBS, "logprobs", logprobs, "0 to " + MAX_LOGPROBS);
        if (constraint != null && (!stop.isEmpty() || !stopTokenIds.isEmpty() || ignoreEos)) {
            throw new InvalidParamsException("choices, regex and json-schema say where the answer ends; "
                    + "leave stop, stop-token-ids and ignore-eos out");
        }
    }

    private static void require(boolean holds, String option, Object value, String expected) {
        if (!holds) {
            throw new InvalidParamsException(option + " is " + value + "; expected " + expected);
        }
    }

    /** Whether a penalty changes the logits. */
    boolean penalises() {
        return repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0;
    }

    /** A builder that begins with {@link #DEFAULT}. */
    public static Builder builder() {
        return DEFAULT.toBuilder();
    }

    /** A builder that begins with these. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Sets parameters one by one; {@link #build} checks them together. Not safe for many threads. */
    public static final class Builder {
        private int maxTokens;
        private int minTokens;
        private double temperature;
        private double topP;
        private int topK;
        private double minP;
        private double repetitionPenalty;
        private double presencePenalty;
        private double frequencyPenalty;
        private int n;
        private long seed;
        private List<String> stop;
        private List<Integer> stopTokenIds;
        private boolean includeStop;
        private boolean ignoreEos;
        private int logprobs;
        private boolean promptLogprobs;
        private Constraint constraint;
        private boolean complete;
        private List<String> choices;
        private String regex;
        private String jsonSchema;
        private int schemaDepth = Constraint.JsonSchema.DEFAULT_DEPTH;

        private Builder(SamplingParams from) {
            maxTokens = from.maxTokens;
            minTokens = from.minTokens;
            temperature = from.temperature;
            topP = from.topP;
            topK = from.topK;
            minP = from.minP;
            repetitionPenalty = from.repetitionPenalty;
            presencePenalty = from.presencePenalty;
            frequencyPenalty = from.frequencyPenalty;
            n = from.n;
            seed = from.seed;
            stop = from.stop;
            stopTokenIds = from.stopTokenIds;
            includeStop = from.includeStop;
            ignoreEos = from.ignoreEos;
            logprobs = from.logprobs;
            promptLogprobs = from.promptLogprobs;
            constraint = from.constraint;
            if (constraint instanceof Constraint.JsonSchema schema) {
                schemaDepth = schema.depth();
            }
            complete = from.complete;
        }

        public Builder maxTokens(int value) {
            maxTokens = value;
            return this;
        }

        public Builder minTokens(int value) {
            minTokens = value;
            return this;
        }

        public Builder temperature(double value) {
            temperature = value;
            return this;
        }

        public Builder topP(double value) {
            topP = value;
            return this;
        }

        public Builder topK(int value) {
            topK = value;
            return this;
        }

        public Builder minP(double value) {
            minP = value;
            return this;
        }

        public Builder repetitionPenalty(double value) {
            repetitionPenalty = value;
            return this;
        }

        public Builder presencePenalty(double value) {
            presencePenalty = value;
            return this;
        }

        public Builder frequencyPenalty(double value) {
            frequencyPenalty = value;
            return this;
        }

        public Builder n(int value) {
            n = value;
            return this;
        }

        public Builder seed(long value) {
            seed = value;
            return this;
        }

        public Builder stop(List<String> value) {
            stop = value;
            return this;
        }

        public Builder stopTokenIds(List<Integer> value) {
            stopTokenIds = value;
            return this;
        }

        public Builder includeStop(boolean value) {
            includeStop = value;
            return this;
        }

        public Builder ignoreEos(boolean value) {
            ignoreEos = value;
            return this;
        }

        public Builder logprobs(int value) {
            logprobs = value;
            return this;
        }

        public Builder promptLogprobs(boolean value) {
            promptLogprobs = value;
            return this;
        }

        /** Null for none. */
        public Builder constraint(Constraint value) {
            constraint = value;
            return this;
        }

        /** A constraint in place of any that was there; no texts are no constraint. */
        public Builder choices(List<String> value) {
            choices = value;
            return this;
        }

        /** A constraint in place of any that was there. */
        public Builder regex(String value) {
            regex = value;
            return this;
        }

        /** A constraint in place of any that was there. */
        public Builder jsonSchema(String value) {
            jsonSchema = value;
            return this;
        }

        /** How often a schema that refers to itself may be inside of itself. */
        public Builder schemaDepth(int value) {
            schemaDepth = value;
            return this;
        }

        public Builder complete(boolean value) {
            complete = value;
            return this;
        }

        private Constraint chosenConstraint() {
            if (Stream.of(choices, regex, jsonSchema).filter(Objects::nonNull).count() > 1) {
                throw new InvalidParamsException("choices, regex and json-schema: expected at most one of them");
            }
            if (choices != null) {
                return choices.isEmpty() ? null : new Constraint.Choices(choices);
            }
            if (regex != null) {
                return new Constraint.Regex(regex);
            }
            int most = Constraint.JsonSchema.MAX_DEPTH;
            require(schemaDepth >= 1 && schemaDepth <= most, "schema-depth", schemaDepth, "1 to " + most);
            return jsonSchema == null ? constraint : new Constraint.JsonSchema(jsonSchema, schemaDepth);
        }

        /**
         * The parameters as set.
         *
         * @throws InvalidParamsException naming the option, its value and what was expected
         */
        public SamplingParams build() {
            return new SamplingParams(
                    maxTokens,
                    minTokens,
                    temperature,
                    topP,
                    topK,
                    minP,
                    repetitionPenalty,
                    presencePenalty,
                    frequencyPenalty,
                    n,
                    seed,
                    stop,
                    stopTokenIds,
                    includeStop,
                    ignoreEos,
                    logprobs,
                    promptLogprobs,
                    chosenConstraint(),
                    complete);
        }
    }
}
