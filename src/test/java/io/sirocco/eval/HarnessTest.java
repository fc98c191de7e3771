package io.sirocco.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sirocco.eval.AnsweredTask.Answered;
import io.sirocco.job.TinyModel;
import io.sirocco.text.jinja.Python;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What lm-evaluation-harness 0.4.13 makes of small tasks of every kind, asked of a model that answers by a hash of the prompt: each
 * request, each score, each aggregate and the printed table. Here its responses are taken as the model's.
 */
class HarnessTest {

    private static final Path FOLDER = Path.of("src", "test", "resources", "eval");
    private static final JsonMapper JSON = new JsonMapper();
    private static final int BOOTSTRAP = 2000;

    private static EvalModel model;

    @BeforeAll
    static void open() {
        model = EvalModel.open(TinyModel.path(), OptionalInt.empty());
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private static EvalOptions options(String... tasks) {
        return EvalOptions.of(Stream.of(tasks)
                .map(name -> FOLDER.resolve("tasks").resolve(name + ".yaml"))
                .toList());
    }

    @Test
    void tasksOfEveryKindAreAskedAndScoredAsByTheHarness() throws IOException {
        check(
                "plain",
                options(
                        "mc_random",
                        "mc_many",
                        "yes_no",
                        "blank",
                        "last_word",
                        "cot",
                        "trivia",
                        "pages",
                        "csv",
                        "parquet",
                        "hub"));
    }

    @Test
    void keysMeanWhatTheyMeanToTheHarness() throws IOException {
        check(
                "keys",
                options(
                        "mc_kwargs",
                        "mc_unnorm",
                        "mc_listtarget",
                        "mc_dict",
                        "mc_samples",
                        "mc_brier",
                        "chain2",
                        "valid_only",
                        "field",
                        "gz",
                        "tsv",
                        "dup",
                        "ll_acc"));
    }

    @Test
    void answersAreFilteredAndScoredAsByTheHarness() throws IOException {
        check(
                "filters",
                options(
                        "gen_list",
                        "gen_firstk",
                        "gen_map",
                        "gen_vote",
                        "gen_match",
                        "gen_f1",
                        "gen_choice",
                        "gen_bypass",
                        "gen_match_bypass",
                        "tr_list2",
                        "tr_mcr"));
    }

    @Test
    void functionsOfKnownSuitesAreBuiltIn() throws IOException {
        check(
                "functions",
                options(
                        "hellaswag/fn_hellaswag",
                        "winogrande/fn_winogrande",
                        "hendrycks_math/fn_math",
                        "agieval/fn_agimath",
                        "agieval/fn_agimc",
                        "truthfulqa/fn_mc2"));
    }

    @Test
    void groupsAreAggregatedAsByTheHarness() throws IOException {
        check("group", options("group"));
    }

    @Test
    void chatsAreTurnsOrOneQuestion() throws IOException {
        EvalOptions plain = options("mc_random", "blank", "cot", "trivia", "yes_no");
        check(
                "chat",
                new EvalOptions(
                        plain.tasks(),
                        OptionalInt.empty(),
                        OptionalDouble.empty(),
                        true,
                        Optional.empty(),
                        Optional.of("Be brief."),
                        BOOTSTRAP));
        check(
                "chat_single_turn",
                new EvalOptions(
                        options("mc_random", "blank", "cot", "trivia").tasks(),
                        OptionalInt.empty(),
                        OptionalDouble.of(0.5),
                        true,
                        Optional.of(false),
                        Optional.empty(),
                        BOOTSTRAP));
    }

    @Test
    void shotsAndLimitCanBeGiven() throws IOException {
        check(
                "shots",
                new EvalOptions(
                        options("mc_random", "last_word", "parquet", "yes_no").tasks(),
                        OptionalInt.of(1),
                        OptionalDouble.of(3),
                        false,
                        Optional.empty(),
                        Optional.of("Be brief."),
                        BOOTSTRAP));
    }

    private static void check(String name, EvalOptions given) throws IOException {
        JsonNode expected =
                JSON.readTree(FOLDER.resolve("expected").resolve(name + ".json").toFile());
        EvalOptions options = new EvalOptions(
                given.tasks(),
                given.shots(),
                given.limit(),
                given.chat(),
                given.multiturn(),
                given.systemInstruction(),
                BOOTSTRAP);
        List<TaskNode> tree = TaskEvaluation.tree(options);
        List<AnsweredTask> answered = new ArrayList<>();
        for (TaskConfig config : tree.stream().flatMap(TaskGroup::tasks).toList()) {
            answered.add(answered(config, options, expected.get("samples").get(config.name())));
        }
        EvalResults results = new ResultBuilder(options, model, tree).build(answered, 1);
        JsonNode own = JSON.readTree(Python.json(results.results()));
        for (String task : expected.get("samples")
                .propertyStream()
                .map(java.util.Map.Entry::getKey)
                .toList()) {
            JsonNode samples = expected.get("samples").get(task);
            assertEquals(samples.size(), results.samples().get(task).size(), task);
            for (int i = 0; i < samples.size(); i++) {
                equal(
                        samples.get(i),
                        JSON.readTree(Python.json(results.samples().get(task).get(i))),
                        task + " " + i);
            }
        }
        for (String part :
                List.of("results", "groups", "group_subtasks", "versions", "n-shot", "higher_is_better", "n-samples")) {
            if (expected.has(part)) {
                equal(expected.get(part), own.get(part), part);
            }
        }
        assertEquals(expected.get("table").asText(), results.text());
        expected.get("configs")
                .properties()
                .forEach(task -> task.getValue().properties().forEach(entry -> {
                    if (!entry.getKey().equals("metadata")) {
                        equal(
                                entry.getValue(),
                                own.get("configs").get(task.getKey()).get(entry.getKey()),
                                task.getKey() + " " + entry.getKey());
                    }
                }));
    }

    private static AnsweredTask answered(TaskConfig config, EvalOptions options, JsonNode samples) {
        Task task = new Task(config);
        List<Instance> instances = task.instances(
                options.prompting(model), options.limit(task.docs().size()));
        List<List<Answered>> docs = new ArrayList<>();
        for (Instance instance : instances) {
            if (instance.index() == 0) {
                docs.add(new ArrayList<>());
            }
            List<Object> responses = new ArrayList<>();
            samples.get(instance.doc())
                    .get("resps")
                    .get(instance.index())
                    .forEach(response -> responses.add(response(response, config.outputType())));
            docs.getLast().add(new Answered(instance, responses));
        }
        return new AnsweredTask(task, docs);
    }

    private static Object response(JsonNode response, OutputType type) {
        return switch (type) {
            case LOGLIKELIHOOD, MULTIPLE_CHOICE ->
                new Likelihood(
                        response.get(0).asDouble(), response.get(1).asText().equals("True"));
            case LOGLIKELIHOOD_ROLLING -> response.asDouble();
            case GENERATE_UNTIL -> response.asText();
        };
    }

    /** Equal to the last digit, but for the order of keys and the rounding of numpy's and scikit-learn's own sums. */
    private static void equal(JsonNode expected, JsonNode own, String where) {
        if (expected.isObject()) {
            assertTrue(own != null && own.isObject(), where + " is " + own);
            assertEquals(names(expected), names(own), where);
            expected.properties()
                    .forEach(entry -> equal(entry.getValue(), own.get(entry.getKey()), where + " " + entry.getKey()));
        } else if (expected.isArray()) {
            assertTrue(own != null && own.isArray(), where + " is " + own);
            assertEquals(expected.size(), own.size(), where);
            for (int i = 0; i < expected.size(); i++) {
                equal(expected.get(i), own.get(i), where + " " + i);
            }
        } else if (own != null && own.isArray()) {
            printed(expected.asText(), own, where);
        } else if (expected.isBoolean() && own != null && own.isNumber()) {
            assertEquals(expected.asBoolean() ? 1 : 0, own.asInt(), where);
        } else if (expected.isNumber()) {
            boolean theirSums = where.contains("brier") || where.contains("mcc") || where.contains("f1");
            double tolerance = theirSums ? 1e-12 * Math.abs(expected.asDouble()) : 0;
            assertEquals(expected.asDouble(), own.asDouble(), tolerance, where);
        } else {
            assertEquals(expected, own, where);
        }
    }

    /** The harness writes arrays of numpy as numpy prints them. */
    private static void printed(String expected, JsonNode own, String where) {
        String[] numbers = expected.replaceAll("[\\[\\]\\s]+", " ").strip().split(" ", -1);
        assertEquals(numbers.length, own.size(), where);
        for (int i = 0; i < numbers.length; i++) {
            assertEquals(Double.parseDouble(numbers[i]), own.get(i).asDouble(), 1e-8, where);
        }
    }

    private static List<String> names(JsonNode object) {
        return object.propertyStream()
                .map(java.util.Map.Entry::getKey)
                .sorted(Comparator.naturalOrder())
                .toList();
    }
}
