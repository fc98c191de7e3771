package io.sirocco.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sirocco.cache.BlockPool;
import io.sirocco.cache.RollingCache;
import io.sirocco.kernel.KvLayout;
import io.sirocco.kernel.KvType;
import java.util.Arrays;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;

class StepTest {

    @Test
    void workedExampleOfTheJavadoc() {
        int[] noWindow = {RollingCache.NO_WINDOW};
        try (BufferAllocator allocator = new RootAllocator();
                BlockPool pool = new BlockPool(allocator, new KvLayout(1, 2, KvType.F32), 4);
                RollingCache a = new RollingCache(pool, noWindow, 16, 16);
                RollingCache b = new RollingCache(pool, noWindow, 16, 16)) {
            a.reserve(7);
            a.advance();
            Step step = new Step(8, 2, 64);
            a.reserve(1);
            assertEquals(0, step.add(a, new int[] {42}, 0, 1, 1));
            b.reserve(3);
            assertEquals(1, step.add(b, new int[] {1, 5, 9}, 0, 3, 1));

            assertEquals(4, step.tokens());
            assertArrayEquals(new int[] {42, 1, 5, 9}, Arrays.copyOf(step.token, 4));
            assertArrayEquals(new int[] {7, 0, 1, 2}, Arrays.copyOf(step.position, 4));
            assertSame(a, step.runCache[step.runOf[0]]);
            assertSame(b, step.runCache[step.runOf[3]]);
            assertArrayEquals(new int[] {0, 3}, step.logitsRow);
            assertEquals(64, step.logitsOffset(1));
            assertThrows(IllegalArgumentException.class, () -> step.add(a, new int[] {1}, 0, 1, 1));

            step.finish();
            assertEquals(8, a.length());
            assertEquals(3, b.length());
            assertEquals(0, step.tokens());
        }
    }
}
