package io.sirocco.eval;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a task asks for that is not done here is refused by name, before anything is computed. */
class RefusedTasksTest {

    private static final String TASK = """
            task: small
            dataset_path: json
            dataset_kwargs:
              data_files: {test: docs.jsonl}
            test_split: test
            output_type: multiple_choice
            doc_to_text: question
            doc_to_target: 0
            doc_to_choice: [a, b]
            """;

    @TempDir
    private Path folder;

    private EvalException refused(String yaml) throws IOException {
        Files.writeString(folder.resolve("docs.jsonl"), "{\"question\": \"q\"}\n{\"question\": \"r\", \"n\": 1}\n");
        Path file = Files.writeString(folder.resolve("task.yaml"), yaml);
        return assertThrows(
                EvalException.class,
                () -> TaskGroup.tasks(TaskFiles.read(List.of(file)).getFirst())
                        .map(Task::new)
                        .forEach(task -> task.instances(Prompting.PLAIN, 2)),
                yaml);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "process_docs: utils.process_docs | \"process_docs\" is \"utils.process_docs\", which is not supported",
                "doc_to_text: !function utils.process_docs | \"doc_to_text\" is !function utils.process_docs",
                "process_docs: !function utils.process_docs | \"process_docs\" is !function utils.process_docs",
                "doc_to_text: !function utils.text | \"doc_to_text\" is !function utils.text",
                "process_results: !function utils.results | \"process_results\" is !function utils.results",
                "doc_to_image: image | \"doc_to_image\"",
                "unsafe_code: true | \"unsafe_code\" is true",
                "num_shots: 3 | \"num_shots\" is not supported",
                "num_fewshot: many | \"num_fewshot\" is \"many\"; expected a whole number",
                "num_fewshot: 3 | num_fewshot is 3",
                "repeats: 0 | \"repeats\" is 0",
                "output_type: judge | \"output_type\" is \"judge\"; expected one of loglikelihood",
                "fewshot_config: {sampler: balanced} | \"sampler\" is \"balanced\"; expected default or first_n",
                "metric_list: [{metric: bleu}] | \"metric\" is \"bleu\"; expected for output_type multiple_choice one of",
                "metric_list: [{metric: acc, hf_evaluate: true}] | \"hf_evaluate\" is true, which is not supported",
                "metric_list: [{metric: acc, aggregation: f1}] | \"aggregation\" is \"f1\"; expected mean for acc",
                "doc_to_text: '{{missing}}' | 'missing' is undefined",
                "doc_to_text: '{{question' | is not closed",
                "doc_to_choice: '{{question}}' | gives q; expected a list of choices",
                "test_split: nowhere | has no split \"nowhere\"; it has test",
                "dataset_path: org/data | the data set org/data is not on this machine",
                "dataset_kwargs: {data_files: {test: no.jsonl}} | no.jsonl is neither in the working directory nor in",
                "dataset_kwargs: {data_files: {test: docs.jsonl}, revision: x} | \"revision\" is not supported",
            })
    void theKeyAndItsValueAreNamed(String line, String message) throws IOException {
        String key = line.substring(0, line.indexOf(':') + 1);
        String rest = TASK.lines()
                .filter(own -> !own.startsWith(key) && !(key.equals("dataset_kwargs:") && own.startsWith("  ")))
                .reduce("", (a, b) -> a + b + "\n");
        EvalException refused = refused(rest + line + "\n");
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "filter_list: [{name: a, filter: [{function: regex, pattern: x}]}] | \"pattern\" is not supported",
                "filter_list: [{name: a, filter: [{function: think}]}] | \"function\" is \"think\"; expected one of take_first",
                "filter_list: [{name: a, filter: [{function: regex, regex_pattern: '('}]}] | is no regular expression",
            })
    void soAreFilters(String line, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("task.yaml"), TASK + line + "\n");
        TaskConfig config = (TaskConfig) TaskFiles.read(List.of(file)).getFirst();
        EvalException refused = assertThrows(EvalException.class, () -> FilterPipeline.of(config));
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
    }

    @Test
    void filesThatAreNoTasksSaySo() throws IOException {
        assertTrue(refused("a: 1\n").getMessage().contains("neither \"task\" nor \"group\""));
        assertTrue(refused("- a\n").getMessage().contains("holds no keys"));
        assertTrue(refused("task: [\n").getMessage().contains("no YAML"));
        assertTrue(refused("include: task.yaml\ntask: a\n").getMessage().contains("includes itself"));
        assertTrue(refused("group: g\ntask: [nobody]\n").getMessage().contains("the member nobody of g"));
        assertTrue(refused("group: g\ntask: [g]\n").getMessage().contains("is a member of itself"));
        assertTrue(refused("task: !!java.net.URL [\"http://x\"]\n").getMessage().contains("no YAML"));
    }
}
