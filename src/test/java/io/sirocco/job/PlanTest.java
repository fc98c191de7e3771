package io.sirocco.job;

import static io.sirocco.job.LocalJob.spark;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How rows become chunks, and chunks waves. */
class PlanTest {

    private static ChunkSize size(int slots, int slotsPerEngine) {
        return new ChunkSize(slots, slotsPerEngine, 64, 1000, 120);
    }

    @Test
    void theWorkedExamplesHold() {
        assertEquals(781, size(2, 2).cost(10_000, 100_000));
        assertEquals(50, size(2, 2).cost(100, 100));
        assertEquals(1, size(8, 8).cost(5, 5));
        List<Integer> chunks = new ArrayList<>();
        ChunkCut.Cursor cursor = new ChunkCut(8, 1).new Cursor(0);
        for (long cost : new long[] {5, 4, 3, 3, 2, 1}) {
            chunks.add(cursor.next(cost));
        }
        assertEquals(List.of(0, 0, 1, 1, 1, 2), chunks);
    }

    @Test
    void aChunkOfALargeModelTakesNoLongerThanItMay() {
        assertEquals(600, new ChunkSize(100, 16, 64, 5, 120).cost(10_000_000, 100_000_000));
        // 7 * 10^9 parameters on one core: 1.4 tokens a second, 171 in two minutes; yet 8 rows of each of 16 tasks fill
        // the batch twice.
        double speed = ChunkSize.guess(7_000_000_000L, 1);
        assertEquals(8 * 300, new ChunkSize(16_000, 16, 64, speed, 120).cost(1_000_000, 300_000_000));
    }

    @Property
    void rowsOfOneCostFillEverySlot(
            @ForAll @IntRange(min = 1, max = 200) int rows, @ForAll @IntRange(min = 1, max = 64) int slots) {
        ChunkCut.Cursor cursor = new ChunkCut(size(slots, slots).cost(rows, 7L * rows), 1).new Cursor(0);
        Set<Integer> chunks = new HashSet<>();
        IntStream.range(0, rows).forEach(_ -> chunks.add(cursor.next(7)));
        assertTrue(chunks.size() >= Math.min(rows, slots), chunks.size() + " chunks");
    }

    @Property
    void chunksAreAsLargeAsTheyShouldBeGiveOrTakeARow(
            @ForAll @Size(min = 1, max = 300) List<@IntRange(min = 1, max = 1000) Integer> costs,
            @ForAll @IntRange(min = 1, max = 20_000) int target) {
        List<Long> sorted = costs.stream()
                .map(Integer::longValue)
                .sorted((a, b) -> Long.compare(b, a))
                .toList();
        List<Chunk> chunks = ClusterSimulation.chunks(new ChunkCut(target, 3), 2, sorted);
        assertEquals(costs.size(), chunks.stream().mapToLong(Chunk::rows).sum());
        assertEquals(
                sorted.stream().mapToLong(Long::longValue).sum(),
                chunks.stream().mapToLong(Chunk::cost).sum());
        for (int i = 0; i < chunks.size(); i++) {
            assertEquals(2, chunks.get(i).number() % 3);
            assertTrue(i == 0 || chunks.get(i).number() > chunks.get(i - 1).number());
            assertTrue(chunks.get(i).cost() < target + sorted.getFirst(), chunks.toString());
        }
    }

    @Test
    void wavesTakeEveryChunkOnceAndAsMuchAsTheirTimeAllows() {
        List<Chunk> chunks = LongStream.range(0, 100)
                .mapToObj(i -> new Chunk((int) i, 10, 100))
                .toList();
        WaveQueue queue = new WaveQueue(chunks, 120);
        List<Chunk> given = new ArrayList<>();
        WaveQueue.Wave first = queue.next(4, 0);
        assertEquals(chunks.subList(0, 4), first.chunks());
        assertEquals(1, first.number());
        given.addAll(first.chunks());
        WaveQueue.Wave second = queue.next(4, 15);
        assertEquals(18, second.chunks().size()); // 1,800 tokens
        given.addAll(second.chunks());
        WaveQueue.Wave third = queue.next(4, 0.1);
        assertEquals(12, third.chunks().size()); // so that the other wave has no end before it
        given.addAll(third.chunks());
        for (WaveQueue.Wave wave = queue.next(4, 50); wave != null; wave = queue.next(4, 50)) {
            given.addAll(wave.chunks());
        }
        assertEquals(chunks, given);
    }

