package io.sirocco.cache;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sirocco.kernel.KvLayout;
import io.sirocco.kernel.KvType;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

/**
 * What a query sees must be the keys of its own tokens, whoever wrote them. Here the key of a position is a hash of the tokens up to it
 * and of the layer, written and read in the order of a forward pass.
 */
class PrefixCacheTest {

    private static final KvLayout LAYOUT = new KvLayout(1, 2, KvType.F32);
    private static final int NO_WINDOW = RollingCache.NO_WINDOW;
    private static final int CHUNK = 40;

    /** Sequences on one pool. */
    private static final class Pass implements AutoCloseable {
        final BufferAllocator allocator = new RootAllocator();
        final BlockPool pool;
        final PrefixCache prefixes;
        final int[] windows;

        Pass(int blocks, int... windows) {
            this.windows = windows;
            pool = new BlockPool(allocator, LAYOUT, blocks);
            prefixes = new PrefixCache(pool, windows.length);
        }

        Sequence sequence(int... ids) {
            return new Sequence(this, ids);
        }

        /** One forward pass over the next n tokens of each, as far as there is room. */
        void step(int n, Sequence... sequences) {
            List<Sequence> planned = new ArrayList<>();
            for (Sequence s : sequences) {
                if (s.plan(n)) {
                    planned.add(s);
                }
            }
            for (int layer = 0; layer < windows.length; layer++) {
                for (Sequence s : planned) {
                    s.write(layer);
                }
                for (Sequence s : planned) {
                    s.read(layer);
                }
            }
            for (Sequence s : planned) {
                s.cache.advance();
                s.path.register();
            }
        }

        void run(Sequence s) {
            while (s.left() > 0) {
                int before = s.left();
                step(CHUNK, s);
                assertTrue(s.left() < before, "no room though it is alone");
            }
        }

        @Override
        public void close() {
            pool.close();
            allocator.close();
        }
    }

    private static final class Sequence implements AutoCloseable {
        final Pass pass;
        final int[] ids;
        final RollingCache cache;
        final PrefixPath path;
        int found;
        int planned;

        Sequence(Pass pass, int[] ids) {
            this.pass = pass;
            this.ids = ids;
            cache = new RollingCache(pass.pool, pass.windows, ids.length, CHUNK);
            path = pass.prefixes.path(cache, ids, ids.length);
        }

        int left() {
            return ids.length - cache.length();
        }

        boolean plan(int most) {
            int before = cache.length();
            boolean goOn = path.follow(ids.length - 1);
            found += cache.length() - before;
            planned = Math.min(most, left());
            if (!goOn || planned == 0 || !cache.reserve(planned)) {
                return false;
            }
            path.claim(planned);
            return true;
        }

        private long place(int layer, int position) {
            int[] table = cache.table(layer);
            return table[position / 16 % table.length] * LAYOUT.blockBytes() + 4L * (position % 16);
        }

        private int key(int layer, int position) {
            return 31 * Arrays.hashCode(Arrays.copyOf(ids, position + 1)) + layer;
        }

        void write(int layer) {
            for (int p = cache.length(); p < cache.length() + planned; p++) {
                pass.pool.memory().set(ValueLayout.JAVA_INT, place(layer, p), key(layer, p));
            }
        }

        void read(int layer) {
            int first = Math.max(0, cache.length() - pass.windows[layer] + 1);
            for (int p = first; p < cache.length() + planned; p++) {
                int seen = pass.pool.memory().get(ValueLayout.JAVA_INT, place(layer, p));
                assertEquals(key(layer, p), seen, "layer " + layer + ", position " + p + " of " + ids.length);
            }
        }

        @Override
        public void close() {
            path.close();
            cache.close();
        }
    }

    private static int[] ids(int n, long seed) {
        return new Random(seed).ints(n, 0, 50).toArray();
    }

    private static int[] concat(int[] a, int[] b) {
        return IntStream.concat(IntStream.of(a), IntStream.of(b)).toArray();
    }

    @Test
    void equalBeginningsAreFoundToTheToken() {
        try (Pass pass = new Pass(100, NO_WINDOW, NO_WINDOW)) {
            int[] question = ids(53, 1);
            try (Sequence first = pass.sequence(concat(question, ids(20, 2)))) {
                pass.run(first);
                assertEquals(0, first.found);
                try (Sequence second = pass.sequence(concat(question, new int[] {60, 61}))) {
                    pass.run(second);
                    assertEquals(53, second.found, "three blocks, and five tokens of the fourth, copied on write");
                }
            }
            assertEquals(pass.pool.size(), pass.pool.available());
            try (Sequence same = pass.sequence(question)) {
                pass.run(same);
                assertEquals(52, same.found, "the last token is computed for its logits");
            }
        }
    }

