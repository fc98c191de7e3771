package io.sirocco.eval;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/** Documents in Parquet. */
final class ParquetDocs {

    private ParquetDocs() {}

    static List<Map<String, Object>> read(Path file) {
        List<Map<String, Object>> docs = new ArrayList<>();
        org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file.toUri());
        try (ParquetReader<Group> reader =
                ParquetReader.builder(new GroupReadSupport(), path).build()) {
            for (Group row = reader.read(); row != null; row = reader.read()) {
                docs.add(struct(file, row));
            }
        } catch (IOException | RuntimeException e) {
            throw e instanceof EvalException own
                    ? own
                    : new EvalException(file + " cannot be read: " + e.getMessage(), e);
        }
        return docs;
    }

    private static Map<String, Object> struct(Path file, Group group) {
        GroupType type = group.getType();
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int i = 0; i < type.getFieldCount(); i++) {
            Type field = type.getType(i);
            fields.put(field.getName(), group.getFieldRepetitionCount(i) == 0 ? null : value(file, field, group, i, 0));
        }
        return fields;
    }

    private static Object value(Path file, Type type, Group group, int field, int index) {
        if (type.isPrimitive()) {
            return primitive(file, type.asPrimitiveType(), group, field, index);
        }
        Group inner = group.getGroup(field, index);
        boolean list = type.getLogicalTypeAnnotation() instanceof LogicalTypeAnnotation.ListLogicalTypeAnnotation;
        return list ? list(file, inner) : struct(file, inner);
    }

    /** Three levels: the list, its repeated group, its element. */
    private static List<Object> list(Path file, Group list) {
        List<Object> elements = new ArrayList<>();
        for (int i = 0; i < list.getFieldRepetitionCount(0); i++) {
            Group entry = list.getGroup(0, i);
            Type type = entry.getType().getType(0);
            elements.add(entry.getFieldRepetitionCount(0) == 0 ? null : value(file, type, entry, 0, 0));
        }
        return elements;
    }

    private static Object primitive(Path file, PrimitiveType type, Group group, int field, int index) {
        LogicalTypeAnnotation meaning = type.getLogicalTypeAnnotation();
        boolean plain = meaning == null
                || meaning instanceof LogicalTypeAnnotation.StringLogicalTypeAnnotation
                || meaning instanceof LogicalTypeAnnotation.EnumLogicalTypeAnnotation
                || meaning instanceof LogicalTypeAnnotation.JsonLogicalTypeAnnotation
                || meaning instanceof LogicalTypeAnnotation.IntLogicalTypeAnnotation;
        if (!plain) {
            throw new EvalException(file + ": column \"" + type.getName() + "\" is of type " + meaning
                    + "; expected text, numbers, booleans, lists or structs");
        }
        return switch (type.getPrimitiveTypeName()) {
            case BOOLEAN -> group.getBoolean(field, index);
            case INT32 -> (long) group.getInteger(field, index);
            case INT64 -> group.getLong(field, index);
            case FLOAT -> (double) group.getFloat(field, index);
            case DOUBLE -> group.getDouble(field, index);
            case BINARY -> group.getString(field, index);
            case INT96, FIXED_LEN_BYTE_ARRAY ->
                throw new EvalException(file + ": column \"" + type.getName() + "\" is of type "
                        + type.getPrimitiveTypeName() + "; expected text, numbers, booleans, lists or structs");
        };
    }
}
