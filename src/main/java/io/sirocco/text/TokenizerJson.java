package io.sirocco.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sirocco.weights.Quoted;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A checked {@code tokenizer.json}. The native library does what it says; what the library would not survive, what would make it
 * random, and what {@link Decoder} does not know, is refused here.
 *
 * @param json the file for the library
 * @param vocabulary all its tokens
 * @param decoder ids to text
 */
record TokenizerJson(String json, Vocabulary vocabulary, Decoder decoder) {
    /** The library compares each added token with all others. The most in use is about 6,500 (Gemma 3). */
    private static final int MAX_ADDED_TOKENS = 1 << 14;

    private static final Set<String> MODELS = Set.of("BPE", "Unigram", "WordLevel");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /**
     * @param root the parsed file
     * @param file its name, for messages
     */
    static TokenizerJson of(ObjectNode root, String file) {
        JsonFields fields = JsonFields.ofFile(root, file);
        JsonFields model = fields.object("model");
        checkModel(model);
        Map<String, Integer> ids = modelVocabulary(model);
        List<String> special = addAddedTokens(fields, ids);
        checkPostProcessor(root.get("post_processor"), file + ": post_processor");
        Vocabulary vocabulary = new Vocabulary(ids, special);
        Decoder decoder = Decoder.of(root.get("decoder"), file);
        // A prompt is cut or padded by nobody.
        ObjectNode used = root.objectNode();
        root.properties().forEach(e -> used.set(e.getKey(), e.getValue()));
        used.remove(List.of("truncation", "padding"));
        try {
            return new TokenizerJson(MAPPER.writeValueAsString(used), vocabulary, decoder);
        } catch (JsonProcessingException e) {
            throw new TokenizerException(file + " cannot be passed to the tokenizers library", e);
        }
    }

    private static void checkModel(JsonFields model) {
        String type = model.text("type", "BPE");
        if (!MODELS.contains(type)) {
            throw model.wrong("type", "one of BPE, Unigram, WordLevel");
        }
        for (String name : List.of("continuing_subword_prefix", "end_of_word_suffix")) {
            if (!model.text(name, "").isEmpty()) {
                throw model.wrong(name, "null; others are not implemented");
            }
        }
        if (model.has("dropout") && model.number("dropout") != 0) {
            throw model.wrong("dropout", "null; with dropout one text has many encodings");
        }
    }

    private static Map<String, Integer> modelVocabulary(JsonFields model) {
        Map<String, Integer> ids = new HashMap<>();
        if (model.text("type", "BPE").equals("Unigram")) {
            int id = 0;
            for (JsonNode entry : model.list("vocab")) {
                if (!entry.isArray() || entry.size() != 2 || !entry.get(0).isTextual()) {
                    throw new TokenizerException(
                            model.where("vocab") + "[" + id + "]: expected a list of a piece and its score");
                }
                add(ids, entry.get(0).textValue(), id++, model.where("vocab"));
            }
        } else {
            JsonFields vocabulary = model.object("vocab");
            for (Map.Entry<String, JsonNode> entry : vocabulary.entries()) {
                add(ids, entry.getKey(), vocabulary.count(entry.getKey()), model.where("vocab"));
            }
            if (new HashSet<>(ids.values()).size() != ids.size()) {
                throw new TokenizerException(model.where("vocab") + " gives one id to two tokens");
            }
        }
        if (ids.isEmpty()) {
            throw new TokenizerException(model.where("vocab") + " is empty");
        }
        return ids;
    }

    private static void add(Map<String, Integer> ids, String piece, int id, String where) {
        if (id > Vocabulary.MAX_ID) {
            throw new TokenizerException(where + ": the id of " + Quoted.of(piece) + " is " + id + "; expected at most "
                    + Vocabulary.MAX_ID);
        }
        if (Unicode.loneSurrogate(piece) >= 0) {
            throw new TokenizerException(where + ": the token " + Quoted.of(piece) + " is not valid Unicode");
        }
        if (ids.put(piece, id) != null) {
            throw new TokenizerException(where + " has the token " + Quoted.of(piece) + " twice");
        }
    }

    /** Adds the {@code added_tokens} to {@code ids}; returns the special ones. */
    private static List<String> addAddedTokens(JsonFields fields, Map<String, Integer> ids) {
        List<JsonNode> added = fields.listOrEmpty("added_tokens");
        if (added.size() > MAX_ADDED_TOKENS) {
            throw new TokenizerException(fields.where("added_tokens") + " has " + added.size()
                    + " entries; expected at most " + MAX_ADDED_TOKENS);
        }
        List<String> special = new ArrayList<>();
        int next = ids.size();
        for (int i = 0; i < added.size(); i++) {
            JsonFields token = new JsonFields(added.get(i), fields.where("added_tokens") + "[" + i + "]");
            String content = token.nonEmptyText("content");
            int id = token.count("id");
            Integer known = ids.get(content);
            // The library doesn't read the id: a token the model knows keeps the model's, others are numbered on from
            // the vocabulary.
            int expected = known == null ? next : known;
            if (id != expected) {
                throw token.wrong(
                        "id", expected + " (the id the tokenizers library gives to " + Quoted.of(content) + ")");
            }
            if (known == null) {
                add(ids, content, id, fields.where("added_tokens"));
                next++;
            } else if (known >= next) {
                next = known + 1;
            }
            if (token.bool("special", false)) {
                special.add(content);
            }
        }
        return special;
    }

    /** The library aborts the whole process for a template with a special token that is not defined beside it. */
    private static void checkPostProcessor(JsonNode node, String where) {
        if (node == null || node.isNull()) {
            return;
        }
        JsonFields fields = new JsonFields(node, where);
        switch (fields.text("type")) {
            case "Sequence" -> {
                List<JsonNode> processors = fields.list("processors");
                for (int i = 0; i < processors.size(); i++) {
                    checkPostProcessor(processors.get(i), where + ".processors[" + i + "]");
                }
            }
            case "TemplateProcessing" -> {
                for (String template : List.of("single", "pair")) {
                    for (JsonNode piece : fields.list(template)) {
                        JsonNode token = piece.get("SpecialToken");
                        if (token != null) {
                            String id = new JsonFields(token, where + "." + template + ": SpecialToken").text("id");
                            fields.object("special_tokens").object(id).list("ids");
                        }
                    }
                }
            }
            case "ByteLevel" -> {}
            default -> throw fields.wrong("type", "one of ByteLevel, Sequence, TemplateProcessing");
        }
    }
}
