package io.sirocco.kernel;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Independent pieces of work on all processors, for what is done once and in the order of whoever is free: loading and packing. */
public final class Parallel {

    private Parallel() {}

    /**
     * Does the work for 0 .. n - 1, some of them at once, and returns when all is done. The first failure is rethrown as it is (the
     * fork-join pool would wrap it and so change its message); what has not begun by then is left out.
     */
    public static void forEach(int n, IntConsumer work) {
        AtomicReference<RuntimeException> failure = new AtomicReference<>();
        IntStream.range(0, n).parallel().forEach(i -> {
            if (failure.get() != null) {
                return;
            }
            try {
                work.accept(i);
            } catch (RuntimeException e) {
                failure.compareAndSet(null, e);
            }
        });
        if (failure.get() != null) {
            throw failure.get();
        }
    }
}
