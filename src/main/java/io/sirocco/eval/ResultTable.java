package io.sirocco.eval;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** A table of results in Markdown, in the harness's layout. */
final class ResultTable {

    private static final List<String> HEADERS =
            List.of("Version", "Filter", "n-shot", "Metric", "", "Value", "", "Stderr");

    private final Map<String, Object> results;
    private final Map<String, List<String>> members = new TreeMap<>();
    private final Map<String, Integer> depths = new LinkedHashMap<>();
    private final List<List<Object>> rows = new ArrayList<>();

    private ResultTable(Map<String, Object> results) {
        this.results = results;
        map("group_subtasks").forEach((group, names) -> {
            List<String> sorted = new ArrayList<>();
            ((List<?>) names).forEach(name -> sorted.add((String) name));
            sorted.sort(null);
            members.put((String) group, sorted);
        });
    }

    /** @param column results or groups */
    static String of(Map<String, Object> results, String column) {
        ResultTable table = new ResultTable(results);
        Map<?, ?> shown = table.map(column);
        for (String name : table.ordered(shown)) {
            table.add(name, (Map<?, ?>) shown.get(name));
        }
        return table.markdown(column.equals("groups") ? "Groups" : "Tasks");
    }

    private Map<?, ?> map(String key) {
        return results.get(key) instanceof Map<?, ?> map ? map : Map.of();
    }

    /** Groups with their members below them, then the rest. */
    private List<String> ordered(Map<?, ?> shown) {
        TreeSet<String> inner = new TreeSet<>();
        members.values().forEach(inner::addAll);
        List<String> ordered = new ArrayList<>();
        members.keySet().stream()
                .filter(group -> !inner.contains(group))
                .forEach(group -> visit(group, 0, shown, ordered));
        TreeSet<String> rest = new TreeSet<>();
        shown.keySet().forEach(name -> rest.add((String) name));
        rest.stream().filter(name -> !depths.containsKey(name)).forEach(ordered::add);
        return ordered;
    }

    private void visit(String name, int depth, Map<?, ?> shown, List<String> ordered) {
        depths.put(name, depth);
        if (shown.containsKey(name)) {
            ordered.add(name);
        }
        members.getOrDefault(name, List.of()).forEach(member -> visit(member, depth + 1, shown, ordered));
    }

    private void add(String name, Map<?, ?> metrics) {
        int depth = depths.getOrDefault(name, 0);
        String shown = (depth > 0 ? " ".repeat(depth) + "- " : "") + metrics.get("alias");
        Object version = map("versions").get(name);
        Object versionShown = version == null ? "    N/A" : version;
        Object shots = map("n-shot").get(name);
        Map<?, ?> better = map("higher_is_better").get(name) instanceof Map<?, ?> own ? own : Map.of();
        TreeMap<String, Object> sorted = new TreeMap<>();
        metrics.forEach((key, value) -> {
            if (((String) key).contains(",")) {
                sorted.put((String) key, value);
            }
        });
        for (Map.Entry<String, Object> entry : sorted.entrySet()) {
            String key = entry.getKey();
            String metric = key.substring(0, key.indexOf(','));
            if (metric.endsWith("_stderr")) {
                continue;
            }
            String filter = key.substring(metric.length() + 1);
            Object error = sorted.get(metric + "_stderr," + filter);
            String arrow = better.get(metric) instanceof Boolean is ? (is ? "↑" : "↓") : "";
            rows.add(List.of(
                    shown,
                    versionShown,
                    filter,
                    shots == null ? " " : shots,
                    metric,
                    arrow,
                    number(entry.getValue()),
                    error == null ? "" : "±",
                    error == null ? "" : error instanceof Double ? number(error) : "   N/A"));
            shown = "";
            versionShown = "";
        }
    }

    private static String number(Object value) {
        return value instanceof Double number ? String.format(Locale.ROOT, "%.4f", number) : String.valueOf(value);
    }

    private String markdown(String title) {
        List<String> headers = new ArrayList<>(List.of(title));
        headers.addAll(HEADERS);
        return MarkdownTable.of(headers, rows);
    }
}
