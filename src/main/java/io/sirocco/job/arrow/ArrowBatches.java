package io.sirocco.job.arrow;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.validate.ValidateVectorBufferVisitor;
import org.apache.arrow.vector.validate.ValidateVectorDataVisitor;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.ArrowUtils;

/**
 * The batches of rows in an Arrow IPC stream, or in a file, which is a stream between a magic number and a footer (Arrow Columnar Format,
 * "Serialization and Interprocess Communication"). Nothing is allocated that the file is too short for, and no value is looked at before its
 * offsets are known to lie in its buffers: Spark reads them without any check.
 */
final class ArrowBatches implements AutoCloseable {

    private static final byte[] MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
    private static final int PADDED_MAGIC = 8;
    private static final int CONTINUATION = -1;
    private static final int MOST_METADATA = 16 << 20;

    /** What one batch may have, once decompressed. */
    private static final long MOST_MEMORY = 2L << 30;

    /** A byte of LZ4 stands for at most so many. */
    private static final long MOST_LZ4_RATIO = 255;

    private final String name;
    private final long length;
    private final FSDataInputStream in;
    private final ReadableByteChannel channel;
    private final BufferAllocator allocator;
    private StructType schema;
    private VectorSchemaRoot root;
    private boolean ended;

    private ArrowBatches(Path path, FileSystem files) throws IOException {
        name = path.getName();
        length = files.getFileStatus(path).getLen();
        in = files.open(path);
        channel = Channels.newChannel(in);
        allocator = ArrowUtils.rootAllocator().newChildAllocator(name, 0, MOST_MEMORY);
    }

    /** @throws IOException if it cannot be read, or is no Arrow file */
    static ArrowBatches open(Path path, Configuration configuration) throws IOException {
        ArrowBatches batches = new ArrowBatches(path, path.getFileSystem(configuration));
        try {
            batches.begin();
            return batches;
        } catch (IOException | RuntimeException e) {
            batches.close();
            throw batches.damaged(e);
        }
    }

    private void begin() throws IOException {
        byte[] magic = new byte[MAGIC.length];
        boolean isFile = in.read(0, magic, 0, magic.length) == magic.length && Arrays.equals(magic, MAGIC);
        if (isFile) {
            requireEnd();
        }
        in.seek(isFile ? PADDED_MAGIC : 0);
        Message message = message();
        if (message == null || message.headerType() != MessageHeader.Schema) {
            throw new IOException("it does not begin with a schema");
        }
        SchemaBudget.check(message);
        Schema arrow = MessageSerializer.deserializeSchema(message);
        for (Field field : arrow.getFields()) {
            requireNoDictionary(field, field.getName());
        }
        schema = ArrowUtils.fromArrowSchema(arrow);
        root = VectorSchemaRoot.create(arrow, allocator);
    }

    /** Of a file that is cut off between two batches, the first ones would look whole. */
    private void requireEnd() throws IOException {
        byte[] end = new byte[MAGIC.length];
        in.readFully(length - end.length, end);
        if (!Arrays.equals(end, MAGIC)) {
            throw new EOFException("its end is missing");
        }
    }

    private static void requireNoDictionary(Field field, String column) throws IOException {
        if (field.getDictionary() != null) {
            throw new IOException("its column " + column + " is encoded by a dictionary; write it as plain values");
        }
        for (Field child : field.getChildren()) {
            requireNoDictionary(child, column + "." + child.getName());
        }
    }

    /** The file's own name. */
    String name() {
        return name;
    }

    /** The columns, as Spark has them. */
    StructType schema() {
        return schema;
    }

    /** The batch that was read last; the next one takes its place. */
    VectorSchemaRoot root() {
        return root;
    }

    /**
     * Reads the next batch.
     *
     * @return whether there was one
     * @throws IOException if the file cannot be read, is cut off, or does not hold what it says
     */
    boolean next() throws IOException {
        if (ended) {
            return false;
        }
        try {
            Message message = message();
            if (message == null) {
                // What follows is a file's footer, and readers may ask again.
                ended = true;
                return false;
            }
            if (message.headerType() != MessageHeader.RecordBatch) {
                throw new IOException("it holds something else than batches of rows");
            }
            load(message);
            return true;
        } catch (OutOfMemoryException e) {
            throw new IOException(
                    name + " has a batch of rows that takes more than " + MOST_MEMORY + " bytes; write smaller ones",
                    e);
        } catch (IOException | RuntimeException e) {
            throw damaged(e);
        }
    }

