package io.sirocco.job;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.Goldens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The worked golden model with a tokenizer of one character a token, so that whole jobs run in milliseconds a row. */
public final class TinyModel {

    /** Ids 3 to 63; the space is id 3. */
    private static final String CHARACTERS = " abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,:?!<>|";

    private static Path written;

    private TinyModel() {}

    /** The model's folder, which all tests of the JVM share, so that its engine is opened once. */
    public static synchronized Path path() {
        if (written == null) {
            try {
                written = write(Path.of("target", "tiny-model"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return written;
    }

    /** Writes a model of one's own into a folder, to change it. */
    public static Path write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path golden = Goldens.resource("mistral-window4-worked");
        for (String name : List.of("config.json", "model.safetensors")) {
            Files.copy(golden.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        JsonMapper json = new JsonMapper();
        json.writeValue(folder.resolve("tokenizer.json").toFile(), tokenizer(json));
        ObjectNode config = json.createObjectNode();
        config.put("tokenizer_class", "PreTrainedTokenizerFast");
        config.put("add_bos_token", true);
        config.put("bos_token", "<s>").put("eos_token", "</s>").put("unk_token", "<unk>");
        config.put(
                "chat_template",
                "{% for message in messages %}{{ message['role'] }}: {{ message['content'] }}|{% endfor %}assistant:");
        json.writeValue(folder.resolve("tokenizer_config.json").toFile(), config);
        return folder;
    }

    private static ObjectNode tokenizer(JsonMapper json) {
        ObjectNode root = json.createObjectNode();
        root.put("version", "1.0");
        root.putNull("truncation").putNull("padding");
        ObjectNode vocabulary = json.createObjectNode();
        for (String special : List.of("<unk>", "<s>", "</s>")) {
            root.withArray("added_tokens")
                    .addObject()
                    .put("id", vocabulary.size())
                    .put("content", special)
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true);
            vocabulary.put(special, vocabulary.size());
        }
        CHARACTERS.chars().forEach(c -> vocabulary.put(Character.toString(c), vocabulary.size()));
        root.putNull("normalizer").putNull("pre_tokenizer").putNull("post_processor");
        root.putObject("decoder").put("type", "Fuse");
        ObjectNode model = root.putObject("model");
        model.put("type", "BPE")
                .put("unk_token", "<unk>")
                .put("fuse_unk", false)
                .put("byte_fallback", false);
        model.set("vocab", vocabulary);
        model.putArray("merges");
        return root;
    }
}
