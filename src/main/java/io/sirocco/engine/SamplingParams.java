package io.sirocco.engine;

import java.io.Serializable;
import java.util.List;

/**
 * How one row is answered.
 *
 * @param maxTokens most tokens to generate, at least 1
 * @param temperature 0 is greedy (ties: lowest id)
 * @param topP nucleus mass in (0, 1]; 1 is off
 * @param topK most likely tokens kept; 0 is off
 * @param seed the row's draws depend on (seed, row id, sample index, step) only
 * @param stop texts that end the answer; cut from it
 * @param ignoreEos go on past the end-of-sequence token
 * @param logprobs alternatives to report per answer token; 0 the token itself only, -1 none
 * @param promptLogprobs report the log-probability of each prompt token
 */
public record SamplingParams(
        int maxTokens,
        double temperature,
        double topP,
        int topK,
        long seed,
        List<String> stop,
        boolean ignoreEos,
        int logprobs,
        boolean promptLogprobs)
        implements Serializable {

    /** Most alternatives that can be asked for per token. */
    public static final int MAX_LOGPROBS = 100;

    /** @throws InvalidParamsException naming the option, its value and what was expected */
    public SamplingParams {
        stop = List.copyOf(stop);
        require(maxTokens >= 1, "max-tokens", maxTokens, "at least 1");
        require(temperature >= 0 && temperature <= 100, "temperature", temperature, "0 (greedy) to 100");
        require(topP > 0 && topP <= 1, "top-p", topP, "more than 0, at most 1 (off)");
        require(topK >= 0, "top-k", topK, "0 (off) or more");
        require(stop.stream().noneMatch(String::isEmpty), "stop", "\"\"", "texts of at least one character");
        require(logprobs >= -1 && logprobs <= MAX_LOGPROBS, "logprobs", logprobs, "0 to " + MAX_LOGPROBS);
    }

    private static void require(boolean holds, String option, Object value, String expected) {
        if (!holds) {
            throw new InvalidParamsException(option + " is " + value + "; expected " + expected);
        }
    }
}