    private IOException damaged(Exception e) {
        return new IOException(name + " cannot be read as an Arrow file or stream: " + e.getMessage(), e);
    }

    /** The metadata that comes next, or null at the end. */
    private Message message() throws IOException {
        if (in.getPos() >= length) {
            return null;
        }
        int size = readInt();
        if (size == CONTINUATION) {
            size = readInt();
        }
        if (size == 0) {
            return null;
        }
        if (size < 0 || size > MOST_METADATA) {
            throw new IOException("metadata of " + size + " bytes; expected at most " + MOST_METADATA);
        }
        return Message.getRootAsMessage(read(size));
    }

    private int readInt() throws IOException {
        return read(Integer.BYTES).getInt();
    }

    private ByteBuffer read(int bytes) throws IOException {
        requireThere(bytes);
        byte[] read = new byte[bytes];
        in.readFully(read);
        return ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
    }

    private void requireThere(long bytes) throws IOException {
        if (bytes < 0 || bytes > length - in.getPos()) {
            throw new EOFException(bytes + " bytes should follow at " + in.getPos() + " of " + length);
        }
    }

    private void load(Message message) throws IOException {
        requireThere(message.bodyLength());
        ArrowBuf body = MessageSerializer.readMessageBody(new ReadChannel(channel), message.bodyLength(), allocator);
        boolean valid = false;
        try (ArrowRecordBatch batch = MessageSerializer.deserializeRecordBatch(message, body)) {
            requireRows(batch);
            requireLengths(batch);
            new VectorLoader(root, CompressionCodec.Factory.INSTANCE).load(batch);
            requireSound();
            valid = true;
        } finally {
            if (!valid) {
                // Whatever was taken of it before it turned out to be wrong. The empty buffer is never gone.
                root.clear();
                while (body.capacity() > 0 && body.refCnt() > 0) {
                    body.getReferenceManager().release();
                }
            }
        }
    }

    /** Every column has as many values as there are rows; Arrow's loader would make up those that are missing. */
    private void requireRows(ArrowRecordBatch batch) throws IOException {
        int node = 0;
        for (Field field : root.getSchema().getFields()) {
            if (node >= batch.getNodes().size() || batch.getNodes().get(node).getLength() != batch.getLength()) {
                throw new IOException(
                        "its column " + field.getName() + " has not the " + batch.getLength() + " rows of its batch");
            }
            node += nodes(field);
        }
    }

    private static int nodes(Field field) {
        return 1 + field.getChildren().stream().mapToInt(ArrowBatches::nodes).sum();
    }

    /** Of LZ4, Arrow's codec believes the length that a buffer begins with, and takes as much of the heap. */
    private static void requireLengths(ArrowRecordBatch batch) throws IOException {
        if (batch.getBodyCompression().getCodec() != CompressionType.LZ4_FRAME) {
            return;
        }
        for (ArrowBuf buffer : batch.getBuffers()) {
            long packed = buffer.readableBytes();
            if (packed > 0 && (packed < Long.BYTES || buffer.getLong(0) > MOST_LZ4_RATIO * packed)) {
                throw new IOException("a buffer of " + packed + " bytes does not hold what it says");
            }
        }
    }

    /**
     * Lengths and offsets lie where they should. Arrow's own {@code validateFull} looks at types, too, and takes no map for one; here the
     * vectors are made of the types.
     */
    private void requireSound() {
        for (FieldVector vector : root.getFieldVectors()) {
            vector.accept(new ValidateVectorBufferVisitor(), null);
            vector.accept(new ValidateVectorDataVisitor(), null);
        }
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException _) {
            // It was only read.
        }
        if (root != null) {
            root.close();
        }
        allocator.close();
    }
}
