package io.sirocco.eval;

import io.sirocco.eval.AnsweredTask.Answered;
import io.sirocco.eval.Instance.Arguments;
import io.sirocco.eval.Instance.Generate;
import io.sirocco.eval.Instance.Loglikelihood;
import io.sirocco.eval.Instance.Rolling;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Requests of files of samples that the harness wrote, asked again: neither their tasks nor their data are needed. What is then said of
 * responses is how far they are from those in the files.
 */
final class ImportedSamples implements Evaluation {

    private final List<SampleFile> files;
    private final Questions questions;

    /** One file: its samples, and their requests. */
    private record SampleFile(String name, List<Map<String, Object>> samples, Requests requests) {}

    private ImportedSamples(List<SampleFile> files) {
        this.files = files;
        questions = new Questions(files.stream().map(SampleFile::requests).toList());
    }

    /**
     * Reads samples; of several filters' the first.
     *
     * @throws EvalException naming the file and the document, if one is no sample
     */
    static ImportedSamples read(List<Path> files, EvalModel model) {
        RequestEncoder encoder = new RequestEncoder(model);
        return new ImportedSamples(
                files.stream().map(file -> read(file, encoder)).toList());
    }

    private static SampleFile read(Path file, RequestEncoder encoder) {
        List<Map<String, Object>> samples = new ArrayList<>();
        List<Instance> instances = new ArrayList<>();
        int repeats = 1;
        for (Map<String, Object> sample : JsonDocs.read(file, Optional.empty())) {
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
        return new SampleFile(
                file.getFileName().toString(), samples, new Requests(task(file), repeats, instances, encoder));
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

    @Override
    public void ask(Consumer<Work> somebody) {
        questions.ask(somebody);
    }

    @Override
    public void answer(String id, Finding finding) {
        questions.answer(id, finding);
    }

    @Override
    public Again outcome(double seconds) {
        return new Again(files.stream().map(ImportedSamples::answered).toList());
    }

    private static Answers answered(SampleFile file) {
        List<List<Answered>> answered = file.requests().answered();
        List<Map<String, Object>> again = new ArrayList<>();
        double farthest = 0;
        int others = 0;
        for (int doc = 0; doc < file.samples().size(); doc++) {
            Map<String, Object> before = file.samples().get(doc);
            Object responses = answered.get(doc).stream()
                    .map(each -> TaskScores.shown(each.responses()))
                    .toList();
            Map<String, Object> sample = new LinkedHashMap<>();
            for (String key : List.of("doc_id", "doc", "target", "arguments")) {
                sample.put(key, before.get(key));
            }
            sample.put("resps", responses);
            again.add(sample);
            List<String> own = leaves(responses);
            List<String> theirs = leaves(before.get("resps"));
            for (int i = 0; i < Math.min(own.size(), theirs.size()); i++) {
                if (isNumber(own.get(i)) && isNumber(theirs.get(i))) {
                    farthest = Math.max(
                            farthest, Math.abs(Double.parseDouble(own.get(i)) - Double.parseDouble(theirs.get(i))));
                } else {
                    others += own.get(i).equals(theirs.get(i)) ? 0 : 1;
                }
            }
        }
        return new Answers(file.name(), again, farthest, others);
    }

    /**
     * New responses to the requests of a file.
     *
     * @param samples as in a file of samples, without scores
     * @param farthest greatest difference of two log-likelihoods
     * @param others texts, or truths about greedy decoding, that differ
     */
    record Answers(String name, List<Map<String, Object>> samples, double farthest, int others) {
        String text() {
            return String.format(
                    Locale.ROOT,
                    "%s: %d documents, log-likelihoods within %.1e, %d other differences%n",
                    name,
                    samples.size(),
                    farthest,
                    others);
        }
    }

    /** New responses to all of them; files have the names that they had. */
    record Again(List<Answers> files) implements Outcome {
        @Override
        public String text() {
            return files.stream().map(Answers::text).collect(Collectors.joining());
        }

        @Override
        public void write(ResultFolder folder, LocalDateTime date) {
            files.forEach(file -> ResultFiles.samples(file.samples(), folder, file.name()));
        }
    }

    private static boolean isNumber(String text) {
        return text.matches("-?[0-9]+\\.[0-9]+(e-?[0-9]+)?");
    }

    private static List<String> leaves(Object responses) {
        return responses instanceof List<?> list
                ? list.stream().flatMap(each -> leaves(each).stream()).toList()
                : List.of(String.valueOf(responses));
    }
}
