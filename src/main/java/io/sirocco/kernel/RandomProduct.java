package io.sirocco.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A matrix product on random numbers, for measurements. There may be several copies of the matrix, which take turns as the layers of a
 * model do, so that they come from memory if together they are larger than the caches.
 */
public final class RandomProduct implements AutoCloseable {

    private static final double SECONDS = 0.05;

    private final Arena arena = Arena.ofShared();
    private final List<Linear> copies;
    private final int rows;
    private final int columns;
    private final float[] x; // (maxTokens, columns)
    private final float[] y; // (maxTokens, rows)
    private int turn;

    public RandomProduct(WeightType type, int rows, int columns, int copies, int maxTokens) {
        this.rows = rows;
        this.columns = columns;
        RowSource weights = randomRows(type, columns);
        this.copies = Stream.generate(
                        () -> new Linear(List.of(new RowMatrix(type, rows, columns, weights).pack(arena))))
                .limit(copies)
                .toList();
        Random random = new Random(1);
        x = new float[maxTokens * columns];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        y = new float[maxTokens * rows];
    }

    /** A few rows of bytes, over and over; clearing bits of each keeps all floats and scales finite. */
    private static RowSource randomRows(WeightType type, int columns) {
        Random random = new Random(2);
        byte[][] some = new byte[61][Math.toIntExact(type.rowBytes(columns))];
        for (byte[] row : some) {
            random.nextBytes(row);
            for (int i = 0; i < row.length; i++) {
                row[i] &= (byte) 0xBB;
            }
        }
        return r -> MemorySegment.ofArray(some[r % some.length]);
    }

    /** Floating-point operations of a product, an FMA counting as two. */
    public long flops(int tokens) {
        return 2L * rows * columns * tokens;
    }

    /** Bytes of the matrix. */
    public long bytes() {
        return copies.getFirst().parts().getFirst().bytes();
    }

    /** Seconds that a product over so many tokens takes with the kernels of this JVM. */
    public double seconds(int tokens, Team team) {
        return Timing.best(SECONDS, () -> multiply(Kernels.get(), tokens, team));
    }

    /** Multiplies by the copy whose turn it is; returns (tokens, rows), which the next product overwrites. */
    float[] multiply(Kernels kernels, int tokens, Team team) {
        Linear w = copies.get(turn);
        turn = (turn + 1) % copies.size();
        team.run(worker -> {
            kernels.multiply(w, x, columns, tokens, y, rows, Kernels.Then.STORE, worker);
            worker.barrier();
        });
        return y;
    }

    @Override
    public void close() {
        arena.close();
    }
}
