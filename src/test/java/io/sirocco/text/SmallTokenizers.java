package io.sirocco.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Tokenizers small enough to see through. */
public final class SmallTokenizers {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private SmallTokenizers() {}

    /** One that takes text for bytes: a character of two bytes may be two tokens. Id 2 is EOS. */
    public static Tokenizer ofBytes() {
        return openGguf(gguf("gpt-2"));
    }

    /** One that spells what it does not know in byte tokens. Id 2 is EOS. */
    public static Tokenizer withByteFallback() {
        return open(sentencePiece());
    }

    /**
     * A Llama-style tokenizer.json: BPE with byte fallback, a space put in front and shown as U+2581, BOS added. Ids 0 to 2 are
     * control tokens, 3 to 258 bytes, the last three added tokens of which {@code <note>} is not special.
     */
    static ObjectNode sentencePiece() {
        try (InputStream in = SmallTokenizers.class.getResourceAsStream("sentencepiece-tokenizer.json")) {
            return (ObjectNode) MAPPER.readTree(in);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The same vocabulary with Metaspace in place of the normalizer and most of the decoder, as transformers writes it today. */
    static ObjectNode metaspace() {
        ObjectNode root = sentencePiece();
        root.putNull("normalizer");
        root.putObject("pre_tokenizer")
                .put("type", "Metaspace")
                .put("replacement", "\u2581")
                .put("prepend_scheme", "first")
                .put("split", false);
        ArrayNode decoders = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
        decoders.addObject().put("type", "ByteFallback");
        decoders.addObject()
                .put("type", "Metaspace")
                .put("replacement", "\u2581")
                .put("prepend_scheme", "first");
        return root;
    }

    /**
     * GGUF metadata of a byte-level tokenizer: ids 0 to 2 control, 3 to 258 bytes in the order of GPT-2's alphabet, then merges, last
     * the user-defined {@code <note>}. BOS (1) is added.
     */
    static ObjectNode gguf(String pre) {
        ObjectNode metadata = JsonNodeFactory.instance
                .objectNode()
                .put("tokenizer.ggml.model", "gpt2")
                .put("tokenizer.ggml.pre", pre)
                .put("tokenizer.ggml.bos_token_id", 1)
                .put("tokenizer.ggml.eos_token_id", 2)
                .put("tokenizer.ggml.add_bos_token", true)
                .put("tokenizer.ggml.add_space_prefix", false);
        ArrayNode tokens = metadata.putArray("tokenizer.ggml.tokens");
        ArrayNode types = metadata.putArray("tokenizer.ggml.token_type");
        List.of("<unk>", "<s>", "</s>").forEach(control -> {
            tokens.add(control);
            types.add(3);
        });
        for (char c = 0; c < 0x144; c++) {
            if (ByteAlphabet.byteOf(c) >= 0) {
                tokens.add(String.valueOf(c));
                types.add(1);
            }
        }
        ArrayNode merges = metadata.putArray("tokenizer.ggml.merges");
        for (String merge : List.of("\u0120 t", "h e", "\u0120t he", "\u0120 1", "1 2", "\u00C3 \u00A9")) {
            merges.add(merge);
            tokens.add(merge.replace(" ", ""));
            types.add(1);
        }
        tokens.add("<note>");
        types.add(4);
        return metadata;
    }

    static Tokenizer open(ObjectNode tokenizerJson) {
        return TokenizerFiles.open(
                TokenizerJson.of(tokenizerJson, "tokenizer.json"), "tokenizer.json", java.util.Optional.empty());
    }

    static Tokenizer openGguf(ObjectNode metadata) {
        return Tokenizer.open(StubCheckpoint.gguf(metadata)).orElseThrow();
    }
}
