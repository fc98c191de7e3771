package io.sirocco.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.sirocco.weights.Quoted;
import java.util.ArrayList;
import java.util.List;

/**
 * How pieces become text: the {@code decoder} of {@code tokenizer.json}, as a chain of steps that take pieces one at a time. Each step
 * does what the step of that name does in Hugging Face's tokenizers library (0.21), where it sees all pieces at once.
 *
 * @param steps at least one; after {@link Step.ByteLevel} or {@link Step.Fuse} only {@link Step.StripStart}
 */
record Decoder(List<Step> steps) {

    Decoder {
        steps = List.copyOf(steps);
    }

    /** One step of the chain. */
    sealed interface Step {

        /** Pieces spell bytes in {@link ByteAlphabet}; the bytes of all of them are UTF-8. */
        record ByteLevel() implements Step {}

        /** In each piece, every {@code pattern} becomes {@code content}. */
        record Replace(String pattern, String content) implements Step {}

        /** Runs of pieces such as {@code <0xE2>} are UTF-8 bytes; if a run is not UTF-8, each of its bytes is U+FFFD. */
        record ByteFallback() implements Step {}

        /** {@code replacement} is a space; in the first piece it is nothing, if encoding put it there. */
        record Metaspace(String replacement, boolean prepended) implements Step {}

        /** All pieces are one from here on. */
        record Fuse() implements Step {}

        /** Each piece loses up to {@code start} characters {@code content} (a code point) in front and {@code stop} at its end. */
        record Strip(int content, int start, int stop) implements Step {
            String of(String piece) {
                int[] characters = piece.codePoints().toArray();
                int from = 0;
                while (from < characters.length && from < start && characters[from] == content) {
                    from++;
                }
                int to = characters.length;
                while (to > from && characters.length - to < stop && characters[to - 1] == content) {
                    to--;
                }
                return new String(characters, from, to - from);
            }
        }

        /** The whole text loses up to {@code start} characters {@code content} (a code point) in front. */
        record StripStart(int content, int start) implements Step {}

        /** Pieces are words: a space goes between them. What the library does without a decoder. */
        record Words() implements Step {}
    }

    /** A chain at its start, which appends to {@code text}. */
    PieceStream open(StringBuilder text) {
        PieceStream stream = new DecoderStreams.Text(text);
        for (Step step : steps.reversed()) {
            stream = DecoderStreams.open(step, stream);
        }
        return stream;
    }

    /**
     * Reads the {@code decoder} field.
     *
     * @param node the field, or null
     * @param file for messages
     * @throws TokenizerException naming a type or option that is not implemented
     */
    static Decoder of(JsonNode node, String file) {
        if (node == null || node.isNull()) {
            return new Decoder(List.of(new Step.Words()));
        }
        List<Step> steps = new ArrayList<>();
        add(node, file + ": decoder", steps);
        return new Decoder(steps);
    }

    private static void add(JsonNode node, String field, List<Step> steps) {
        JsonFields fields = new JsonFields(node, field);
        boolean fused = steps.stream().anyMatch(s -> s instanceof Step.Fuse || s instanceof Step.ByteLevel);
        String type = fields.text("type");
        if (fused && !type.equals("Strip") && !type.equals("Fuse")) {
            throw new TokenizerException(
                    field + ": " + Quoted.of(type) + " after Fuse or ByteLevel is not implemented");
        }
        switch (type) {
            case "Sequence" -> {
                List<JsonNode> decoders = fields.list("decoders");
                for (int i = 0; i < decoders.size(); i++) {
                    add(decoders.get(i), field + ".decoders[" + i + "]", steps);
                }
                if (steps.isEmpty()) {
                    throw new TokenizerException(field + ".decoders is empty; expected at least one");
                }
            }
            case "ByteLevel" -> steps.add(new Step.ByteLevel());
            case "ByteFallback" -> steps.add(new Step.ByteFallback());
            case "Fuse" -> steps.add(new Step.Fuse());
            case "Replace" ->
                steps.add(new Step.Replace(fields.object("pattern").nonEmptyText("String"), fields.text("content")));
            case "Metaspace" ->
                steps.add(new Step.Metaspace(
                        Character.toString(fields.codePoint("replacement")),
                        !fields.text("prepend_scheme", "always").equals("never")
                                && fields.bool("add_prefix_space", true)));
            case "Strip" -> {
                int content = fields.codePoint("content");
                int start = fields.count("start");
                int stop = fields.count("stop");
                if (fused && stop != 0) {
                    throw new TokenizerException(
                            field + ".stop is " + stop + "; only 0 is implemented after Fuse or ByteLevel");
                }
                steps.add(fused ? new Step.StripStart(content, start) : new Step.Strip(content, start, stop));
            }
            default ->
                throw new TokenizerException(field + ".type is " + Quoted.of(type)
                        + "; implemented are ByteFallback, ByteLevel, Fuse, Metaspace, Replace, Sequence, Strip");
        }
    }
}
