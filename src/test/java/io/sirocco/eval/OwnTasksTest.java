package io.sirocco.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tasks that come with us. */
class OwnTasksTest {

    private static final Path TASKS = Path.of("jobs", "tasks");

    private static TaskNode read(String name) {
        return TaskFiles.read(List.of(TASKS.resolve(name + ".yaml"))).getFirst();
    }

    private static List<Instance.Arguments> asked(String name, Map<String, Object> doc) {
        TaskConfig config = (TaskConfig) read(name);
        Map<String, List<Map<String, Object>>> splits =
                Stream.of("train", "validation", "test").collect(Collectors.toMap(split -> split, _ -> List.of(doc)));
        TaskConfig alone = config.with("num_fewshot", 0L);
        return new Task(alone, new Dataset(splits))
                .instances(Prompting.PLAIN, 1).stream().map(Instance::arguments).toList();
    }

    @Test
    void allCanBeReadAndGroupsAreWhole() {
        List<TaskNode> roots = TaskFiles.read(List.of(TASKS));
        assertEquals(
                List.of(
                        "agieval_en",
                        "arc_challenge",
                        "arc_easy",
                        "bbh_cot_fewshot",
                        "bbh_zeroshot",
                        "boolq",
                        "categories",
                        "gsm8k",
                        "gsm8k_maj8",
                        "hellaswag",
                        "hendrycks_math",
                        "mmlu",
                        "piqa",
                        "triviaqa",
                        "wikitext_raw",
                        "winogrande"),
                roots.stream().map(TaskNode::name).sorted().toList());
        Map<String, Integer> sizes = new LinkedHashMap<>();
        for (String group : List.of("mmlu", "agieval", "bbh", "bbh_cot", "hendrycks_math")) {
            sizes.put(group, ((TaskGroup) read(group)).tasks().size());
        }
        assertEquals(Map.of("mmlu", 57, "agieval", 9, "bbh", 27, "bbh_cot", 27, "hendrycks_math", 7), sizes);
        roots.stream().flatMap(TaskGroup::tasks).forEach(task -> {
            Metrics.of(task);
            FilterPipeline.of(task);
            task.outputType();
        });
    }

    @Test
    void theToyOfTheJobFileHasItsData() {
        Task task = new Task((TaskConfig) read("categories"));
        assertEquals(24, task.docs().size());
        Instance first = task.instances(Prompting.PLAIN, 1).getFirst();
        String question = "Question: " + task.docs().getFirst().get("prompt") + "\nTopic:";
        assertEquals(true, first.arguments().prompt().endsWith(question), first::toString);
    }

    @Test
    void hellaSwagIsCleaned() {
        List<Instance.Arguments> asked = asked(
                "hellaswag",
                Map.of(
                        "activity_label", "Roof removal",
                        "ctx_a", "A man sits [title] on a roof.",
                        "ctx_b", "he",
                        "endings", List.of("wraps  a [substeps] pair", "it's \"x\" [title] y"),
                        "label", "1"));
        String context = "Roof removal: A man sits.  on a roof. He".replace("  ", " ");
        assertEquals(
                List.of(
                        new Instance.Loglikelihood(context, " wraps a pair"),
                        new Instance.Loglikelihood(context, " it's \"x\". y")),
                asked);
    }

    @Test
    void winoGrandeScoresWhatComesAfterEachName() {
        assertEquals(
                List.of(
                        new Instance.Loglikelihood("Ann told Bea that Ann", " was late."),
                        new Instance.Loglikelihood("Ann told Bea that Bea", " was late.")),
                asked(
                        "winogrande",
                        Map.of(
                                "sentence", "Ann told Bea that _ was late.",
                                "option1", "Ann",
                                "option2", "Bea",
                                "answer", "2")));
    }

    @Test
    void theAnswerOfMathIsWhatIsBoxedHoweverItIsWritten() {
        TaskConfig config = ((TaskGroup) read("hendrycks_math")).tasks().getFirst();
        Map<String, Object> doc = Map.of("problem", "Half?", "solution", "It is $\\boxed{\\frac{1}{2}}$.");
        Task task = new Task(
                config.with("num_fewshot", 1L), new Dataset(Map.of("train", List.of(doc), "test", List.of(doc))));
        Map<String, Object> processed = task.docs().getFirst();
        assertEquals("\\frac{1}{2}", task.target(processed));
        assertEquals(
                "Problem: Half?\nAnswer: \\frac{1}{2}\n\nProblem: Half?\nAnswer:",
                task.instances(Prompting.PLAIN, 1).getFirst().arguments().prompt());
        for (String answer : List.of(" 1/2", "So $x = \\dfrac12$.", "0.5", "$\\left.5\\%$")) {
            assertEquals(Map.of("exact_match", 1L), task.metrics().score(task, processed, List.of(answer)), answer);
        }
        for (String answer : List.of("", "1/3", "one / half", "$\\frac{1}{2}$ of $4$")) {
            assertEquals(Map.of("exact_match", 0L), task.metrics().score(task, processed, List.of(answer)), answer);
        }
    }

    @Test
    void bigBenchsShotsAreDocumentsOfAFile() {
        TaskConfig config = ((TaskGroup) read("bbh_cot")).tasks().getFirst();
        Map<String, Object> shot = Map.of("input", "About.\n\nQ: 1 or 0", "target", "One. So the answer is 1.");
        Map<String, Object> doc = Map.of("input", "0 or 0", "target", "0");
        Task task = new Task(
                config.with("num_fewshot", 1L), new Dataset(Map.of("train", List.of(shot), "test", List.of(doc))));
        String think = "\nA: Let's think step by step.\n";
        assertEquals(
                "About.\n\nQ: 1 or 0" + think + "One. So the answer is 1.\n\nQ: 0 or 0" + think,
                task.instances(Prompting.PLAIN, 1).getFirst().arguments().prompt());
        Object found = task.filters().getFirst().apply(List.of("None. So the answer is 0."), doc);
        assertEquals(Map.of("exact_match", 1.0), task.metrics().score(task, doc, List.of(found)));
    }
}
