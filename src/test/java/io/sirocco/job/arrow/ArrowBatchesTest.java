package io.sirocco.job.arrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.Text;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.catalyst.InternalRow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What an Arrow file says is taken only as far as its bytes bear it out. Arrow's own debugging allocator, on in tests, fails a close that
 * leaves a buffer behind.
 */
class ArrowBatchesTest {

    private static final CompressionCodec.Factory CODECS = CompressionCodec.Factory.INSTANCE;
    private static final Configuration LOCAL = new Configuration(false);

    private static final Schema SCHEMA = new Schema(List.of(
            Field.nullable("n", new ArrowType.Int(32, true)),
            Field.nullable("text", ArrowType.Utf8.INSTANCE),
            new Field(
                    "list",
                    FieldType.nullable(ArrowType.List.INSTANCE),
                    List.of(Field.nullable("element", new ArrowType.Int(32, true))))));

    @TempDir
    private Path folder;

    /** Two batches of three rows. */
    private static byte[] written(boolean file) throws IOException {
        return written(file, CodecType.NO_COMPRESSION);
    }

    private static byte[] written(boolean file, CodecType codec) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (BufferAllocator allocator = new RootAllocator();
                VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, allocator);
                ArrowWriter writer = file
                        ? new ArrowFileWriter(
                                root, null, Channels.newChannel(bytes), Map.of(), IpcOption.DEFAULT, CODECS, codec)
                        : new ArrowStreamWriter(
                                root, null, Channels.newChannel(bytes), IpcOption.DEFAULT, CODECS, codec)) {
            writer.start();
            for (int batch = 0; batch < 2; batch++) {
                fill(root, 3 * batch);
                writer.writeBatch();
            }
            writer.end();
        }
        return bytes.toByteArray();
    }

    private static void fill(VectorSchemaRoot root, int first) {
        root.allocateNew();
        UnionListWriter list = ((ListVector) root.getVector("list")).getWriter();
        for (int i = 0; i < 3; i++) {
            ((IntVector) root.getVector("n")).setSafe(i, first + i);
            if (i != 1) {
                ((VarCharVector) root.getVector("text")).setSafe(i, new Text("text " + (first + i)));
            }
            list.setPosition(i);
            list.startList();
            for (int j = 0; j < i; j++) {
                list.writeInt(10 * j);
            }
            list.endList();
        }
        root.setRowCount(3);
    }

    private org.apache.hadoop.fs.Path stored(byte[] bytes) throws IOException {
        return new org.apache.hadoop.fs.Path(
                Files.write(folder.resolve("some.arrow"), bytes).toUri());
    }

    /** Every value of every row. */
    private List<String> read(byte[] bytes) throws IOException {
        List<String> rows = new ArrayList<>();
        try (ArrowBatches batches = ArrowBatches.open(stored(bytes), LOCAL)) {
            var schema = batches.schema();
            ArrowRows each = new ArrowRows(batches, schema);
            while (each.hasNext()) {
                InternalRow row = each.next().copy();
                rows.add(row.toSeq(schema).mkString("|") + " "
                        + (row.isNullAt(2)
                                ? "null"
                                : Arrays.toString(row.getArray(2).toIntArray())));
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return rows;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void filesAndStreamsAreRead(boolean file) throws IOException {
        List<String> rows = read(written(file));
        assertEquals(6, rows.size());
        assertTrue(rows.get(0).startsWith("0|text 0|") && rows.get(0).endsWith("[]"), rows.get(0));
        assertTrue(rows.get(4).startsWith("4|null|") && rows.get(4).endsWith("[0]"), rows.get(4));
        assertTrue(rows.get(5).startsWith("5|text 5|") && rows.get(5).endsWith("[0, 10]"), rows.get(5));
    }

    @ParameterizedTest
    @EnumSource(CodecType.class)
    void compressedBatchesAreRead(CodecType codec) throws IOException {
        byte[] whole = written(true, codec);
        assertEquals(read(written(true)), read(whole));
    }

    @Test
    void aFileThatIsCutOffAnywhereIsRefused() throws IOException {
        byte[] whole = written(true);
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            IOException e = assertThrows(IOException.class, () -> read(part), "of length " + length);
            assertTrue(
                    e.getMessage().startsWith("some.arrow cannot be read as an Arrow file or stream: "), e.toString());
        }
    }

    @Test
    void aStreamThatIsCutOffWithinABatchIsRefused() throws IOException {
        byte[] whole = written(false);
        int refused = 0;
        for (int length = 0; length < whole.length; length++) {
            try {
                assertEquals(0, read(Arrays.copyOf(whole, length)).size() % 3);
            } catch (IOException e) {
                refused++;
            }
        }
        assertTrue(refused > whole.length - 16, refused + " of " + whole.length);
    }

    private static byte[] with(Schema schema, Consumer<VectorSchemaRoot> fill) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (BufferAllocator allocator = new RootAllocator();
                VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
                ArrowStreamWriter writer = new ArrowStreamWriter(root, null, Channels.newChannel(bytes))) {
            fill.accept(root);
            writer.start();
            writer.writeBatch();
            writer.end();
        }
        return bytes.toByteArray();
    }

    @Test
    void aSchemaDeeperThanAnySensibleOneIsRefused() throws IOException {
        Field field = Field.nullable("leaf", new ArrowType.Int(32, true));
        for (int i = 0; i < 70; i++) {
            field = new Field("f", FieldType.nullable(ArrowType.Struct.INSTANCE), List.of(field));
        }
        byte[] deep = with(new Schema(List.of(field)), root -> root.setRowCount(0));
        assertTrue(
                assertThrows(IOException.class, () -> read(deep)).getMessage().contains("fields more than 64 deep"));
    }

    @Test
    void offsetsThatPointOutOfABatchAreRefused() throws IOException {
        Schema text = new Schema(List.of(Field.nullable("text", ArrowType.Utf8.INSTANCE)));
        byte[] wrong = with(text, root -> {
            VarCharVector vector = (VarCharVector) root.getVector("text");
            vector.allocateNew(8, 1);
            vector.setSafe(0, new Text("abc"));
            root.setRowCount(1);
            vector.getOffsetBuffer().setInt(0, -5);
        });
        assertThrows(IOException.class, () -> read(wrong));
    }

    @Test
    void aColumnThatAnotherFileLacksIsNamed() throws IOException {
        try (ArrowBatches batches = ArrowBatches.open(stored(written(true)), LOCAL)) {
            var required = batches.schema().add("more", "string");
            assertEquals(
                    "some.arrow has no column more, which other files have",
                    assertThrows(IOException.class, () -> new ArrowRows(batches, required))
                            .getMessage());
        }
    }
}
