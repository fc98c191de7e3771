package io.sirocco.eval;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * A run of tasks, or of samples that were asked before: {@link #prepare} reads them, {@link #ask} makes all requests, somebody's engines
 * answer them in any order, and {@link #outcome} makes of the answers what is asked for. Requests, metrics and files are those of
 * lm-evaluation-harness 0.4.13 on a causal model of transformers.
 */
public sealed interface Evaluation permits TaskEvaluation, ImportedSamples {

    /**
     * Reads tasks and their documents, or files of samples.
     *
     * @throws EvalException naming file, key and value, if something cannot be evaluated as it is written
     */
    static Evaluation prepare(EvalOptions options, EvalModel model) {
        List<Path> tasks = options.tasks();
        return !tasks.isEmpty()
                        && tasks.stream().allMatch(task -> task.toString().endsWith(".jsonl"))
                ? ImportedSamples.read(tasks, model)
                : TaskEvaluation.prepare(options, model);
    }

    /**
     * Gives all there is to ask to somebody, each thing once; what is alike mostly comes one after another. Called once.
     *
     * @throws EvalException naming task and document, if a request cannot be made
     */
    void ask(Consumer<Work> somebody);

    /**
     * Takes the answer to a work.
     *
     * @param id the work's; what nobody asks for is passed over
     * @throws EvalException naming task and document, if it is a failure
     */
    void answer(String id, Finding finding);

    /**
     * What is made of the answers, once all are there.
     *
     * @param seconds how long all took
     */
    Outcome outcome(double seconds);
}
