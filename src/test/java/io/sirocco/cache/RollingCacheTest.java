package io.sirocco.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.kernel.KvLayout;
import io.sirocco.kernel.KvType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

class RollingCacheTest {

    private static final KvLayout LAYOUT = new KvLayout(1, 2, KvType.F32);
    private static final BufferAllocator ALLOCATOR = new RootAllocator();

    @Test
    void workedExampleOfTheJavadoc() {
        try (BlockPool pool = new BlockPool(ALLOCATOR, LAYOUT, 8);
                RollingCache cache = new RollingCache(pool, new int[] {4}, 100, 4)) {
            int[][] seenByFirstAndLast = {{0, 0, 0, 3}, {1, 4, 4, 7}, {5, 8, 8, 11}};
            for (int[] seen : seenByFirstAndLast) {
                int first = cache.length();
                assertTrue(cache.reserve(4));
                cache.advance();
                int last = cache.length() - 1;
                assertEquals(seen[0], Math.max(0, first - 4 + 1));
                assertEquals(seen[1], first);
                assertEquals(seen[2], Math.max(0, last - 4 + 1));
                assertEquals(seen[3], last);
            }
            assertEquals(1, cache.blocks());
            while (cache.length() < 18) {
                cache.reserve(1);
                cache.advance();
            }
            assertEquals(2, cache.blocks(), "the query at 18 still sees position 15 of block 0");
            cache.reserve(1);
            cache.advance();
            assertEquals(1, cache.blocks(), "the query at 19 sees 16 .. 19 only");
        }
    }

    @Test
    void memoryStopsGrowingAtTheWindow() {
        int[] windows = {100, 100, 100};
        try (BlockPool pool = new BlockPool(ALLOCATOR, LAYOUT, 200);
                RollingCache cache = new RollingCache(pool, windows, 32_768, 64)) {
            int most = 0;
            while (cache.length() < 32_768) {
                assertTrue(cache.reserve(cache.length() < 1024 ? 64 : 1));
                most = Math.max(most, pool.size() - pool.available());
                cache.advance();
            }
            assertTrue(most <= RollingCache.peakBlocks(windows, 32_768, 64), "held " + most);
            assertTrue(cache.blocks() <= 3 * 8, "settled at " + cache.blocks());
        }
    }

    @Test
    void aPoolWithoutRoomChangesNothing() {
        try (BlockPool pool = new BlockPool(ALLOCATOR, LAYOUT, 3);
                RollingCache cache = new RollingCache(pool, new int[] {RollingCache.NO_WINDOW, 8}, 64, 32)) {
            assertFalse(cache.reserve(32));
            assertEquals(3, pool.available());
            assertTrue(cache.reserve(16));
            assertThrows(IllegalStateException.class, () -> cache.reserve(1));
        }
    }

    /** The promise of the block table: what a query may see is where it was written, and no two live positions share a place. */
    @Property(tries = 200)
    void everyVisiblePositionKeepsItsBlock(
            @ForAll @Size(min = 1, max = 3) List<@IntRange(min = 1, max = 80) Integer> windowList,
            @ForAll @Size(min = 1, max = 30) List<@IntRange(min = 1, max = 70) Integer> chunkList) {
        int[] windows = windowList.stream().mapToInt(Integer::intValue).toArray();
        int[] chunks = chunkList.stream().mapToInt(Integer::intValue).toArray();
        int tokens = 0;
        int widest = 1;
        for (int chunk : chunks) {
            tokens += chunk;
            widest = Math.max(widest, chunk);
        }
        int peak = (int) RollingCache.peakBlocks(windows, tokens, widest);
        try (BlockPool pool = new BlockPool(ALLOCATOR, LAYOUT, peak)) {
            try (RollingCache cache = new RollingCache(pool, windows, tokens, widest)) {
                List<Map<Integer, Integer>> written = new ArrayList<>();
                for (int layer = 0; layer < windows.length; layer++) {
                    written.add(new HashMap<>());
                }
                for (int chunk : chunks) {
                    assertTrue(cache.reserve(chunk), "peakBlocks was not enough");
                    for (int layer = 0; layer < windows.length; layer++) {
                        pass(cache, layer, windows[layer], chunk, written.get(layer));
                    }
                    cache.advance();
                    assertEquals(pool.size() - pool.available(), cache.blocks());
                }
            }
            assertEquals(pool.size(), pool.available(), "every block came back");
        }
    }

    private static void pass(RollingCache cache, int layer, int window, int chunk, Map<Integer, Integer> written) {
        int[] table = cache.table(layer);
        int from = cache.length();
        for (int p = from; p < from + chunk; p++) {
            written.put(p, table[p / 16 % table.length]);
        }
        Set<Integer> places = new HashSet<>();
        for (int p = Math.max(0, from - window + 1); p < from + chunk; p++) {
            assertEquals(written.get(p), table[p / 16 % table.length], "position " + p + " moved");
            assertTrue(places.add(written.get(p) * 16 + p % 16), "position " + p + " shares its place");
        }
    }
}
