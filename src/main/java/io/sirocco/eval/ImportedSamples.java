package io.sirocco.eval;

import io.sirocco.eval.AnsweredTask.Answered;
import io.sirocco.eval.Instance.Arguments;
import io.sirocco.eval.Instance.Generate;
import io.sirocco.eval.Instance.Loglikelihood;
import io.sirocco.eval.Instance.Rolling;
import io.sirocco.eval.Requests.Asked;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Requests of a file of samples that the harness wrote, asked again: neither its task nor its data are needed. What is then said of
 * responses is how far they are from those in the file.
 */
public final class ImportedSamples {

    private final List<Map<String, Object>> samples;
    private final Requests requests;
    private final List<Asked> asked;

    private ImportedSamples(List<Map<String, Object>> samples, Requests requests) {
        this.samples = samples;
        this.requests = requests;
        asked = Asked.ordered(requests.asked().stream());
    }

    /**
     * Reads samples; of several filters' the first.
     *
     * @throws EvalException naming the file and the document, if one is no sample
     */
    public static ImportedSamples read(Path file, EvalModel model) {
        List<Map<String, Object>> samples = new ArrayList<>();
        List<Instance> instances = new ArrayList<>();
        int repeats = 1;
        for (Map<String, Object> sample : JsonDocs.read(file)) {
            if (!samples.isEmpty() && !samples.getFirst().get("filter").equals(sample.get("filter"))) {
                continue;
            }
            Fields fields = new Fields(file + ": document " + samples.size(), sample);
            Fields arguments = fields.map("arguments");
            for (int i = 0; i < arguments.values().size(); i++) {
                instances.add(new Instance(samples.size(), i, arguments(arguments.map("gen_args_" + i))));
            }
            if (!(sample.get("resps") instanceof List<?> all && all.getFirst() instanceof List<?> first)) {
                throw fields.wrong("resps", "a list of responses for each request");
            }
            repeats = first.size();
            samples.add(sample);
        }
        return new ImportedSamples(samples, new Requests(task(file), repeats, instances, new RequestEncoder(model)));
    }

    /** The task of samples_TASK_DATE.jsonl: its name decides random draws. */
    private static String task(Path file) {
        String name = file.getFileName().toString();
        int begin = name.indexOf('_') + 1;
        return begin < name.lastIndexOf('_') ? name.substring(begin, name.lastIndexOf('_')) : name;
    }

    private static Arguments arguments(Fields fields) {
        String first = fields.requiredText("arg_0");
        return switch (fields.get("arg_1")) {
            case null -> new Rolling(first);
            case String continuation -> new Loglikelihood(first, continuation);
            case Map<?, ?> _ -> new Generate(first, fields.map("arg_1").values());
            default -> throw fields.wrong("arg_1", "text, or options of a generation");
        };
    }

    /** All there is to ask; see {@link Evaluation#work}. */
    public List<Work> work() {
        return asked.stream().map(Asked::work).toList();
    }

    /**
     * The samples with new responses, and no scores.
     *
     * @param findings in the order of {@link #work}
     */
    public Answers answers(List<Finding> findings) {
        Asked.use(asked, findings);
        List<List<Answered>> answered = requests.answered();
        List<Map<String, Object>> again = new ArrayList<>();
        double farthest = 0;
        int others = 0;
        for (int doc = 0; doc < samples.size(); doc++) {
            Object responses = answered.get(doc).stream()
                    .map(each -> TaskScores.shown(each.responses()))
                    .toList();
            Map<String, Object> sample = new LinkedHashMap<>();
            for (String key : List.of("doc_id", "doc", "target", "arguments")) {
                sample.put(key, samples.get(doc).get(key));
            }
            sample.put("resps", responses);
            again.add(sample);
            List<String> own = leaves(responses);
            List<String> theirs = leaves(samples.get(doc).get("resps"));
            for (int i = 0; i < Math.min(own.size(), theirs.size()); i++) {
                if (isNumber(own.get(i)) && isNumber(theirs.get(i))) {
                    farthest = Math.max(
                            farthest, Math.abs(Double.parseDouble(own.get(i)) - Double.parseDouble(theirs.get(i))));
                } else {
                    others += own.get(i).equals(theirs.get(i)) ? 0 : 1;
                }
            }
        }
        return new Answers(again, farthest, others);
    }

    /**
     * New responses to old requests.
     *
     * @param samples as in a file of samples
     * @param farthest greatest difference of two log-likelihoods
     * @param others texts, or truths about greedy decoding, that differ
     */
    public record Answers(List<Map<String, Object>> samples, double farthest, int others) {}

    private static boolean isNumber(String text) {
        return text.matches("-?[0-9]+\\.[0-9]+(e-?[0-9]+)?");
    }

    private static List<String> leaves(Object responses) {
        return responses instanceof List<?> list
                ? list.stream().flatMap(each -> leaves(each).stream()).toList()
                : List.of(String.valueOf(responses));
    }
}
