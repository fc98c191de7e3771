package io.sirocco.cli;

import io.sirocco.kernel.WeightType;
import io.sirocco.model.ModelPacker;
import io.sirocco.weights.Checkpoint;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sirocco pack}: a model in the layout of the kernels. */
@Command(
        name = "pack",
        description = "Writes a model with its weights as the kernels map them, to be used like the original.")
final class PackCommand implements Callable<Integer> {

    /** What weights can be converted to, spelled as in the table of types. */
    enum Type {
        bf16(WeightType.BF16),
        f16(WeightType.F16),
        q8_0(WeightType.Q8_0),
        q4_0(WeightType.Q4_0);

        private final WeightType type;

        Type(WeightType type) {
            this.type = type;
        }
    }

    @Spec
    private CommandSpec spec;

    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description = "A directory, a .gguf file, hf://org/name[@revision], or a name of conf/models.conf.")
    private String model;

    @Parameters(index = "1", paramLabel = "OUT", description = "The directory to write; it must not exist.")
    private Path out;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description =
                    "Convert all matrices to ${COMPLETION-CANDIDATES}. Default: each keeps its type, and all answers their bits.")
    private Optional<Type> type = Optional.empty();

    @Override
    public Integer call() {
        Path path = LocalModel.resolve(model, spec);
        long begin = System.nanoTime();
        try (Checkpoint checkpoint = Checkpoint.open(path)) {
            ModelPacker.pack(checkpoint, out, type.map(to -> to.type));
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        try (Checkpoint packed = Checkpoint.open(out)) {
            spec.commandLine()
                    .getErr()
                    .println(
                            String.format(Locale.ROOT, "sirocco: packed %,d bytes in %.1f s", packed.bytes(), seconds));
        }
        spec.commandLine().getOut().println(out.toAbsolutePath());
        return 0;
    }
}
