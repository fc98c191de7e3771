package io.sirocco.eval;

import io.sirocco.eval.Instance.Arguments;
import io.sirocco.eval.Instance.Generate;
import io.sirocco.eval.Instance.Loglikelihood;
import io.sirocco.eval.Instance.Rolling;
import io.sirocco.text.jinja.Python;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A task with its documents: makes prompts and requests of them. */
final class Task {

    private final TaskConfig config;
    private final List<Map<String, Object>> docs;
    private final ShotSampler sampler;
    private final DocExpression description;
    private final Expressions own;
    private final Expressions shots;
    private final boolean shotsMayBeEvaluated;
    private final Metrics metrics;
    private final List<FilterPipeline> filters;
    private final int repeats;
    private final boolean multipleInput;
    private final boolean multipleTarget;

    /** What is made of a document, be it asked or a shot. */
    private record Expressions(
            DocExpression text,
            DocExpression target,
            DocExpression choice,
            DocExpression prefix,
            String targetDelimiter,
            String fewshotDelimiter,
            boolean choices) {

        static Expressions of(TaskConfig config, Set<String> columns, boolean shot) {
            return new Expressions(
                    of(config, "doc_to_text", columns, shot),
                    of(config, "doc_to_target", columns, shot),
                    of(config, "doc_to_choice", columns, shot),
                    of(config, "gen_prefix", columns, shot),
                    config.delimiter("target_delimiter", shot),
                    config.delimiter("fewshot_delimiter", shot),
                    config.fields().has("doc_to_choice"));
        }

        private static DocExpression of(TaskConfig config, String key, Set<String> columns, boolean shot) {
            String where = config.file() + ": \"" + key + "\"";
            return BuiltIn.expression(config, key, shot)
                    .map(function -> DocExpression.of(where, function))
                    .orElseGet(() -> DocExpression.of(where, config.expression(key, shot), columns));
        }

        Object question(Map<String, Object> doc) {
            return text.question(doc, choices);
        }

        Object answer(Map<String, Object> doc) {
            return target.answer(doc, choices);
        }

        List<String> choices(Map<String, Object> doc) {
            return choice.choices(doc);
        }

        String prefix(Map<String, Object> doc) {
            return prefix.isThere() ? prefix.text(doc) : "";
        }
    }

    /** Reads the task's documents. */
    Task(TaskConfig config) {
        this(config, Dataset.read(config));
    }

    Task(TaskConfig config, Dataset dataset) {
        this.config = config;
        docs = BuiltIn.docs(config, dataset.split(config, config.evaluatedSplit()), false);
        if (docs.isEmpty()) {
            throw new EvalException(config.file() + ": the split " + config.evaluatedSplit() + " has no documents");
        }
        sampler = new ShotSampler(config, shotPool(dataset));
        shotsMayBeEvaluated = config.shotSplit().equals(config.testSplit());
        Set<String> columns = docs.getFirst().keySet();
        description = DocExpression.of(
                config.file() + ": \"description\"", config.fields().text("description", ""), columns);
        own = Expressions.of(config, columns, false);
        shots = Expressions.of(config, columns, true);
        metrics = Metrics.of(config);
        filters = FilterPipeline.of(config);
        repeats = config.repeats();
        if (!own.text.isThere() || !own.target.isThere()) {
            throw new EvalException(
                    config.file() + ": \"doc_to_" + (own.text.isThere() ? "target" : "text") + "\" is missing");
        }
        multipleInput = own.choices && own.question(docs.getFirst()) instanceof Long;
        multipleTarget = own.answer(docs.getFirst()) instanceof List<?>;
    }

    private List<Map<String, Object>> shotPool(Dataset dataset) {
        Optional<String> split = config.shotSplit();
        if (split.isPresent()) {
            return BuiltIn.docs(config, dataset.split(config, split.get()), true);
        }
        return config.givenShots()
                .map(given -> given.stream().map(Fields::values).toList())
                .orElseGet(() -> config.shotCount() == 0
                        ? List.of()
                        : BuiltIn.docs(config, dataset.split(config, config.fallbackShotSplit()), false));
    }

    TaskConfig config() {
        return config;
    }

    List<Map<String, Object>> docs() {
        return docs;
    }

    Metrics metrics() {
        return metrics;
    }

    List<FilterPipeline> filters() {
        return filters;
    }

    /** How often each request is made. */
    int repeats() {
        return repeats;
    }

    /** The answer that is right: a text, the index of a choice, or a list of these. */
    Object target(Map<String, Object> doc) {
        return own.answer(doc);
    }

    /** What is right of the choices: the target, or, if the choices are in the question, which of them it is. */
    Object gold(Map<String, Object> doc) {
        return multipleInput ? own.question(doc) : own.answer(doc);
    }

    List<String> choices(Map<String, Object> doc) {
        return own.choices(doc);
    }

    boolean hasChoices() {
        return own.choices;
    }

    boolean multipleTarget() {
        return multipleTarget;
    }

    /**
     * The requests of the first documents. Random shots depend on what was drawn before, so this is done once for a task.
     *
     * @param limit how many documents
     */
    List<Instance> instances(Prompting prompting, int limit) {
        List<Instance> instances = new ArrayList<>();
        for (int i = 0; i < limit; i++) {
            try {
                List<Arguments> arguments = arguments(docs.get(i), prompting);
                for (int index = 0; index < arguments.size(); index++) {
                    instances.add(new Instance(i, index, arguments.get(index)));
                }
            } catch (EvalException e) {
                throw new EvalException(config.name() + ", document " + i + ": " + e.getMessage(), e);
            }
        }
        return instances;
    }

