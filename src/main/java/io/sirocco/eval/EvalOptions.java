package io.sirocco.eval;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What is evaluated and how it is asked.
 *
 * @param tasks files and folders of tasks
 * @param shots in place of each task's own number, unless that is 0
 * @param limit documents of each task, or a share of them if below 1; empty for all
 * @param chat whether prompts are put into the model's chat template
 * @param multiturn whether shots are turns of the chat; empty for yes
 * @param systemInstruction what the system says before all else
 * @param bootstrap resamples for standard errors that have no formula; 0 for no standard errors
 */
public record EvalOptions(
        List<Path> tasks,
        OptionalInt shots,
        OptionalDouble limit,
        boolean chat,
        Optional<Boolean> multiturn,
        Optional<String> systemInstruction,
        int bootstrap) {

    /** The harness's own. */
    public static final int DEFAULT_BOOTSTRAP = 100_000;

    public EvalOptions {
        tasks = List.copyOf(tasks);
    }

    /** Tasks as they are written, all documents, plain text. */
    public static EvalOptions of(List<Path> tasks) {
        return new EvalOptions(
                tasks,
                OptionalInt.empty(),
                OptionalDouble.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                DEFAULT_BOOTSTRAP);
    }

    /** How many of so many documents are evaluated. */
    int limit(int docs) {
        if (limit.isEmpty()) {
            return docs;
        }
        double asked = limit.getAsDouble();
        return (int) Math.min(docs, asked < 1 ? Math.ceil(docs * asked) : asked);
    }

    Prompting prompting(EvalModel model) {
        if (!chat) {
            if (multiturn.orElse(false)) {
                throw new EvalException("fewshot-as-multiturn needs apply-chat-template");
            }
            return new Prompting(Optional.empty(), systemInstruction);
        }
        ChatFormat format = new ChatFormat(
                model.chatTemplate()
                        .orElseThrow(() -> new EvalException(
                                model.name() + " has no chat template; leave apply-chat-template out")),
                multiturn.orElse(true));
        return new Prompting(Optional.of(format), systemInstruction);
    }
}
