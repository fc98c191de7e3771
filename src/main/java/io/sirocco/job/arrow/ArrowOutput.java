package io.sirocco.job.arrow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.arrow.ArrowWriter;
import org.apache.spark.sql.execution.datasources.OutputWriter;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.ArrowUtils;

/** One Arrow file that a task writes, a batch of rows at a time. */
final class ArrowOutput extends OutputWriter {

    private static final int BATCH_ROWS = 1024;
    private static final long BATCH_BYTES = 16L << 20;

    private final Path path;
    private final BufferAllocator allocator;
    private final VectorSchemaRoot root;
    private final ArrowWriter rows;
    private final FSDataOutputStream out;
    private final ArrowFileWriter file;
    private int inBatch;
    private boolean closed;

    ArrowOutput(Path path, StructType schema, Configuration configuration) throws IOException {
        this.path = path;
        allocator = ArrowUtils.rootAllocator().newChildAllocator("arrow output", 0, Long.MAX_VALUE);
        root = VectorSchemaRoot.create(ArrowUtils.toArrowSchema(schema, "UTC", true, false), allocator);
        rows = ArrowWriter.create(root);
        out = path.getFileSystem(configuration).create(path, false);
        file = new ArrowFileWriter(root, null, Channels.newChannel(out));
        file.start();
    }

    @Override
    public void write(InternalRow row) {
        rows.write(row);
        inBatch++;
        // The size is summed over all buffers, so not for each row.
        if (inBatch == BATCH_ROWS || (inBatch % 16 == 0 && rows.sizeInBytes() >= BATCH_BYTES)) {
            endBatch();
        }
    }

    private void endBatch() {
        try {
            rows.finish();
            file.writeBatch();
            rows.reset();
            inBatch = 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (allocator;
                root;
                out;
                file) {
            if (inBatch > 0) {
                endBatch();
            }
            file.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String path() {
        return path.toString();
    }
}
