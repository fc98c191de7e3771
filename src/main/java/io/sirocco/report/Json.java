package io.sirocco.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The JSON that a report reads, with bounds on what it takes in, and the JSON of its plots. */
final class Json {

    private static final int MOST_FILE_BYTES = 256 << 20;

    /** Python writes NaN and Infinity. */
    static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(100)
                            .maxStringLength(1 << 26)
                            .build())
                    .build())
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private Json() {}

    /** @throws ReportException if it is no JSON object, or too large for one of ours */
    static JsonNode object(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_FILE_BYTES + 1);
            if (bytes.length > MOST_FILE_BYTES) {
                throw new ReportException(
                        file + " is larger than " + MOST_FILE_BYTES + " bytes; expected a file of results");
            }
            JsonNode node = MAPPER.readTree(bytes);
            if (!node.isObject()) {
                throw new ReportException(file + ": expected a JSON object");
            }
            return node;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    /** Hands over the values of a file, one after another; only one is in memory at a time. */
    static void lines(Path file, Consumer<JsonNode> each) {
        try (InputStream in = Files.newInputStream(file);
                JsonParser parser = MAPPER.createParser(in);
                MappingIterator<JsonNode> nodes =
                        MAPPER.readerFor(JsonNode.class).readValues(parser)) {
            while (nodes.hasNextValue()) {
                each.accept(nodes.nextValue());
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static ReportException unreadable(Path file, IOException e) {
        String why = e.getMessage() == null
                ? e.toString()
                : e.getMessage().lines().findFirst().orElse("");
        return new ReportException(file + " cannot be read: " + why, e);
    }
}
