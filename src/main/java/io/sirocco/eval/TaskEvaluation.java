package io.sirocco.eval;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A run of tasks. */
final class TaskEvaluation implements Evaluation {

    private final EvalOptions options;
    private final EvalModel model;
    private final List<TaskNode> tree;
    private final List<Part> parts;
    private final Questions questions;

    /** A task and its requests. */
    private record Part(Task task, Requests requests) {
        AnsweredTask answered() {
            return new AnsweredTask(task, requests.answered());
        }
    }

    private TaskEvaluation(EvalOptions options, EvalModel model, List<TaskNode> tree, List<Part> parts) {
        this.options = options;
        this.model = model;
        this.tree = tree;
        this.parts = parts;
        questions = new Questions(parts.stream().map(Part::requests).toList());
    }

    static TaskEvaluation prepare(EvalOptions options, EvalModel model) {
        List<TaskNode> tree = tree(options);
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
        return new TaskEvaluation(options, model, tree, parts);
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

    @Override
    public void ask(Consumer<Work> somebody) {
        questions.ask(somebody);
    }

    @Override
    public void answer(String id, Finding finding) {
        questions.answer(id, finding);
    }

    @Override
    public EvalResults outcome(double seconds) {
        return new ResultBuilder(options, model, tree)
                .build(parts.stream().map(Part::answered).toList(), seconds);
    }
}
