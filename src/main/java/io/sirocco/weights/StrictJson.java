package io.sirocco.weights;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * JSON of model files, read without mercy: UTF-8 must be valid, a key may stand only once in an object (two readers could otherwise see
 * two different models), nothing may follow the value, nesting and size are bounded.
 */
final class StrictJson {
    /** Far above any real config.json (kilobytes) or shard index (Mixtral 8x22B: 0.2 MB). */
    static final int MAX_FILE_BYTES = 16 << 20;

    private static final int MAX_DEPTH = 64;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .build();

    private static final JsonMapper MAPPER = JsonMapper.builder(FACTORY).build();

    private StrictJson() {}

    /** Parser over UTF-8 bytes; what it throws is put into words by {@link #refusal}. */
    static JsonParser parser(byte[] utf8) throws IOException {
        InputStream bytes = new ByteArrayInputStream(utf8);
        return FACTORY.createParser(new InputStreamReader(
                bytes,
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT)));
    }

    /** The object that a whole file holds. */
    static ObjectNode object(Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_FILE_BYTES + 1);
        } catch (IOException e) {
            throw new ModelException(file + " cannot be read: " + e.getMessage(), e);
        }
        return object(bytes, file.toString());
    }

    /**
     * The object that bytes hold.
     *
     * @param source where they come from, for messages
     */
    static ObjectNode object(byte[] bytes, String source) {
        if (bytes.length > MAX_FILE_BYTES) {
            throw new ModelException(
                    source + " is larger than " + MAX_FILE_BYTES + " bytes; no such file of a model is");
        }
        try (JsonParser parser = parser(bytes)) {
            JsonNode node = MAPPER.readTree(parser);
            if (node instanceof ObjectNode object) {
                if (parser.nextToken() != null) {
                    throw new ModelException(source + ": text after the end of the JSON object");
                }
                return object;
            }
            throw new ModelException(source + ": expected a JSON object");
        } catch (IOException e) {
            throw refusal(source, e);
        }
    }

    /** One line that says what is wrong and where. */
    static ModelException refusal(String source, IOException e) {
        return switch (e) {
            case CharacterCodingException bad -> new ModelException(source + ": not valid UTF-8", bad);
            case JsonProcessingException bad ->
                new ModelException(
                        source + ": not valid JSON"
                                + (bad.getLocation() == null
                                        ? ""
                                        : " (line " + bad.getLocation().getLineNr() + ", column "
                                                + bad.getLocation().getColumnNr() + ")")
                                + ": " + Quoted.of(bad.getOriginalMessage()),
                        bad);
            default -> new ModelException(source + " cannot be read: " + e.getMessage(), e);
        };
    }
}
