package io.sirocco.job.arrow;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.ArrowUtils;
import org.apache.spark.sql.vectorized.ArrowColumnVector;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** The rows of an Arrow file; each is a view that the next one overwrites. */
final class ArrowRows implements Iterator<InternalRow> {

    private final ArrowBatches batches;
    private final ColumnVector[] columns;
    private Iterator<InternalRow> batch = Collections.emptyIterator();

    /** @throws IOException if the file lacks a column, or has it in another type */
    ArrowRows(ArrowBatches batches, StructType required) throws IOException {
        this.batches = batches;
        requireColumns(required);
        VectorSchemaRoot root = batches.root();
        columns = new ColumnVector[required.size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = new ArrowColumnVector(root.getVector(required.fields()[i].name()));
        }
    }

    private void requireColumns(StructType required) throws IOException {
        for (StructField column : required.fields()) {
            FieldVector vector = batches.root().getVector(column.name());
            if (vector == null) {
                throw new IOException(batches.name() + " has no column " + column.name() + ", which other files have");
            }
            DataType there = ArrowUtils.fromArrowField(vector.getField());
            if (!DataType.equalsIgnoreNullability(there, column.dataType())) {
                throw new IOException(batches.name() + " has column " + column.name() + " as " + there.simpleString()
                        + "; expected " + column.dataType().simpleString() + " as in the other files");
            }
        }
    }

    @Override
    public boolean hasNext() {
        try {
            while (!batch.hasNext() && batches.next()) {
                batch = new ColumnarBatch(columns, batches.root().getRowCount()).rowIterator();
            }
            return batch.hasNext();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public InternalRow next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        return batch.next();
    }
}
