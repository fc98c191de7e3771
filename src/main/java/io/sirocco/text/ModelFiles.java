package io.sirocco.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.weights.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The text files of a model directory, read without trust: bounded size and nesting, valid UTF-8, no key twice, nothing after the value. */
final class ModelFiles {
    /** Twice the largest tokenizer.json in use (Gemma 3: 33 MB). */
    static final int MAX_TOKENIZER_BYTES = 64 << 20;

    /** Templates and configurations are some ten kilobytes, tokenizer_config.json with many added tokens a few megabytes. */
    static final int MAX_CONFIG_BYTES = 8 << 20;

    private static final int MAX_DEPTH = 64;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .maxStringLength(MAX_TOKENIZER_BYTES)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ModelFiles() {}

    static String text(Path file, int maxBytes) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(maxBytes + 1);
        } catch (IOException e) {
            throw new TokenizerException(file + " cannot be read: " + e.getMessage(), e);
        }
        if (bytes.length > maxBytes) {
            throw new TokenizerException(
                    file + " is larger than " + (maxBytes >> 20) + " MiB; no such file of a model is");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new TokenizerException(file + " is not valid UTF-8", e);
        }
    }

    static ObjectNode json(Path file, int maxBytes) {
        try {
            JsonNode node = MAPPER.readTree(text(file, maxBytes));
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw new TokenizerException(file + " is " + JsonFields.shown(node) + "; expected a JSON object");
        } catch (JsonProcessingException e) {
            String place = e.getLocation() == null
                    ? ""
                    : " (line " + e.getLocation().getLineNr() + ", column "
                            + e.getLocation().getColumnNr() + ")";
            throw new TokenizerException(
                    file + " is not valid JSON" + place + ": " + Quoted.of(e.getOriginalMessage()), e);
        }
    }
}
