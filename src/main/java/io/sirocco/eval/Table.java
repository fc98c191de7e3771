package io.sirocco.eval;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes documents rows of one table, as the {@code datasets} library does: every one has the columns of all, in the order in which they
 * first appear, with null where it had none, and so has every struct in them; a column with whole numbers and others holds doubles.
 */
final class Table {

    /** What is known of a column, or of the elements of its lists. */
    private static final class Column {
        private final Map<String, Column> fields = new LinkedHashMap<>();
        private Column element;
        private boolean doubles;

        void see(Object value) {
            switch (value) {
                case Double _ -> doubles = true;
                case List<?> list -> {
                    if (element == null) {
                        element = new Column();
                    }
                    list.forEach(element::see);
                }
                case Map<?, ?> map ->
                    map.forEach((key, field) -> fields.computeIfAbsent((String) key, _ -> new Column())
                            .see(field));
                case null, default -> {}
            }
        }

        Object fit(Object value) {
            return switch (value) {
                case Long number when doubles -> (Object) number.doubleValue();
                case List<?> list -> {
                    List<Object> fitted = new ArrayList<>(list.size());
                    list.forEach(each -> fitted.add(element.fit(each)));
                    yield fitted;
                }
                case Map<?, ?> map -> fields(map);
                case null, default -> value;
            };
        }

        private Map<String, Object> fields(Map<?, ?> map) {
            Map<String, Object> fitted = new LinkedHashMap<>();
            fields.forEach((name, column) -> fitted.put(name, column.fit(map.get(name))));
            return fitted;
        }
    }

    private Table() {}

    static List<Map<String, Object>> unified(List<Map<String, Object>> docs) {
        Column table = new Column();
        docs.forEach(table::see);
        List<Map<String, Object>> rows = new ArrayList<>(docs.size());
        docs.forEach(doc -> rows.add(table.fields(doc)));
        return rows;
    }
}
