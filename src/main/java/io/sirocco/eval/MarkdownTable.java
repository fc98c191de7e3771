package io.sirocco.eval;

import java.lang.Character.UnicodeScript;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A table in Markdown as Python's pytablewriter lays it out: numbers to the right, and in a column of numbers as many decimals as any of
 * them needs; where there is text in the column, whole numbers have none.
 */
final class MarkdownTable {

    private static final Set<UnicodeScript> WIDE =
            Set.of(UnicodeScript.HAN, UnicodeScript.HIRAGANA, UnicodeScript.KATAKANA, UnicodeScript.HANGUL);

    private MarkdownTable() {}

    /** One column, its cells as they are shown. */
    private record Column(String header, List<String> cells, List<Boolean> numbers, boolean isNumbers, int width) {

        static Column of(String header, List<?> raw) {
            List<String> values = raw.stream().map(String::valueOf).toList();
            // In a column that begins with text, text is text even where it looks like a number.
            boolean textFirst = raw.getFirst() instanceof String first && !isNumber(first) && !first.isBlank();
            List<Boolean> numbers = raw.stream()
                    .map(value -> value instanceof Number || (!textFirst && isNumber((String) value)))
                    .toList();
            List<BigDecimal> parsed = IntStream.range(0, values.size())
                    .filter(numbers::get)
                    .mapToObj(i -> new BigDecimal(values.get(i)).stripTrailingZeros())
                    .toList();
            int decimals = parsed.stream().mapToInt(BigDecimal::scale).max().orElse(0);
            boolean text = IntStream.range(0, values.size())
                    .anyMatch(i -> !numbers.get(i) && !values.get(i).isBlank());
            List<String> cells = new ArrayList<>();
            for (int i = 0; i < values.size(); i++) {
                cells.add(numbers.get(i) ? shown(values.get(i), Math.max(0, decimals), text) : values.get(i));
            }
            int width = Math.max(
                    Math.max(3, columns(header)),
                    cells.stream().mapToInt(MarkdownTable::columns).max().orElse(0));
            return new Column(header, cells, numbers, !parsed.isEmpty() && !text, width);
        }

        private static boolean isNumber(String value) {
            return value.matches("-?[0-9]+(\\.[0-9]+)?");
        }

        private static String shown(String value, int decimals, boolean amongText) {
            BigDecimal number = new BigDecimal(value);
            boolean whole = number.stripTrailingZeros().scale() <= 0;
            if (amongText) {
                return whole ? number.setScale(0, RoundingMode.UNNECESSARY).toPlainString() : value;
            }
            return number.setScale(decimals, RoundingMode.HALF_EVEN).toPlainString();
        }

        String head() {
            int space = width - MarkdownTable.columns(header);
            return " ".repeat(space / 2) + header + " ".repeat(space - space / 2);
        }

        String rule() {
            return isNumbers ? "-".repeat(width - 1) + ":" : "-".repeat(width);
        }

        String cell(int row) {
            String space = " ".repeat(width - MarkdownTable.columns(cells.get(row)));
            return numbers.get(row) ? space + cells.get(row) : cells.get(row) + space;
        }
    }

    /** @param rows of equally many cells each, at least one; numbers, or texts that may look like them */
    static String of(List<String> headers, List<List<Object>> rows) {
        List<Column> columns = IntStream.range(0, headers.size())
                .mapToObj(c -> Column.of(
                        headers.get(c), rows.stream().map(row -> row.get(c)).toList()))
                .toList();
        StringBuilder out = new StringBuilder();
        line(out, columns.stream().map(Column::head).toList());
        line(out, columns.stream().map(Column::rule).toList());
        for (int i = 0; i < rows.size(); i++) {
            int row = i;
            line(out, columns.stream().map(column -> column.cell(row)).toList());
        }
        return out.toString();
    }

    private static void line(StringBuilder out, List<String> cells) {
        out.append('|').append(String.join("|", cells)).append("|\n");
    }

    /** Columns of a terminal: East Asian characters take two. */
    private static int columns(String text) {
        return text.codePoints()
                .map(c -> WIDE.contains(UnicodeScript.of(c)) ? 2 : 1)
                .sum();
    }
}
