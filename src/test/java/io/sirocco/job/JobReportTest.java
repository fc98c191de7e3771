package io.sirocco.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sirocco.report.RunFigures;
import io.sirocco.report.RunFigures.Moment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobReportTest {

    private final LocalJob job;

    JobReportTest(@TempDir Path folder) {
        job = new LocalJob(folder);
    }

    @Test
    void figuresAreThoseOfTheWholeOutput() throws IOException {
        Path input = job.file(
                "in.jsonl",
                "{\"id\": \"a\", \"prompt\": \"</script><b>fine\"}",
                "{\"id\": \"b\", \"prompt\": \"\"}",
                "{\"id\": \"c\", \"prompt\": \"fine\"}");
        job.run(input, "n = 2, temperature = 1");
        JsonNode figures = new JsonMapper()
                .readTree(job.output().resolve("_sirocco/run.json").toFile())
                .path("figures");
        assertEquals(3, figures.path("rows").asInt());
        assertEquals("{\"empty_prompt\":1}", figures.path("errors").toString());
        assertEquals("{\"length\":4}", figures.path("finish_reasons").toString());
        assertEquals("{\"6\":4}", figures.path("answer_tokens").toString());
        assertEquals(2, figures.path("samples").size());
        assertEquals("b", figures.path("failures").path(0).path("id").asText());
        String page = Files.readString(job.output().resolve("_sirocco/report.html"));
        assertTrue(page.contains("&lt;b&gt;fine"));
        assertFalse(page.contains("<b>"));
    }

    @Test
    void longTextsAreCut() throws IOException {
        Path input = job.file(
                "in.jsonl", "{\"prompt\": \"fine\", \"padding\": 1}", "{\"prompt\": \"" + "x ".repeat(900) + "\"}");
        job.run(input, "maxTokens = 2");
        JsonNode samples = new JsonMapper()
                .readTree(job.output().resolve("_sirocco/run.json").toFile())
                .path("figures")
                .path("samples");
        List<Integer> lengths = samples.findValuesAsText("prompt").stream()
                .map(String::length)
                .sorted()
                .toList();
        assertEquals(List.of(4, RunFigures.MOST_CHARACTERS), lengths);
    }

    @Test
    void longRunsKeepFewMomentsFromTheirBeginningToTheirEnd() {
        Moments moments = new Moments();
        int seconds = 10_000;
        for (int i = 1; i <= seconds; i++) {
            moments.add(new Progress(0, 0, 0, Map.of(), i, 0, 2L * i, Duration.ofSeconds(i), Optional.empty()));
        }
        List<Moment> all = moments.all();
        assertTrue(all.size() <= Moments.MOST && all.size() > Moments.MOST / 3, all.size() + " moments");
        assertEquals(new Moment(0, 0, 0), all.getFirst());
        double step = all.get(1).seconds();
        for (int i = 0; i < all.size(); i++) {
            assertEquals(i * step, all.get(i).seconds());
            assertEquals(2 * all.get(i).prefillTokens(), all.get(i).decodeTokens());
        }
        assertTrue(all.getLast().seconds() + step > seconds);
    }
}
