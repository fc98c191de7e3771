package io.sirocco.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.weights.Checkpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds and reads the tokenizer of a model. */
final class TokenizerFiles {
    /** Tokenizers of the same models in other formats. */
    private static final List<String> OTHER_FORMATS = List.of(
            "tokenizer.model",
            "tokenizer.model.v1",
            "tokenizer.model.v2",
            "tokenizer.model.v3",
            "tekken.json",
            "vocab.json");

    private TokenizerFiles() {}

    static Optional<Tokenizer> open(Checkpoint checkpoint) {
        return switch (checkpoint.format()) {
            case HUGGING_FACE ->
                checkpoint
                        .file("tokenizer.json")
                        .map(file -> open(file, checkpoint.file("tokenizer_config.json")))
                        .or(() -> refuseOtherFormats(checkpoint));
            case GGUF ->
                GgufTokenizer.of(checkpoint.config(), checkpoint.path().toString())
                        .map(root -> {
                            String source = checkpoint.path() + ": tokenizer.ggml";
                            return open(TokenizerJson.of(root, source), source, Optional.empty());
                        });
        };
    }

    private static Tokenizer open(Path file, Optional<Path> configFile) {
        ObjectNode root = ModelFiles.json(file, ModelFiles.MAX_TOKENIZER_BYTES);
        Optional<JsonFields> config = configFile.map(
                path -> JsonFields.ofFile(ModelFiles.json(path, ModelFiles.MAX_CONFIG_BYTES), path.toString()));
        config.ifPresent(fields -> AddedTokensDecoder.addMissing(root, fields));
        return open(TokenizerJson.of(root, file.toString()), file.toString(), config);
    }

    static Tokenizer open(TokenizerJson json, String source, Optional<JsonFields> config) {
        NativeTokenizer library = new NativeTokenizer(json.json(), source);
        try {
            BeginningOfSequence bos = config.flatMap(fields -> explicitBos(fields, json.vocabulary()))
                    .orElseGet(() -> BeginningOfSequence.PostProcessor.of(library));
            return new HuggingFaceTokenizer(library, json.vocabulary(), json.decoder(), bos);
        } catch (RuntimeException e) {
            library.close();
            throw e;
        }
    }

    private static Optional<BeginningOfSequence> explicitBos(JsonFields config, Vocabulary vocabulary) {
        return config.optionalBool("add_bos_token").map(add -> {
            if (!add) {
                return new BeginningOfSequence.None();
            }
            String token = SpecialTokenNames.token(config, "bos_token")
                    .orElseThrow(() -> config.wrong("bos_token", "a token, because add_bos_token is true"));
            int id = vocabulary.id(token);
            if (id < 0) {
                throw config.wrong("bos_token", "a token of tokenizer.json");
            }
            return new BeginningOfSequence.Added(id);
        });
    }

    private static Optional<Tokenizer> refuseOtherFormats(Checkpoint checkpoint) {
        for (String name : OTHER_FORMATS) {
            checkpoint.file(name).ifPresent(file -> {
                throw new TokenizerException(
                        file + ": SentencePiece and tekken files are not read yet, and there is no tokenizer.json"
                                + " beside it; convert it (transformers: AutoTokenizer.from_pretrained(DIR).save_pretrained(DIR))");
            });
        }
        return Optional.empty();
    }
}
