package io.sirocco.text;

import io.sirocco.text.jinja.JinjaTemplate;
import io.sirocco.text.jinja.TemplateException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.temporal.TemporalAccessor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A Jinja template over the columns of a row, in place of a prompt column. Immutable and safe for many threads. */
public final class PromptTemplate {
    private final JinjaTemplate template;

    private PromptTemplate(JinjaTemplate template) {
        this.template = template;
    }

    /**
     * Reads a template.
     *
     * @throws TemplateException naming what does not parse or is not implemented
     */
    public static PromptTemplate parse(String source) throws TemplateException {
        return new PromptTemplate(JinjaTemplate.parse(source));
    }

    /**
     * The prompt of a row.
     *
     * @param row value of each column: text, numbers, booleans, null, lists, and maps for structs. Decimals, dates and times appear as
     *     their text
     * @throws TemplateException what the template says is wrong with the row
     * @throws IllegalArgumentException naming a column with another kind of value, such as bytes
     */
    public String render(Map<String, ?> row) throws TemplateException {
        Map<String, Object> context = new LinkedHashMap<>();
        row.forEach((column, value) -> context.put(column, jinjaValue(column, value)));
        return template.render(context);
    }

    private static Object jinjaValue(String column, Object value) {
        return switch (value) {
            case null -> null;
            case String text -> text;
            case Boolean truth -> truth;
            case Long number -> number;
            case Integer number -> number.longValue();
            case Short number -> number.longValue();
            case Byte number -> number.longValue();
            case Double number -> number;
            // The shortest text that means this float: 0.1, not 0.10000000149011612.
            case Float number -> Double.valueOf(number.toString());
            case BigDecimal number -> number.toPlainString();
            case BigInteger number -> number.toString();
            case TemporalAccessor time -> time.toString();
            case Date day -> day.toString();
            case Timestamp time -> time.toString();
            case List<?> list -> {
                List<Object> values = new ArrayList<>(list.size());
                list.forEach(element -> values.add(jinjaValue(column, element)));
                yield values;
            }
            case Map<?, ?> map -> {
                Map<String, Object> values = new LinkedHashMap<>();
                map.forEach((key, element) -> values.put(String.valueOf(key), jinjaValue(column, element)));
                yield values;
            }
            default ->
                throw new IllegalArgumentException("column \"" + column + "\" holds "
                        + value.getClass().getSimpleName()
                        + "; a prompt template takes text, numbers, booleans, dates, lists and structs");
        };
    }
}
