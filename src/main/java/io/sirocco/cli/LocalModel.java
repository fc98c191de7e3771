package io.sirocco.cli;

import io.sirocco.weights.ModelSource;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;

/** The model that a command was given, on this machine. */
final class LocalModel {

    private LocalModel() {}

    /** Pulls the model if it is absent, with progress on the command's stderr. */
    static Path resolve(String model, CommandSpec spec) {
        ProgressLine line = new ProgressLine(spec.commandLine().getErr());
        try {
            return ModelSource.fromEnvironment().resolve(model, line.pull());
        } finally {
            line.end();
        }
    }
}
