package io.sirocco.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads {@code samples_<task>_<date>.jsonl}, in lm-evaluation-harness's schema. */
final class SampleFile {

    /** Characters of a prompt that are kept: its end, which asks the question. */
    static final int PROMPT = 1600;

    private static final int ANSWER = 800;

    /** Fields of documents by which benchmarks sort their documents. */
    private static final List<String> SUBJECTS =
            List.of("subject", "category", "subcategory", "topic", "domain", "type", "level", "difficulty");

    private final String task;
    private final String outputType;
    private final List<Sample> samples = new ArrayList<>();

    private SampleFile(String task, String outputType) {
        this.task = task;
        this.outputType = outputType;
    }

    /** @param outputType of the task: multiple_choice, generate_until and so on */
    static List<Sample> read(Path file, String task, String outputType) {
        SampleFile reading = new SampleFile(task, outputType);
        Json.lines(file, reading::add);
        return reading.samples;
    }

    private void add(JsonNode line) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        for (JsonNode name : line.path("metrics")) {
            JsonNode value = line.path(name.asText());
            if (value.isNumber() || value.isBoolean()) {
                metrics.put(name.asText(), value.isNumber() ? value.doubleValue() : value.booleanValue() ? 1 : 0);
            }
        }
        JsonNode arguments = line.path("arguments");
        String prompt = arguments.path("gen_args_0").path("arg_0").asText();
        String target = line.path("target").asText();
        JsonNode answer = line.path("filtered_resps").path(0);
        samples.add(new Sample(
                task,
                line.path("filter").asText("none"),
                line.path("doc_id").asLong(),
                line.path("doc_hash").asText(),
                metrics,
                end(prompt, PROMPT),
                prompt.length(),
                subject(line.path("doc")),
                end(target, ANSWER),
                outputType.equals("generate_until")
                        ? end(answer.isArray() ? answer.path(0).asText() : answer.asText(), ANSWER)
                        : "",
                outputType.equals("multiple_choice")
                        ? choices(arguments, line.path("resps"), target, metrics)
                        : Optional.empty()));
    }

    private static Optional<Choices> choices(
            JsonNode arguments, JsonNode responses, String target, Map<String, Double> metrics) {
        List<Double> likelihoods = new ArrayList<>();
        // With acc_mutual_info the choices are asked once more, without the question.
        int asked = metrics.containsKey("acc_mutual_info") ? responses.size() / 2 : responses.size();
        for (int i = 0; i < asked; i++) {
            double likelihood = number(responses.path(i).path(0).path(0));
            if (Double.isNaN(likelihood)) {
                return Optional.empty();
            }
            likelihoods.add(likelihood);
        }
        if (likelihoods.size() < 2) {
            return Optional.empty();
        }
        List<String> texts = new ArrayList<>();
        List<String> contexts = new ArrayList<>();
        for (int i = 0; i < likelihoods.size(); i++) {
            JsonNode argument = arguments.path("gen_args_" + i);
            texts.add(argument.path("arg_1").asText());
            contexts.add(argument.path("arg_0").asText());
        }
        // Tasks such as WinoGrande put the choice into the context and end all alike.
        boolean inContext = texts.stream().distinct().count() == 1
                && contexts.stream().distinct().count() > 1;
        List<String> shown = (inContext ? contexts : texts)
                .stream().map(text -> end(text.strip(), ANSWER)).toList();
        return Optional.of(known(Choices.of(shown, likelihoods, -1), likelihoods, gold(texts, target), metrics));
    }

    private static Choices known(Choices choices, List<Double> likelihoods, int gold, Map<String, Double> metrics) {
        Choices known = Choices.of(choices.texts(), likelihoods, gold);
        // A file in which the target means something else must not be misread: the accuracy says so.
        Double accuracy = metrics.get("acc");
        return accuracy == null || (accuracy == 1) == known.right() ? known : choices;
    }

    /** The target is the number of the right choice, or its text. */
    private static int gold(List<String> texts, String target) {
        for (int i = 0; i < texts.size(); i++) {
            if (target.equals(Integer.toString(i))) {
                return i;
            }
        }
        for (int i = 0; i < texts.size(); i++) {
            if (texts.get(i).strip().equals(target.strip())) {
                return i;
            }
        }
        return -1;
    }

    /** The harness writes log-likelihoods as text. */
    private static double number(JsonNode node) {
        try {
            return node.isNumber() ? node.doubleValue() : Double.parseDouble(node.asText());
        } catch (NumberFormatException _) {
            return Double.NaN;
        }
    }

    private static String subject(JsonNode document) {
        return SUBJECTS.stream()
                .map(name -> document.path(name))
                .filter(value -> value.isTextual() || value.isIntegralNumber())
                .map(JsonNode::asText)
                .filter(text -> !text.isBlank() && text.length() <= 60)
                .findFirst()
                .orElse("");
    }

    private static String end(String text, int most) {
        return text.length() <= most ? text : "… " + text.substring(text.length() - most);
    }
}
