package io.sirocco.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sirocco.job.TinyModel;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BenchTest {

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int bench(String... more) {
        String[] args = new String[more.length + 1];
        args[0] = "bench";
        System.arraycopy(more, 0, args, 1, more.length);
        return Sirocco.execute(new PrintWriter(out, true), new PrintWriter(err, true), () -> false, args);
    }

    private int benchTiny(String... more) {
        String[] fixed = "--rows 3 --prompt-tokens 20 --new-tokens 5 --repeat 1 --threads 2 --kv-type bf16 --model"
                .split(" ", -1);
        String[] args = new String[fixed.length + 1 + more.length];
        System.arraycopy(fixed, 0, args, 0, fixed.length);
        args[fixed.length] = TinyModel.path().toString();
        System.arraycopy(more, 0, args, fixed.length + 1, more.length);
        return bench(args);
    }

    @Test
    void jsonHasEverySpeedUnderItsPath() throws IOException {
        assertEquals(0, benchTiny("--json"), err::toString);
        JsonNode json = new JsonMapper().readTree(out.toString());
        for (String path : """
                /peak/fma_gflops /peak/read_gb_s
                /bulk/prefill_tok_s /bulk/decode_tok_s /bulk/total_tok_s
                /single/prefill_tok_s /single/decode_tok_s /single/total_tok_s
                /memory/weights_mib /memory/key_values_mib
                /products/0/gflops /products/0/fma_share /products/0/read_share /attention/0/read_gb_s""".split("\\s+", -1)) {
            assertTrue(json.at(path).asDouble() > 0, path + " is " + json.at(path));
        }
        assertEquals(
                "[3,20,5]",
                "[" + json.at("/bulk/rows") + "," + json.at("/bulk/prompt_tokens") + "," + json.at("/bulk/new_tokens")
                        + "]");
        assertEquals(1, json.at("/single/rows").asInt());
        assertEquals(2, json.at("/machine/threads").asInt());
        assertEquals("BF16", json.at("/kv_type").asText());
        assertEquals(5 * BenchKernels.BATCHES.size(), json.at("/products").size());
        assertTrue(json.at("/peers").isMissingNode());
        assertEquals(6, json.at("/parts").size());
        for (JsonNode shares : json.at("/parts")) {
            double sum = 0;
            for (JsonNode share : shares) {
                sum += share.asDouble();
                assertTrue(share.asDouble() >= 0 && share.asDouble() <= 1, shares.toString());
            }
            assertEquals(1, sum, 1e-9);
        }
    }

    @Test
    void tablesShowTheSame() {
        assertEquals(0, benchTiny(), err::toString);
        String shown = out.toString();
        for (String expected : """
                (?m)^peak: .* GFLOP/s in f32 FMAs, .* GB/s read from memory$
                (?m)^tiny-model +w1w3 +F32 ( +[0-9.]+){5}$
                (?m)^tiny-model +BF16 +4096 +[0-9]+ +[0-9.]+ +[0-9.]+$
                (?m)^tiny-model +3 x \\(20 \\+ 5\\)( +[0-9.]+){3}$
                (?m)^tiny-model +1 x \\(20 \\+ 5\\)( +[0-9.]+){3}$
                (?m)^bulk decode ( +[0-9.]+){7}$
                (?m)^memory in MiB: peak RSS [0-9]+, weights 0, keys and values 0$""".lines().toList()) {
            assertTrue(Pattern.compile(expected).matcher(shown).find(), expected + "\n" + shown);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--rows 0 | --rows is 0; expected at least 1",
                "--prompt-tokens -1 | --prompt-tokens is -1; expected at least 1",
                "--new-tokens 0 | --new-tokens is 0; expected at least 1",
                "--repeat 0 | --repeat is 0; expected at least 1",
                "--threads 0 | --threads is 0; expected at least 1",
                "--threads 5000 | threads is 5000; expected 1 to 1024, or 0 for automatic",
                "--max-batch 0 | --max-batch is 0; expected at least 1",
                "--rows many | 'many' is not an int",
                "--kv-type f16 | expected one of [F32, BF16]",
                "--peers . | --peers needs a --model"
            })
    void wrongOptionsAreWrongUsage(String options, String message) {
        assertEquals(2, bench(options.split(" ", -1)), out::toString);
        assertTrue(err.toString().contains(message), err.toString());
        assertEquals("", out.toString());
    }

    @Test
    void whatDoesNotFitTheModelIsToldBeforeAnythingIsMeasured() throws IOException {
        String tiny = TinyModel.path().toString();
        assertEquals(2, bench("--model", tiny, "--new-tokens", "1000000"));
        assertTrue(err.toString().contains("1000128 together; the model's context is"), err.toString());
        assertEquals(2, bench("--model", tiny, "--peers", folder.toString()));
        assertTrue(err.toString().contains("expected the folder of llama.cpp's binaries"), err.toString());
        FakePeer.write(folder);
        assertEquals(2, bench("--model", tiny, "--peers", folder.toString()));
        assertTrue(err.toString().contains("is no GGUF file, which is all that llama.cpp reads"), err.toString());
        assertEquals(1, bench("--model", "none.gguf"));
    }
}
