package io.sirocco.engine;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;

/** Batches by way of Arrow's stream format, as another process or another library would hand them over; and texts to put in them. */
final class ArrowStream {

    private ArrowStream() {}

    /** Writes a batch as a stream, reads it again and applies a function to that. */
    static <T> T through(VectorSchemaRoot batch, BufferAllocator allocator, Function<VectorSchemaRoot, T> use) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ArrowStreamWriter writer = new ArrowStreamWriter(batch, null, bytes)) {
            writer.writeBatch();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        try (ArrowStreamReader reader =
                new ArrowStreamReader(new ByteArrayInputStream(bytes.toByteArray()), allocator)) {
            reader.loadNextBatch();
            return use.apply(reader.getVectorSchemaRoot());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Any Unicode text. */
    static Arbitrary<String> texts() {
        return Arbitraries.integers()
                .between(0, Character.MAX_CODE_POINT)
                .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
                .list()
                .ofMaxSize(8)
                .map(codePoints -> {
                    StringBuilder text = new StringBuilder();
                    codePoints.forEach(text::appendCodePoint);
                    return text.toString();
                });
    }
}
