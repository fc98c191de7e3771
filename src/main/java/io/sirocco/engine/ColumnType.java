package io.sirocco.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * How values of one type stand in an Arrow vector; what writes them is next to what reads them.
 *
 * @param children of a list or struct, else none
 * @param nullable whether null is a value; if not, reading or writing it is an {@link IllegalArgumentException}
 */
record ColumnType<T>(ArrowType type, List<Field> children, boolean nullable, Reader<T> reader, Writer<T> writer) {

    interface Reader<T> {
        T read(FieldVector vector, int index);
    }

    interface Writer<T> {
        void write(FieldVector vector, int index, T value);
    }

    static final ColumnType<Boolean> BOOL = scalar(
            new ArrowType.Bool(),
            (vector, i) -> ((BitVector) vector).get(i) != 0,
            (vector, i, value) -> ((BitVector) vector).setSafe(i, value ? 1 : 0));

    static final ColumnType<Integer> INT32 = scalar(
            new ArrowType.Int(32, true),
            (vector, i) -> ((IntVector) vector).get(i),
            (vector, i, value) -> ((IntVector) vector).setSafe(i, value));

    static final ColumnType<Long> INT64 = scalar(
            new ArrowType.Int(64, true),
            (vector, i) -> ((BigIntVector) vector).get(i),
            (vector, i, value) -> ((BigIntVector) vector).setSafe(i, value));

    static final ColumnType<Double> FLOAT64 = scalar(
            new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
            (vector, i) -> ((Float8Vector) vector).get(i),
            (vector, i, value) -> ((Float8Vector) vector).setSafe(i, value));

    static final ColumnType<String> UTF8 = scalar(
            new ArrowType.Utf8(),
            (vector, i) -> new String(((VarCharVector) vector).get(i), StandardCharsets.UTF_8),
            (vector, i, value) -> ((VarCharVector) vector).setSafe(i, value.getBytes(StandardCharsets.UTF_8)));

    private static <T> ColumnType<T> scalar(ArrowType type, Reader<T> reader, Writer<T> writer) {
        return new ColumnType<>(type, List.of(), false, reader, writer);
    }

    static <E> ColumnType<List<E>> list(ColumnType<E> element) {
        return new ColumnType<>(
                new ArrowType.List(),
                List.of(element.field(ListVector.DATA_VECTOR_NAME)),
                false,
                (vector, i) -> {
                    ListVector list = (ListVector) vector;
                    int end = list.getElementEndIndex(i);
                    List<E> value = new ArrayList<>(end - list.getElementStartIndex(i));
                    for (int k = list.getElementStartIndex(i); k < end; k++) {
                        value.add(element.get(list.getDataVector(), k));
                    }
                    return Collections.unmodifiableList(value);
                },
                (vector, i, value) -> {
                    ListVector list = (ListVector) vector;
                    int start = list.startNewValue(i);
                    for (int k = 0; k < value.size(); k++) {
                        element.set(list.getDataVector(), start + k, value.get(k));
                    }
                    list.endValue(i, value.size());
                });
    }

    /** Makes a struct's value of its children at an index. */
    interface Maker<S> {
        S make(Column.Vectors children, int index);
    }

    static <S> ColumnType<S> struct(Columns<S> children, Maker<S> maker) {
        return new ColumnType<>(
                new ArrowType.Struct(),
                children.fields(),
                false,
                (vector, i) -> maker.make(((StructVector) vector)::getChild, i),
                (vector, i, value) -> {
                    StructVector struct = (StructVector) vector;
                    struct.setIndexDefined(i);
                    children.set(struct::getChild, i, value);
                });
    }

    /** The same with null as a value. */
    ColumnType<T> orNull() {
        return new ColumnType<>(type, children, true, reader, writer);
    }

    Field field(String name) {
        return new Field(name, new FieldType(nullable, type, null), children);
    }

    T get(FieldVector vector, int index) {
        if (!vector.isNull(index)) {
            return reader.read(vector, index);
        }
        refuseNull(vector, index);
        return null;
    }

    void set(FieldVector vector, int index, T value) {
        if (value != null) {
            writer.write(vector, index, value);
        } else {
            refuseNull(vector, index);
            vector.setNull(index);
        }
    }

    private void refuseNull(FieldVector vector, int index) {
        if (!nullable) {
            throw new IllegalArgumentException(vector.getName() + " is null at index " + index + "; expected a value");
        }
    }
}
