package io.sirocco.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HubSnapshotTest {

    @Test
    void shardsArePreferredToTheConsolidatedFile() {
        assertEquals(
                Set.of(
                        "config.json",
                        "generation_config.json",
                        "model-00001-of-00002.safetensors",
                        "model-00002-of-00002.safetensors",
                        "model.safetensors.index.json",
                        "special_tokens_map.json",
                        "tokenizer.json",
                        "tokenizer.model",
                        "tokenizer.model.v3",
                        "tokenizer_config.json"),
                needed(
                        ".gitattributes",
                        "README.md",
                        "config.json",
                        "consolidated.safetensors",
                        "generation_config.json",
                        "model-00001-of-00002.safetensors",
                        "model-00002-of-00002.safetensors",
                        "model.safetensors.index.json",
                        "modeling_mistral.py",
                        "onnx/model.safetensors",
                        "params.json",
                        "pytorch_model-00001-of-00002.bin",
                        "special_tokens_map.json",
                        "tokenizer.json",
                        "tokenizer.model",
                        "tokenizer.model.bin",
                        "tokenizer.model.v3",
                        "tokenizer_config.json"));
    }

    @Test
    void wholeFileIsPreferredToShards() {
        assertEquals(
                Set.of("config.json", "model.safetensors"),
                needed(
                        "config.json",
                        "model.safetensors",
                        "model.safetensors.index.json",
                        "model-00001-of-00001.safetensors",
                        "training_args.bin"));
    }

    @Test
    void consolidatedFileIsTakenWhereThereIsNoOther() {
        assertEquals(
                Set.of("consolidated.safetensors", "params.json", "tekken.json"),
                needed("consolidated.safetensors", "params.json", "tekken.json"));
    }

    @Test
    void repositoryOfPicklesIsRefused() {
        ModelException e = assertThrows(ModelException.class, () -> needed("config.json", "pytorch_model.bin"));
        assertTrue(e.getMessage().contains("hf://a/b has no model.safetensors"), e.getMessage());
    }

    @Test
    void checksumIsThatOfTheBytesAndNotOfTheirPointer() {
        HubSnapshot snapshot = parse("""
                {"sha": "%s", "siblings": [
                  {"rfilename": "model.safetensors", "size": 5, "blobId": "%s", "lfs": {"sha256": "%s", "size": 5}},
                  {"rfilename": "config.json", "size": 2, "blobId": "%s"}]}
                """.formatted("c".repeat(40), "b".repeat(40), "a".repeat(64), "d".repeat(40)));
        assertEquals("c".repeat(40), snapshot.commit());
        assertEquals(
                List.of(Checksum.gitBlob("d".repeat(40)), Checksum.sha256("a".repeat(64))),
                snapshot.files().stream()
                        .map(file -> file.checksum().orElseThrow())
                        .toList());
    }

    @Test
    void answerOfSomethingElseIsRefused() {
        for (String json : List.of("<html>", "[]", "{}", "{\"sha\": \"../../etc\"}", "{\"sha\": 1, \"sha\": 2}")) {
            ModelException e = assertThrows(ModelException.class, () -> parse(json));
            assertTrue(e.getMessage().startsWith("hf://a/b: the hub's listing"), e.getMessage());
        }
    }

    private static Set<String> needed(String... names) {
        String siblings = Stream.of(names)
                .map(name -> "{\"rfilename\": \"" + name + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
        return parse("{\"sha\": \"" + "c".repeat(40) + "\", \"siblings\": " + siblings + "}").files().stream()
                .map(HubFile::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static HubSnapshot parse(String json) {
        return HubSnapshot.parse(json.getBytes(StandardCharsets.UTF_8), "hf://a/b");
    }
}