    private List<Arguments> arguments(Map<String, Object> doc, Prompting prompting) {
        List<Turn> before = before(doc, prompting);
        String prefix = own.prefix(doc);
        return switch (config.outputType()) {
            case LOGLIKELIHOOD_ROLLING -> List.of(new Rolling(text(own.answer(doc), "doc_to_target")));
            case LOGLIKELIHOOD ->
                List.of(new Loglikelihood(
                        context(before, doc, prefix, prompting), text(own.answer(doc), "doc_to_target")));
            case GENERATE_UNTIL ->
                List.of(new Generate(context(before, doc, prefix, prompting), GenerationOptions.given(config)));
            case MULTIPLE_CHOICE -> choices(before, doc, prefix, prompting);
        };
    }

    private List<Arguments> choices(List<Turn> before, Map<String, Object> doc, String prefix, Prompting prompting) {
        List<String> choices = own.choices(doc);
        String delimiter = own.targetDelimiter;
        if (prompting.chat().isPresent()) {
            String given = config.fields().text("gen_prefix", "");
            delimiter = !given.isEmpty() && !Delimiters.endsWithSpace(given) ? delimiter : "";
        }
        List<Arguments> arguments = new ArrayList<>();
        if (multipleInput) {
            String continuation = delimiter + text(own.answer(doc), "doc_to_target");
            for (String choice : choices) {
                List<Turn> turns = new ArrayList<>(before);
                turns.addAll(ask(choice, prefix, ""));
                arguments.add(new Loglikelihood(render(turns, prefix, prompting), continuation));
            }
        } else {
            String context = context(before, doc, prefix, prompting);
            for (String choice : choices) {
                arguments.add(new Loglikelihood(context, delimiter + choice));
            }
        }
        if (metrics.needsUnconditional()) {
            for (String choice : choices) {
                arguments.add(new Loglikelihood("", delimiter + choice));
            }
        }
        return arguments;
    }

    private static String text(Object value, String key) {
        if (!(value instanceof String text)) {
            throw new EvalException("\"" + key + "\" gives " + Python.str(value) + "; expected text");
        }
        return text;
    }

    private String context(List<Turn> before, Map<String, Object> doc, String prefix, Prompting prompting) {
        List<Turn> turns = new ArrayList<>(before);
        turns.addAll(ask(text(own.question(doc), "doc_to_text"), prefix, own.targetDelimiter));
        return render(turns, prefix, prompting);
    }

    private static String render(List<Turn> turns, String prefix, Prompting prompting) {
        return prompting
                .chat()
                .map(chat -> chat.render(turns, !prefix.isEmpty()))
                .orElseGet(() -> Turn.text(turns));
    }

    /** The question, and what its answer begins with. */
    private static List<Turn> ask(String question, String prefix, String targetDelimiter) {
        if (prefix.isEmpty()) {
            return List.of(new Turn(Turn.USER, question, ""));
        }
        String delimiter = Delimiters.meet(question, prefix) ? targetDelimiter : "";
        return List.of(new Turn(Turn.USER, question, delimiter), new Turn(Turn.ASSISTANT, prefix, ""));
    }

    /** What comes before the question: what the system says, and the shots. */
    private List<Turn> before(Map<String, Object> doc, Prompting prompting) {
        List<Turn> turns = new ArrayList<>();
        String system =
                Delimiters.join(prompting.systemInstruction().orElse(""), description.text(doc), own.fewshotDelimiter);
        if (!system.isEmpty()) {
            turns.add(new Turn(Turn.SYSTEM, system, ""));
        }
        for (Map<String, Object> shot : sampler.sample(config.shotCount(), shotsMayBeEvaluated ? doc : null)) {
            turns.addAll(shot(shot));
        }
        return turns;
    }

    private List<Turn> shot(Map<String, Object> doc) {
        Object question = shots.question(doc);
        List<String> choices = shots.choice.isThere() ? shots.choices(doc) : null;
        if (multipleInput && choices != null && question instanceof Long index) {
            question = element(choices, index);
            choices = null;
        }
        String prefix = shots.prefix(doc);
        Object answer = shots.answer(doc);
        if (answer == null || answer.equals("")) {
            return ask(text(question, "doc_to_text"), prefix, shots.targetDelimiter);
        }
        String asked = text(question, "doc_to_text");
        String answered = Delimiters.join(prefix, answerText(answer, choices), " ");
        String delimiter = prefix.isEmpty() || Delimiters.meet(asked, prefix) ? shots.targetDelimiter : "";
        return List.of(
                new Turn(Turn.USER, asked, delimiter), new Turn(Turn.ASSISTANT, answered, shots.fewshotDelimiter));
    }

    private static String answerText(Object answer, List<String> choices) {
        Object index = answer instanceof Boolean truth ? (Object) (truth ? 1L : 0L) : answer;
        if (choices != null && index instanceof Long number) {
            return element(choices, number);
        }
        return text(answer instanceof List<?> list && !list.isEmpty() ? list.getFirst() : answer, "doc_to_target");
    }

    private static String element(List<String> choices, long index) {
        long place = index < 0 ? index + choices.size() : index;
        if (place < 0 || place >= choices.size()) {
            throw new EvalException("the answer is choice " + index + " of " + choices.size());
        }
        return choices.get((int) place);
    }
}
