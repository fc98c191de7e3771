package io.sirocco.eval;

import io.sirocco.engine.Prompt;
import io.sirocco.eval.TaskRequests.Asked;
import java.util.ArrayList;
import java.util.Comparator;
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
    private final List<TaskRequests> tasks;
    private final List<Asked> asked;

    private Evaluation(EvalOptions options, EvalModel model, List<TaskNode> tree, List<TaskRequests> tasks) {
        this.options = options;
        this.model = model;
        this.tree = tree;
        this.tasks = tasks;
        asked = tasks.stream()
                .flatMap(task -> task.asked().stream())
                .sorted(Comparator.comparing(each -> context(each.work()), Evaluation::compare))
                .toList();
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
        List<TaskRequests> tasks = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (TaskConfig config : tree.stream().flatMap(TaskGroup::tasks).toList()) {
            if (names.add(config.name())) {
                Task task = new Task(config);
                int limit = options.limit(task.docs().size());
                tasks.add(new TaskRequests(task, task.instances(prompting, limit), encoder));
            }
        }
        return new Evaluation(options, model, tree, tasks);
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

    private static List<Integer> context(Work work) {
        Prompt prompt = switch (work) {
            case Work.Score score -> score.request().context();
            case Work.Generate generate -> generate.request().prompt();
        };
        return prompt instanceof Prompt.Ids(List<Integer> ids) ? ids : List.of();
    }

    private static int compare(List<Integer> a, List<Integer> b) {
        for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
            int order = Integer.compare(a.get(i), b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.size(), b.size());
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
        for (int i = 0; i < asked.size(); i++) {
            asked.get(i).use().accept(findings.get(i));
        }
        return new ResultBuilder(options, model, tree)
                .build(tasks.stream().map(TaskRequests::answered).toList(), seconds);
    }
}
