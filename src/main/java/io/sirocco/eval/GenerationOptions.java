package io.sirocco.eval;

import io.sirocco.engine.InvalidParamsException;
import io.sirocco.engine.SamplingParams;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A task's generation_kwargs: as the harness completes them, and as the engine takes them. */
final class GenerationOptions {

    private static final int DEFAULT_TOKENS = 256;

    /** transformers' own default when it samples. */
    private static final int DEFAULT_TOP_K = 50;

    /** One thing by four names; the first that is there counts. */
    private static final List<String> MOST_TOKENS =
            List.of("max_gen_toks", "max_new_tokens", "max_tokens", "max_completion_tokens");

    private static final Set<String> KNOWN = Set.of(
            "until",
            "do_sample",
            "temperature",
            "top_p",
            "top_k",
            "min_p",
            "repetition_penalty",
            "max_gen_toks",
            "max_new_tokens",
            "max_tokens",
            "max_completion_tokens");

    private GenerationOptions() {}

    /** As they stand in the files of samples. */
    static Map<String, Object> given(TaskConfig task) {
        Map<String, Object> options = new LinkedHashMap<>();
        List<String> delimiter = List.of(task.delimiter("fewshot_delimiter", false));
        if (task.fields().has("generation_kwargs")) {
            Fields fields = task.fields().map("generation_kwargs");
            fields.allow(KNOWN);
            options.putAll(fields.values());
            if (options.containsKey("temperature")) {
                options.put("temperature", fields.number("temperature", 0));
            }
            options.putIfAbsent("until", delimiter);
        } else {
            options.put("temperature", 0.0);
            options.put("do_sample", false);
            options.put("max_gen_toks", (long) DEFAULT_TOKENS);
            options.put("until", delimiter);
        }
        return options;
    }

    /**
     * As the engine takes them.
     *
     * @param options those of a request
     * @param specialTokens finds the id of a special token, or -1: such a token never is part of an answer's text
     * @param repeats how many answers
     */
    static SamplingParams params(
            Map<String, Object> options, java.util.function.ToIntFunction<String> specialTokens, int repeats) {
        Fields fields = new Fields("generation_kwargs", options);
        fields.allow(KNOWN);
        double temperature = fields.number("temperature", 0);
        boolean samples = fields.flag("do_sample", temperature > 0);
        if (samples && temperature == 0) {
            throw fields.wrong("temperature", "more than 0 with do_sample");
        }
        List<String> stop = new ArrayList<>();
        List<Integer> stopTokens = new ArrayList<>();
        for (String until : fields.texts("until")) {
            int token = specialTokens.applyAsInt(until);
            if (token >= 0) {
                stopTokens.add(token);
            } else {
                stop.add(until);
            }
        }
        try {
            SamplingParams.Builder params = SamplingParams.builder()
                    .maxTokens(maxTokens(fields))
                    .stop(stop)
                    .stopTokenIds(stopTokens)
                    .repetitionPenalty(fields.number("repetition_penalty", 1))
                    .n(repeats)
                    .seed(ShotSampler.SEED);
            if (samples) {
                params.temperature(temperature)
                        .topP(fields.number("top_p", 1))
                        .topK(fields.whole("top_k", DEFAULT_TOP_K))
                        .minP(fields.number("min_p", 0));
            }
            return params.build();
        } catch (InvalidParamsException e) {
            throw new EvalException("generation_kwargs: " + e.getMessage(), e);
        }
    }

    static int maxTokens(Fields options) {
        return MOST_TOKENS.stream()
                .filter(options::has)
                .findFirst()
                .map(name -> options.whole(name, DEFAULT_TOKENS))
                .orElse(DEFAULT_TOKENS);
    }
}
