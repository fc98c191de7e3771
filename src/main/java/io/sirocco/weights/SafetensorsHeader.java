package io.sirocco.weights;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonParser.NumberType;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The JSON header of a safetensors file: {@code {"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, ...}} and optionally
 * {@code "__metadata__"}, strings only. Read as a stream, so that a hostile header costs no more memory than the tensors it lists.
 */
final class SafetensorsHeader {
    private static final int MAX_RANK = 8;
    private static final int MAX_METADATA = 1 << 16;

    /** The largest models have some 10^5 in all their shards. */
    private static final int MAX_TENSORS = 1 << 18;

    /** What the header says of one tensor; offsets count from the end of the header. */
    record Entry(String dtype, List<Long> shape, long begin, long end) {}

    private final String source;
    private final JsonParser json;

    private SafetensorsHeader(String source, JsonParser json) {
        this.source = source;
        this.json = json;
    }

    /** Entries by tensor name. {@code source} names the file in messages. */
    static Map<String, Entry> parse(String source, byte[] utf8) {
        try (JsonParser json = StrictJson.parser(utf8)) {
            return new SafetensorsHeader(source, json).entries();
        } catch (IOException e) {
            throw StrictJson.refusal(source + ": header", e);
        }
    }

    private Map<String, Entry> entries() throws IOException {
        Map<String, Entry> entries = new LinkedHashMap<>();
        expect(json.nextToken(), JsonToken.START_OBJECT, "the header", "a JSON object");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            if (name.equals("__metadata__")) {
                skipMetadata();
            } else {
                if (entries.size() == MAX_TENSORS) {
                    throw new ModelException(source + ": more than " + MAX_TENSORS + " tensors");
                }
                entries.put(name, entry("tensor " + Quoted.of(name)));
            }
        }
        if (json.nextToken() != null) {
            throw new ModelException(source + ": text after the header's JSON object");
        }
        return entries;
    }

    private void skipMetadata() throws IOException {
        expect(json.nextToken(), JsonToken.START_OBJECT, "__metadata__", "an object of strings");
        for (int fields = 0; json.nextToken() == JsonToken.FIELD_NAME; fields++) {
            if (fields == MAX_METADATA) {
                throw new ModelException(source + ": __metadata__ has more than " + MAX_METADATA + " fields");
            }
            expect(json.nextToken(), JsonToken.VALUE_STRING, "__metadata__", "an object of strings");
        }
    }

    private Entry entry(String tensor) throws IOException {
        expect(json.nextToken(), JsonToken.START_OBJECT, tensor, "an object");
        String dtype = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String field = json.currentName();
            switch (field) {
                case "dtype" -> {
                    expect(json.nextToken(), JsonToken.VALUE_STRING, tensor + ": dtype", "a string");
                    dtype = json.getText();
                }
                case "shape" -> shape = sizes(tensor + ": shape", MAX_RANK);
                case "data_offsets" -> offsets = sizes(tensor + ": data_offsets", 2);
                default ->
                    throw new ModelException(source + ": " + tensor + " has the unknown field " + Quoted.of(field)
                            + "; expected dtype, shape and data_offsets");
            }
        }
        if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
            throw new ModelException(source + ": " + tensor + " needs dtype, shape and two data_offsets");
        }
        return new Entry(dtype, shape, offsets.get(0), offsets.get(1));
    }

    /** An array of at most {@code limit} integers from 0 to 2^63 - 1. */
    private List<Long> sizes(String what, int limit) throws IOException {
        String expected = "an array of at most " + limit + " non-negative integers";
        List<Long> sizes = new ArrayList<>();
        expect(json.nextToken(), JsonToken.START_ARRAY, what, expected);
        while (json.nextToken() != JsonToken.END_ARRAY) {
            expect(json.currentToken(), JsonToken.VALUE_NUMBER_INT, what, expected);
            if (json.getNumberType() == NumberType.BIG_INTEGER || json.getLongValue() < 0 || sizes.size() == limit) {
                throw new ModelException(
                        source + ": " + what + " holds " + Quoted.of(json.getText()) + "; expected " + expected);
            }
            sizes.add(json.getLongValue());
        }
        return sizes;
    }

    private void expect(JsonToken found, JsonToken wanted, String what, String expected) throws IOException {
        if (found != wanted) {
            throw new ModelException(
                    source + ": " + what + " is " + Quoted.of(json.getText()) + "; expected " + expected);
        }
    }
}
