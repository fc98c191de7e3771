package io.sirocco.eval;

import io.sirocco.text.jinja.Environment;
import io.sirocco.text.jinja.JinjaTemplate;
import io.sirocco.text.jinja.Python;
import io.sirocco.text.jinja.TemplateException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What a task makes of a document for one of its keys: a column of that name, else a template over all columns; or a value that is the
 * same for all documents.
 */
final class DocExpression {

    /** Nothing: the key is not there. */
    static final DocExpression NONE = new DocExpression(null, null, null, null, null);

    private final String where;
    private final Object value;
    private final String column;
    private final JinjaTemplate template;

    private final Function<Map<String, Object>, Object> function;

    private DocExpression(
            String where,
            Object value,
            String column,
            JinjaTemplate template,
            Function<Map<String, Object>, Object> function) {
        this.where = where;
        this.value = value;
        this.column = column;
        this.template = template;
        this.function = function;
    }

    /**
     * The expression of a key.
     *
     * @param where the place of the key, for messages
     * @param value as it stands in the file; null if it does not
     * @param columns of the documents
     */
    static DocExpression of(String where, Object value, Set<String> columns) {
        if (value == null) {
            return NONE;
        }
        if (!(value instanceof String text)) {
            return new DocExpression(where, value, null, null, null);
        }
        if (columns.contains(text)) {
            return new DocExpression(where, value, text, null, null);
        }
        try {
            return new DocExpression(where, value, null, JinjaTemplate.parse(text, Environment.LM_EVAL), null);
        } catch (TemplateException e) {
            throw new EvalException(where + ": " + e.getMessage(), e);
        }
    }

    /** What a function makes of a document. */
    static DocExpression of(String where, Function<Map<String, Object>, Object> function) {
        return new DocExpression(where, function, null, null, function);
    }

    boolean isThere() {
        return value != null;
    }

    /** A value as it is, a column's value, or a template's text. */
    private Object evaluate(Map<String, Object> doc) {
        if (column != null) {
            return doc.get(column);
        }
        if (function != null) {
            return function.apply(doc);
        }
        if (template == null) {
            return value;
        }
        try {
            return template.render(doc);
        } catch (TemplateException e) {
            throw new EvalException(where + ": " + e.getMessage(), e);
        }
    }

    /** Text that a column or template gives. */
    String text(Map<String, Object> doc) {
        return Python.str(evaluate(doc));
    }

    /** The question: a text, or the index of a choice, as a whole number or a template's digits. */
    Object question(Map<String, Object> doc, boolean choices) {
        Object found = evaluate(doc);
        return template != null && choices ? index(found) : found;
    }

    /** The answer: a text, the index of a choice, or a list of these. */
    Object answer(Map<String, Object> doc, boolean choices) {
        Object found = evaluate(doc);
        if (template == null) {
            return found;
        }
        if (choices && index(found) instanceof Long index) {
            return index;
        }
        String text = (String) found;
        boolean list = text.length() >= 2 && text.startsWith("[") && text.endsWith("]");
        return list ? Python.literal(text).orElse(text) : text;
    }

    private static Object index(Object found) {
        boolean digits = found instanceof String text
                && !text.isEmpty()
                && text.length() < 18
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return digits ? (Object) Long.valueOf((String) found) : found;
    }

    /** The choices. */
    List<String> choices(Map<String, Object> doc) {
        Object found = evaluate(doc);
        if (template != null) {
            String text = (String) found;
            found = Python.literal(text)
                    .orElseThrow(
                            () -> new EvalException(where + " gives " + shown(text) + "; expected a list of choices"));
        }
        if (found instanceof Map<?, ?> map) {
            found = new ArrayList<>(map.values());
        }
        if (!(found instanceof List<?> list) || list.isEmpty()) {
            throw new EvalException(where + " gives " + shown(Python.str(found)) + "; expected a list of choices");
        }
        List<String> choices = new ArrayList<>(list.size());
        for (Object choice : list) {
            if (!(choice instanceof String text)) {
                throw new EvalException(where + " gives the choice " + shown(Python.str(choice)) + "; expected text");
            }
            choices.add(text);
        }
        return choices;
    }

    private static String shown(String text) {
        return text.length() > 60 ? text.substring(0, 60) + "…" : text;
    }
}
