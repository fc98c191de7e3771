package io.sirocco.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Whether a batch's columns are those expected, by name and type, in any order. A nullable column may be absent, as if it were null in
 * every row. Whether what is there is nullable, and what the elements of a list are called, does not matter.
 */
final class SchemaCheck {

    private SchemaCheck() {}

    /** @throws IllegalArgumentException naming the column, its type and what was expected */
    static void check(Schema expected, Schema given) {
        check(expected.getFields(), given.getFields(), "");
    }

    private static void check(List<Field> expected, List<Field> given, String parent) {
        Set<String> names = new HashSet<>();
        for (Field field : given) {
            String path = parent + field.getName();
            Field wanted = named(expected, field.getName());
            if (wanted == null) {
                throw new IllegalArgumentException(path + ", " + typeName(field) + ", is unknown; expected "
                        + expected.stream().map(Field::getName).collect(Collectors.joining(", ")));
            }
            if (!names.add(field.getName())) {
                throw new IllegalArgumentException(path + " is there twice; expected one " + typeName(wanted));
            }
            check(wanted, field, path);
        }
        for (Field wanted : expected) {
            if (!wanted.isNullable() && !names.contains(wanted.getName())) {
                throw new IllegalArgumentException(
                        parent + wanted.getName() + " is missing; expected " + typeName(wanted));
            }
        }
    }

    private static void check(Field expected, Field given, String path) {
        boolean list = expected.getType() instanceof ArrowType.List;
        if (!given.getType().equals(expected.getType())
                || given.getDictionary() != null
                || (list && given.getChildren().size() != 1)) {
            throw new IllegalArgumentException(path + " is " + typeName(given) + "; expected " + typeName(expected));
        }
        if (list) {
            check(expected.getChildren().getFirst(), given.getChildren().getFirst(), path + "[]");
        } else {
            check(expected.getChildren(), given.getChildren(), path + ".");
        }
    }

    private static Field named(List<Field> fields, String name) {
        return fields.stream()
                .filter(field -> field.getName().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** As people write it: {@code list<struct<role utf8, content utf8>>}. */
    static String typeName(Field field) {
        String name = switch (field.getType()) {
            case ArrowType.Int type -> (type.getIsSigned() ? "int" : "uint") + type.getBitWidth();
            case ArrowType.FloatingPoint type ->
                switch (type.getPrecision()) {
                    case HALF -> "float16";
                    case SINGLE -> "float32";
                    case DOUBLE -> "float64";
                };
            case ArrowType.List _ ->
                field.getChildren().stream().map(SchemaCheck::typeName).collect(Collectors.joining(", ", "list<", ">"));
            case ArrowType.Struct _ ->
                field.getChildren().stream()
                        .map(child -> child.getName() + " " + typeName(child))
                        .collect(Collectors.joining(", ", "struct<", ">"));
            case ArrowType type -> type.toString().toLowerCase(Locale.ROOT);
        };
        return field.getDictionary() == null ? name : "dictionary of " + name;
    }
}
