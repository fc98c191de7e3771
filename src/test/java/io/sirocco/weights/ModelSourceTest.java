package io.sirocco.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelSourceTest {
    @TempDir
    Path temporary;

    @Test
    void whatExistsIsUsedAsItIs() throws IOException {
        Path directory = Files.createDirectory(temporary.resolve("a model"));
        Path file = Files.createFile(temporary.resolve("x.gguf"));
        assertEquals(directory, resolve(directory.toString()));
        assertEquals(file, resolve(file.toString()));
        assertEquals(file, resolve(file.toUri().toString()));
        assertEquals(file, resolve("file:" + file));
        assertEquals(file, resolve("file://localhost" + file));
        assertEquals(directory, Path.of(resolve(directory.toUri().toString()).toString()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`  ` | is empty",
                "smolm2-135m | which has smollm2-135m, smollm2-135m-instruct",
                "MISTRAL | which has mistral-7b-v0.1",
                "mistralai/Mistral-7B-v0.1 | write hf://mistralai/Mistral-7B-v0.1",
                "models/x.gguf | no such file or directory",
                "./smollm2-135m | no such file or directory",
                "/no/such/model | no such file or directory",
                "file:///no/such/model | /no/such/model does not exist",
                "file://elsewhere/model | expected file:///path",
                "file:model | expected file:///path",
                "s3a://bucket/model | S3AFileSystem not found",
                "gopher://host/model | No FileSystem for scheme",
                "hf://mistralai | expected hf://org/name",
                "hf://a/b/c | expected hf://org/name",
                "hf://../b | expected hf://org/name",
                "hf://a/b@ | expected hf://org/name",
                "hf://a/b@../../c | expected hf://org/name",
                "hf://a/b?x=1 | expected hf://org/name"
            })
    void otherNamesAreRefusedWithTheWayOut(String model, String message) {
        ModelException e = assertThrows(ModelException.class, () -> resolve(model));
        assertTrue(e.getMessage().contains(message), e.getMessage());
        assertTrue(e.getMessage().lines().count() == 1, e.getMessage());
    }

    @ParameterizedTest
    @CsvSource({"ftp://host", "huggingface.co", "http://", "https://host?x=1"})
    void endpointThatIsNoUrlIsNamed(String endpoint) {
        ModelException e = assertThrows(
                ModelException.class,
                () -> ModelSource.of(Map.of("SIROCCO_HOME", temporary.toString(), "HF_ENDPOINT", endpoint))
                        .resolve("hf://a/b", PullProgress.NONE));
        assertTrue(e.getMessage().startsWith("HF_ENDPOINT is \"" + endpoint.replaceFirst("/+$", "")), e.getMessage());
    }

    private Path resolve(String model) {
        return ModelSource.of(Map.of("SIROCCO_HOME", temporary.resolve("home").toString()))
                .resolve(model, PullProgress.NONE);
    }
}
