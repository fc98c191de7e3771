package io.sirocco.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/** Reference encodings and decodings of SmolLM2's tokenizer, by the tokenizers library 0.23 in Python. */
final class Goldens {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Goldens() {}

    /** A line of the reference; {@code text} is null where no text yields the ids. */
    record Case(String text, List<Integer> idList, String decoded) {
        int[] ids() {
            return idList.stream().mapToInt(id -> id).toArray();
        }
    }

    static List<Case> read(String file) throws IOException {
        try (InputStream in = Goldens.class.getResourceAsStream(file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(Goldens::parse)
                    .toList();
        }
    }

    private static Case parse(String line) {
        try {
            JsonNode node = MAPPER.readTree(line);
            JsonNode ids = node.get("ids");
            return new Case(
                    node.path("text").textValue(),
                    IntStream.range(0, ids.size())
                            .mapToObj(i -> ids.get(i).intValue())
                            .toList(),
                    node.get("decoded").textValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
