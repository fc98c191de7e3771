package io.sirocco.cli;

import io.sirocco.job.JobFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sirocco run}: a job from a file. */
@Command(name = "run", description = "Runs a job file; conf/sirocco.conf lists all keys.")
final class RunCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "JOB.conf", description = "Job file (HOCON), such as jobs/generate.conf.")
    private Path file;

    @Option(
            names = "-D",
            paramLabel = "KEY=VALUE",
            description = "Sets one key of the job file; may be repeated, and repeated for one key makes a list.")
    private List<String> settings = new ArrayList<>();

    @Override
    public Integer call() {
        Map<String, List<String>> overrides = new LinkedHashMap<>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new ParameterException(spec.commandLine(), "-D " + setting + ": expected key=value");
            }
            overrides
                    .computeIfAbsent(setting.substring(0, equals), _ -> new ArrayList<>())
                    .add(setting.substring(equals + 1));
        }
        return new JobRunner(spec.commandLine()).run(JobFile.read(file, overrides));
    }
}
