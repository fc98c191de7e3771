package io.sirocco.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sirocco.Shared;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.IntStream;

/** Reference encodings and decodings of ../shared/tokenizers. */
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
        return Files.readAllLines(Shared.path("tokenizers", file)).stream()
                .map(Goldens::parse)
                .toList();
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
