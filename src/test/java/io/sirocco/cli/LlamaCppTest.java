package io.sirocco.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.cli.BenchReport.Ratio;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LlamaCppTest {

    @TempDir
    private Path folder;

    private LlamaCpp peer() throws IOException {
        FakePeer.write(folder);
        return new LlamaCpp(folder, Path.of("model.gguf"), 2);
    }

    @Test
    void itIsAskedForTheSameRowsAndItsSpeedsAreRead() throws IOException {
        assertEquals(new Throughput(3, 8, 4, 30.5, 20, 25), peer().run(3, 8, 4));
        assertEquals(
                "-m model.gguf -t 2 -c 292 -b 2048 -ub 512 -npp 8 -ntg 4 -npl 3 --output-format jsonl\n",
                Files.readString(folder.resolve("arguments")));
    }

    @Test
    void aProgramThatMeasuresNothingIsToldWithItsCommand() throws IOException {
        LlamaCpp peer = peer();
        Files.writeString(folder.resolve(LlamaCpp.PROGRAM), "#!/bin/sh\nexit 1\n");
        String message = assertThrows(IllegalStateException.class, () -> peer.run(3, 8, 4))
                .getMessage();
        assertTrue(message.contains("llama-batched-bench measured nothing; try it: "), message);
    }

    @Test
    void theMedianIsTakenOfEachSpeed() {
        List<Throughput> runs = List.of(
                new Throughput(1, 2, 3, 10, 6, 1),
                new Throughput(1, 2, 3, 30, 5, 2),
                new Throughput(1, 2, 3, 20, 4, 9));
        assertEquals(new Throughput(1, 2, 3, 20, 5, 2), Throughput.median(runs));
        assertEquals(new Throughput(1, 2, 3, 20, 5.5, 1.5), Throughput.median(runs.subList(0, 2)));
        assertEquals(new Ratio(2, 0.5, 1), Ratio.of(runs.get(2), new Throughput(1, 2, 3, 10, 8, 9)));
    }
}