    @Test
    void rowsAreWrittenOnceInChunksOfEqualCostLongestFirst(@TempDir Path folder) throws IOException {
        int rows = 120_000; // more than one part
        Dataset<Row> input = spark().range(rows)
                .select(
                        functions
                                .concat(functions.lit("r"), functions.col("id"))
                                .as(IdentifiedRows.ID),
                        functions.col("id").as(IdentifiedRows.PLACE),
                        functions.expr("1 + (id * 7919) % 500").as(IdentifiedRows.COST));
        org.apache.hadoop.fs.Path plan =
                new org.apache.hadoop.fs.Path(folder.resolve("plan").toString());
        Plan written = Plan.write(spark(), input, PlanOrder.LONGEST_FIRST, plan, size(4, 2));
        assertEquals(rows, written.rows());
        long target = size(4, 2).cost(rows, written.cost());
        long even = written.chunks().stream()
                .filter(chunk -> Math.abs(chunk.cost() - target) <= 500)
                .count();
        assertTrue(
                even >= written.chunks().size() - 3,
                even + " of " + written.chunks().size());

        Set<String> ids = new HashSet<>();
        long longest = Integer.MAX_VALUE;
        for (int from = 0; from < written.chunks().size(); from += 50) {
            List<Chunk> some =
                    written.chunks().subList(from, Math.min(written.chunks().size(), from + 50));
            List<List<Row>> read = written.read(some).glom().collect();
            assertEquals(some.size(), read.size(), "partitions");
            for (List<Row> chunk : read) {
                long before = Long.MAX_VALUE;
                for (Row row : chunk) {
                    assertTrue(ids.add(row.getString(0)), row.toString());
                    assertTrue(row.getLong(1) <= before, "not longest first");
                    before = row.getLong(1);
                }
                assertTrue(chunk.getFirst().getLong(1) <= longest + 50, "a later chunk has much longer rows");
            }
            longest = read.stream()
                    .mapToLong(chunk -> chunk.getFirst().getLong(1))
                    .max()
                    .orElseThrow();
        }
        assertEquals(rows, ids.size());
    }

    @Test
    void rowsThatBeginAlikeAreNeighboursAndInAsFewChunksAsTheirCostAllows(@TempDir Path folder) throws IOException {
        int rows = 3000;
        // Ten beginnings, of rows that come one after another in none of them.
        Dataset<Row> input = spark().range(rows)
                .select(
                        functions
                                .expr("array(cast(id % 10 as int), cast(id as int))")
                                .as("context"),
                        functions.md5(functions.col("id").cast("string")).as(IdentifiedRows.ID),
                        functions.expr("1 + (id * 7919) % 50").as(IdentifiedRows.COST));
        Plan written = Plan.write(
                spark(),
                input,
                PlanOrder.byAlike("context"),
                new org.apache.hadoop.fs.Path(folder.resolve("plan").toString()),
                size(4, 2));
        List<Integer> before = List.of(-1, -1);
        int beginnings = 0;
        for (Chunk chunk : written.chunks()) {
            int last = -1;
            for (Row row : written.read(List.of(chunk)).collect()) {
                List<Integer> context = row.getList(0);
                assertTrue(
                        before.get(0) < context.get(0)
                                || (before.get(0).equals(context.get(0)) && before.get(1) < context.get(1)),
                        context + " after " + before);
                beginnings += context.get(0) == last ? 0 : 1;
                last = context.get(0);
                before = context;
            }
        }
        assertTrue(
                beginnings < written.chunks().size() + 10,
                beginnings + " in " + written.chunks().size());
        assertEquals(rows, written.rows());
    }
}
