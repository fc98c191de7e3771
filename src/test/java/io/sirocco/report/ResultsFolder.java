package io.sirocco.report;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes small results of an evaluation, in lm-evaluation-harness's schema. */
final class ResultsFolder {

    private static final JsonMapper JSON = new JsonMapper();

    private final Path folder;
    private final StringBuilder samples = new StringBuilder();
    private int documents;
    private int right;

    ResultsFolder(Path folder) {
        this.folder = folder;
    }

    /** A document with two choices. */
    ResultsFolder document(String prompt, String[] choices, double[] likelihoods, int gold) {
        ObjectNode line = JSON.createObjectNode().put("doc_id", documents++);
        line.putObject("doc").put("subject", documents % 2 == 0 ? "even" : "odd");
        line.put("target", Integer.toString(gold));
        ObjectNode arguments = line.putObject("arguments");
        ArrayNode responses = line.putArray("resps");
        for (int i = 0; i < choices.length; i++) {
            arguments.putObject("gen_args_" + i).put("arg_0", prompt).put("arg_1", choices[i]);
            responses.addArray().addArray().add(Double.toString(likelihoods[i])).add("False");
        }
        boolean hit = likelihoods[gold] > likelihoods[1 - gold];
        right += hit ? 1 : 0;
        line.put("filter", "none").putArray("metrics").add("acc");
        line.put("acc", hit ? 1.0 : 0.0).put("doc_hash", "hash" + documents);
        samples.append(line).append('\n');
        return this;
    }

    Path write(String model) throws IOException {
        Files.createDirectories(folder);
        ObjectNode root = JSON.createObjectNode().put("model_name", model).put("date", 1.7e9);
        root.put("total_evaluation_time_seconds", "2.5");
        root.putObject("results")
                .putObject("quiz")
                .put("alias", "quiz")
                .put("acc,none", (double) right / documents)
                .put("acc_stderr,none", 0.1);
        root.putObject("group_subtasks");
        root.putObject("configs").putObject("quiz").put("output_type", "multiple_choice");
        root.putObject("n-shot").put("quiz", 3);
        root.putObject("n-samples").putObject("quiz").put("original", documents).put("effective", documents);
        Files.writeString(folder.resolve("results_2026-01-01.json"), root.toString());
        Files.writeString(folder.resolve("samples_quiz_2026-01-01.jsonl"), samples);
        return folder;
    }
}
