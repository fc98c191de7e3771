package io.sirocco.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sirocco pull}: a model into the cache. */
@Command(name = "pull", description = "Pulls a model into the cache and prints its local path.")
final class PullCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "NAME_OR_URI", description = "Name of conf/models.conf, or hf://org/name[@revision].")
    private String model;

    @Override
    public Integer call() {
        Path path = LocalModel.resolve(model, spec);
        spec.commandLine().getOut().println(path.toAbsolutePath());
        return 0;
    }
}
