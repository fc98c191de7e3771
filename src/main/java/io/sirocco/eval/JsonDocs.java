package io.sirocco.eval;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Documents in JSON: one object a line, or a list of objects. */
final class JsonDocs {

    private static final JsonMapper JSON = JsonMapper.builder(com.fasterxml.jackson.core.JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(100)
                            .maxStringLength(1 << 26)
                            .build())
                    .build())
            .build();

    private JsonDocs() {}

    /**
     * Reads a file.
     *
     * @param field of its one object, with the list of documents; empty if documents are all that it holds
     */
    static List<Map<String, Object>> read(Path file, Optional<String> field) {
        return field.isPresent() ? listed(file, field.get()) : read(file);
    }

    private static List<Map<String, Object>> listed(Path file, String field) {
        try (InputStream in = DataFormat.open(file)) {
            JsonNode list = JSON.readTree(in).path(field);
            if (!list.isArray()) {
                throw new EvalException(file + " has no list \"" + field + "\", which \"field\" names");
            }
            List<Map<String, Object>> docs = new ArrayList<>();
            for (JsonNode node : list) {
                docs.add(document(file, node, docs.size()));
            }
            return docs;
        } catch (IOException e) {
            throw new EvalException(file + " is no JSON (" + e.getMessage() + ")", e);
        }
    }

    private static Map<String, Object> document(Path file, JsonNode node, int place) {
        if (!node.isObject()) {
            throw new EvalException(file + ": document " + place + " is no object");
        }
        return object(node);
    }

    private static List<Map<String, Object>> read(Path file) {
        List<Map<String, Object>> docs = new ArrayList<>();
        try (InputStream in = DataFormat.open(file);
                JsonParser parser = JSON.createParser(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()))) {
            if (parser.nextToken() == JsonToken.START_ARRAY) {
                parser.nextToken();
            }
            try (MappingIterator<JsonNode> nodes =
                    JSON.readerFor(JsonNode.class).readValues(parser)) {
                while (nodes.hasNextValue()) {
                    docs.add(document(file, nodes.nextValue(), docs.size()));
                }
            }
        } catch (IOException e) {
            throw new EvalException(
                    file + " cannot be read: document " + docs.size() + " is no JSON (" + e.getMessage() + ")", e);
        }
        return docs;
    }

    private static Map<String, Object> object(JsonNode node) {
        Map<String, Object> fields = new LinkedHashMap<>();
        node.properties().forEach(entry -> fields.put(entry.getKey(), value(entry.getValue())));
        return fields;
    }

    /** A value as templates have it. */
    static Object value(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> node.textValue();
            case BOOLEAN -> node.booleanValue();
            case NUMBER ->
                node.isIntegralNumber() && node.canConvertToLong()
                        ? (Object) node.longValue()
                        : (Object) node.doubleValue();
            case ARRAY -> {
                List<Object> list = new ArrayList<>(node.size());
                node.forEach(element -> list.add(value(element)));
                yield list;
            }
            case OBJECT -> object(node);
            case NULL, MISSING, BINARY, POJO -> null;
        };
    }
}
