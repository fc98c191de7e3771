package io.sirocco.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** {@code added_tokens_decoder} of {@code tokenizer_config.json}: tokens that transformers adds to those of {@code tokenizer.json}. */
final class AddedTokensDecoder {
    private static final String FIELD = "added_tokens_decoder";

    private AddedTokensDecoder() {}

    /**
     * Adds the tokens that {@code added_tokens} lacks, lowest id first.
     *
     * @param root of tokenizer.json
     * @param config of tokenizer_config.json
     */
    static void addMissing(ObjectNode root, JsonFields config) {
        if (!config.has(FIELD)
                || (root.hasNonNull("added_tokens") && !root.get("added_tokens").isArray())) {
            return;
        }
        ArrayNode added =
                root.hasNonNull("added_tokens") ? (ArrayNode) root.get("added_tokens") : root.putArray("added_tokens");
        Set<String> known = new HashSet<>();
        added.forEach(token -> known.add(token.path("content").asText()));
        Map<Integer, ObjectNode> missing = new TreeMap<>();
        JsonFields tokens = config.object(FIELD);
        for (Map.Entry<String, JsonNode> entry : tokens.entries()) {
            String content = tokens.object(entry.getKey()).nonEmptyText("content");
            if (!known.contains(content)) {
                int id = id(tokens, entry.getKey());
                missing.put(id, ((ObjectNode) entry.getValue()).deepCopy().put("id", id));
            }
        }
        missing.values().forEach(added::add);
    }

    private static int id(JsonFields tokens, String key) {
        try {
            return Integer.parseUnsignedInt(key);
        } catch (NumberFormatException e) {
            throw new TokenizerException(tokens.where(key) + ": expected token ids as names", e);
        }
    }
}
