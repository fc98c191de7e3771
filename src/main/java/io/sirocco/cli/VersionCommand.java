package io.sirocco.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sirocco version}. */
@Command(name = "version", description = "Prints the versions of Sirocco and of Java.")
final class VersionCommand implements Callable<Integer> {

    private static final String BUILD = "/META-INF/maven/io.sirocco/sirocco/pom.properties";

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        Properties build = new Properties();
        try (InputStream in = VersionCommand.class.getResourceAsStream(BUILD)) {
            if (in != null) {
                build.load(in);
            }
        }
        spec.commandLine()
                .getOut()
                .println("sirocco " + build.getProperty("version", "(built without Maven)") + ", Java "
                        + Runtime.version());
        return 0;
    }
}
