package io.sirocco.job;

import io.sirocco.eval.EvalException;
import io.sirocco.text.TokenizerException;
import io.sirocco.weights.ModelException;

/** What to tell people about a failure deep inside of Spark. */
final class Failures {

    private Failures() {}

    /** The exception in the chain of causes that was written for people, or the deepest one in a line. */
    static RuntimeException forPeople(String what, Throwable failure) {
        Throwable deepest = failure;
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof JobException
                    || t instanceof OptionException
                    || t instanceof ModelException
                    || t instanceof EvalException
                    || t instanceof TokenizerException) {
                return (RuntimeException) t;
            }
            deepest = t;
        }
        return new JobException(what + ": " + line(deepest), failure);
    }

    /** Its message's first line, without Spark's error class and SQL state; its type where it has no message. */
    static String line(Throwable failure) {
        String message = failure.getMessage() == null ? "" : failure.getMessage();
        String line = message.lines()
                .findFirst()
                .orElse("")
                .replaceFirst("^\\[[A-Z0-9_.]+] ", "")
                .replaceFirst(" SQLSTATE: \\w+$", "")
                .strip();
        return line.isEmpty() ? failure.getClass().getSimpleName() : line;
    }
}
