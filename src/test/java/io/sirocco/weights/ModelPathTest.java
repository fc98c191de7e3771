package io.sirocco.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sirocco.Goldens;
import io.sirocco.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelPathTest {
    private static final String EXPECTED =
            "; expected a directory with config.json and model.safetensors (or model.safetensors.index.json), or a .gguf file";

    @TempDir
    private Path directory;

    @Test
    void missingPathIsNamed() {
        Path missing = directory.resolve("missing");
        assertEquals(missing + ": no such file or directory" + EXPECTED, refusal(missing));
    }

    @Test
    void emptyDirectoryIsNamed() {
        assertEquals(directory + " holds no model that can be opened: it is empty" + EXPECTED, refusal(directory));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            params.json        | it is in Mistral's own format (params.json, consolidated.safetensors), which is not supported yet
            consolidated.safetensors | it is in Mistral's own format (params.json, consolidated.safetensors), which is not supported yet
            tiny.gguf          | it holds "tiny.gguf"; give the path of that file
            pytorch_model.bin  | "pytorch_model.bin" is a PyTorch pickle, which is never read; convert it to safetensors
            consolidated.00.pth | "consolidated.00.pth" is a PyTorch pickle, which is never read; convert it to safetensors
            config.json        | it has config.json but no weights
            README.md          | it has neither config.json nor weights
            """)
    void directoryOfAnotherKindSaysWhatItHolds(String file, String found) throws IOException {
        Files.writeString(directory.resolve(file), "{}");
        assertEquals(directory + " holds no model that can be opened: " + found + EXPECTED, refusal(directory));
    }

    @ParameterizedTest
    @CsvSource({"mistral-consolidated", "mixtral-consolidated"})
    void mistralsOwnFormatIsRefusedByName(String name) {
        Path golden = Shared.path("goldens", name);
        assertEquals(
                golden + " holds no model that can be opened: it is in Mistral's own format (params.json,"
                        + " consolidated.safetensors), which is not supported yet" + EXPECTED,
                refusal(golden));
    }

    @Test
    void weightsWithoutConfigurationAreRefused() throws IOException {
        Files.write(directory.resolve("model.safetensors"), new byte[8]);
        assertEquals(directory + " has weights but no config.json" + EXPECTED, refusal(directory));
    }

    @Test
    void fileOfAnotherKindIsRefused() {
        Path file = Goldens.resource("mistral-window4-worked").resolve("model.safetensors");
        assertEquals(file + " is no GGUF file" + EXPECTED, refusal(file));
    }

    @Test
    void ggufIsKnownByItsFirstBytesToo() throws IOException {
        Path file = directory.resolve("b179c952");
        Files.write(file, GgufBytes.llama().bytes());
        try (Checkpoint model = Checkpoint.open(file)) {
            assertEquals(Checkpoint.Format.GGUF, model.format());
        }
        Path damaged = directory.resolve("damaged.gguf");
        Files.write(damaged, new byte[100]);
        assertEquals(damaged + " is no GGUF file: it does not begin with \"GGUF\"", refusal(damaged));
    }

    private static String refusal(Path model) {
        return assertThrows(ModelException.class, () -> Checkpoint.open(model)).getMessage();
    }
}
