package io.sirocco.job;

import static io.sirocco.job.LocalJob.code;
import static io.sirocco.job.LocalJob.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A row on which the tokenizers library itself fails, in native code, is an error row among answered ones. */
class PoisonRowTest {

    @Test
    void whatTheNativeTokenizerThrowsStaysInItsRow(@TempDir Path folder) throws IOException {
        LocalJob job = new LocalJob(folder);
        Path model = TinyModel.write(folder.resolve("model"));
        Path tokenizer = model.resolve("tokenizer.json");
        // The library finds out that there is no such token only when a text has a character that is in no token.
        Files.writeString(
                tokenizer,
                Files.readString(tokenizer).replace("\"unk_token\":\"<unk>\"", "\"unk_token\":\"<nowhere>\""));
        Path input = job.file(
                "in.jsonl",
                "{\"id\": \"a\", \"prompt\": \"fine\"}",
                "{\"id\": \"poison\", \"prompt\": \"caf\u00E9\"}",
                "{\"id\": \"z\", \"prompt\": \"fine, too\"}");
        List<Row> rows = job.answers(input, "model = \"" + model + "\"");
        assertEquals(List.of("", "tokenizer_error", ""), LocalJob.codes(rows));
        assertTrue(message(rows.get(1)).startsWith("the text cannot be tokenized: "), message(rows.get(1)));
        assertEquals("", code(rows.getFirst()));
    }
}
