package io.sirocco.engine;

import java.util.function.Function;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * A named column of a batch, or a named child of a struct, that holds one part of each row.
 *
 * @param <S> the row
 * @param <T> the part
 * @param of takes the part from the row
 */
record Column<S, T>(String name, ColumnType<T> type, Function<S, T> of) {

    /** The columns of a batch, or the children of a struct. */
    interface Vectors {
        /** The vector of that name, or null. */
        FieldVector named(String name);
    }

    Field field() {
        return type.field(name);
    }

    /** The value at an index; null if it is null or there is no such column, see {@link SchemaCheck}. */
    T get(Vectors vectors, int index) {
        FieldVector vector = vectors.named(name);
        return vector == null ? null : type.get(vector, index);
    }

    void set(Vectors vectors, int index, S row) {
        type.set(vectors.named(name), index, of.apply(row));
    }
}