    @Test
    void whoComesLaterWaitsForWhatIsBeingComputed() {
        try (Pass pass = new Pass(100, NO_WINDOW);
                Sequence first = pass.sequence(concat(ids(64, 1), ids(10, 2)));
                Sequence second = pass.sequence(concat(ids(64, 1), ids(10, 3)))) {
            pass.step(CHUNK, first, second);
            assertEquals(0, second.cache.length(), "first has claimed its blocks");
            pass.step(CHUNK, first, second);
            assertEquals(32, second.cache.length(), "two blocks were ready, the next is claimed");
            pass.step(CHUNK, first, second);
            assertEquals(74, second.cache.length());
            assertEquals(64, second.found);
        }
    }

    @Test
    void aClaimThatIsGivenUpHoldsNobody() {
        try (Pass pass = new Pass(100, NO_WINDOW);
                Sequence second = pass.sequence(ids(64, 1))) {
            try (Sequence first = pass.sequence(ids(64, 1))) {
                assertTrue(first.plan(10));
                assertFalse(second.plan(10));
            }
            assertTrue(second.plan(10));
            second.planned = 0;
        }
    }

    @Test
    void aWindowNeedsOnlyWhatItsNextQuerySees() {
        try (Pass pass = new Pass(12, 20, NO_WINDOW)) {
            int[] shared = ids(96, 1);
            try (Sequence first = pass.sequence(concat(shared, ids(5, 2)))) {
                pass.run(first);
            }
            try (Sequence second = pass.sequence(concat(shared, ids(5, 3)))) {
                pass.run(second);
                assertTrue(second.found >= 96, "found " + second.found);
                assertTrue(second.cache.blocks() <= 2 + 7, "the first layer holds its window only");
            }
        }
    }

    @Test
    void theBlocksIdleForLongestGoFirstAndTheEndOfAPrefixBeforeItsBeginning() {
        try (Pass pass = new Pass(12, NO_WINDOW)) {
            for (int seed = 1; seed <= 2; seed++) {
                try (Sequence s = pass.sequence(ids(80, seed))) {
                    pass.run(s);
                }
            }
            assertEquals(10, pass.pool.idle());
            try (Sequence s = pass.sequence(ids(64, 3))) {
                pass.run(s);
            }
            try (Sequence newer = pass.sequence(ids(80, 2))) {
                pass.run(newer);
                assertEquals(79, newer.found);
            }
            try (Sequence older = pass.sequence(ids(80, 1))) {
                pass.run(older);
                assertEquals(32, older.found, "two of its five blocks went to the third, one to the copy of a tail");
            }
        }
    }

    /** The key property: whatever is shared, waited for, put back, evicted and slid out, queries see their own keys. */
    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void everyQuerySeesTheKeysOfItsOwnTokens(
            @ForAll @Size(min = 1, max = 3) List<@IntRange(min = 1, max = 90) Integer> windowList,
            @ForAll @IntRange(min = 0, max = 60) int spare,
            @ForAll @IntRange(min = 1, max = CHUNK) int chunk,
            @ForAll long seed) {
        int[] windows =
                windowList.stream().mapToInt(w -> w > 80 ? NO_WINDOW : w).toArray();
        Random random = new Random(seed);
        int least = (int) RollingCache.peakBlocks(windows, 130, CHUNK);
        try (Pass pass = new Pass(least + spare, windows)) {
            List<Sequence> running = new ArrayList<>();
            for (int step = 0; step < 60; step++) {
                if (running.size() < 5) {
                    int[] shared = Arrays.copyOf(ids(100, random.nextInt(2)), random.nextInt(100));
                    running.add(pass.sequence(concat(shared, ids(1 + random.nextInt(30), random.nextInt()))));
                }
                pass.step(1 + random.nextInt(chunk), running.toArray(Sequence[]::new));
                running.removeIf(s -> {
                    boolean ends = s.left() == 0 || random.nextInt(20) == 0;
                    if (ends) {
                        s.close();
                    }
                    return ends;
                });
                while (random.nextInt(6) == 0 && running.size() > 1) {
                    running.removeLast().close(); // the youngest gives way
                }
            }
            // Whoever is alone gets through, however full the pool is of what others left.
            running.forEach(Sequence::close);
            try (Sequence alone = pass.sequence(ids(130, random.nextInt(2)))) {
                pass.run(alone);
            }
            assertEquals(pass.pool.size(), pass.pool.available(), "every block came back");
            int[] all = new int[pass.pool.size()];
            Arrays.setAll(all, i -> pass.pool.take());
            assertArrayEquals(
                    IntStream.range(0, all.length).toArray(),
                    Arrays.stream(all).sorted().toArray());
            assertTrue(pass.prefixes.root().children.isEmpty(), "a tree without blocks is empty");
        }
    }
}
