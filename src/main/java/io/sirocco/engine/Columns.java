package io.sirocco.engine;

import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * All columns of a batch, or all children of a struct.
 *
 * @param <S> the row they make together
 */
record Columns<S>(List<Column<S, ?>> columns) {

    List<Field> fields() {
        return columns.stream().map(Column::field).toList();
    }

    Schema schema() {
        return new Schema(fields());
    }

    void set(Column.Vectors vectors, int index, S row) {
        for (Column<S, ?> column : columns) {
            column.set(vectors, index, row);
        }
    }

    /** A batch of rows, owned by the caller; nothing stays allocated if it fails. */
    VectorSchemaRoot write(List<S> rows, BufferAllocator allocator) {
        VectorSchemaRoot batch = VectorSchemaRoot.create(schema(), allocator);
        try {
            for (FieldVector vector : batch.getFieldVectors()) {
                vector.setInitialCapacity(rows.size());
                vector.allocateNew();
            }
            for (int i = 0; i < rows.size(); i++) {
                set(batch::getVector, i, rows.get(i));
            }
            batch.setRowCount(rows.size());
            return batch;
        } catch (RuntimeException | Error e) {
            batch.close();
            throw e;
        }
    }
}
