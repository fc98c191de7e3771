package io.sirocco.eval;

import io.sirocco.eval.Requests.Asked;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A run of tasks: {@link #prepare} makes all requests, somebody's engines answer {@link #work}, and {@link #results} makes metrics of
 * what they found. Requests, metrics and files are those of lm-evaluation-harness 0.4.13 on a causal model of transformers.
 */
public final class Evaluation {

    private final EvalOptions options;
    private final EvalModel model;
    private final List<TaskNode> tree;
    private final List<Part> parts;
    private final List<Asked> asked;

    /** A task and its requests. */
    private record Part(Task task, Requests requests) {
        AnsweredTask answered() {
            return new AnsweredTask(task, requests.answered());
        }
    }

    private Evaluation(EvalOptions options, EvalModel model, List<TaskNode> tree, List<Part> parts) {
        this.options = options;
        this.model = model;
        this.tree = tree;
        this.parts = parts;
        asked = Asked.ordered(parts.stream().flatMap(part -> part.requests().asked().stream()));
    }

    /**
     * Reads tasks and their documents and makes all requests.
     *
     * @throws EvalException naming file, key and value, if a task cannot be evaluated as it is written
     */
    public static Evaluation prepare(EvalOptions options, EvalModel model) {
        List<TaskNode> tree = TaskFiles.read(options.tasks()).stream()
                .map(node -> TaskGroup.map(
                        node,
                        task -> options.shots().isPresent()
                                ? task.withShots(options.shots().getAsInt())
                                : task))
                .toList();
        Prompting prompting = options.prompting(model);
        RequestEncoder encoder = new RequestEncoder(model);
        List<Part> parts = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (TaskConfig config : tree.stream().flatMap(TaskGroup::tasks).toList()) {
            if (names.add(config.name())) {
                Task task = new Task(config);
                int limit = options.limit(task.docs().size());
                List<Instance> instances = task.instances(prompting, limit);
                parts.add(new Part(task, new Requests(config.name(), task.repeats(), instances, encoder)));
            }
        }
        return new Evaluation(options, model, tree, parts);
    }

    /** The tasks and groups asked for. */
    static List<TaskNode> tree(EvalOptions options) {
        return TaskFiles.read(options.tasks()).stream()
                .map(node -> TaskGroup.map(
                        node,
                        task -> options.shots().isPresent()
                                ? task.withShots(options.shots().getAsInt())
                                : task))
                .toList();
    }

    /** All there is to ask, in an order in which neighbours begin alike: what they share is computed once. */
    public List<Work> work() {
        return asked.stream().map(Asked::work).toList();
    }

    /**
     * Metrics and samples.
     *
     * @param findings in the order of {@link #work}
     * @param seconds how long all took
     * @throws EvalException naming task and document, if a request was not answered
     */
    public EvalResults results(List<Finding> findings, double seconds) {
        Asked.use(asked, findings);
        return new ResultBuilder(options, model, tree)
                .build(parts.stream().map(Part::answered).toList(), seconds);
    }
}
