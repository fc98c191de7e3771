package io.sirocco.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.sirocco.text.jinja.TemplateException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PromptTemplateTest {

    @Test
    void columnsOfEveryTypeAppearAsTheirValue() {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("text", "a {{ b }}");
        row.put("i", 3);
        row.put("f", 0.1f);
        row.put("price", new BigDecimal("12.50"));
        row.put("day", LocalDate.of(2026, 11, 24));
        row.put("nothing", null);
        row.put("tags", List.of("x", (short) 2));
        row.put("struct", Map.of("field", 1.5));
        assertEquals(
                "a {{ b }}|4|0.1|12.50|2026-11-24|True|x2|1.5",
                PromptTemplate.parse("{{ text }}|{{ i + 1 }}|{{ f }}|{{ price }}|{{ day }}|{{ nothing is none }}"
                                + "|{% for t in tags %}{{ t }}{% endfor %}|{{ struct.field }}")
                        .render(row));
    }

    @Test
    void aTemplateThatDoesNotParseIsRefusedBeforeAnyRow() {
        assertThrows(TemplateException.class, () -> PromptTemplate.parse("{{ question"));
    }

    @Test
    void aColumnOfBytesIsRefusedByName() {
        PromptTemplate template = PromptTemplate.parse("x");
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> template.render(Map.of("image", new byte[] {1})));
        assertEquals(
                "column \"image\" holds byte[]; a prompt template takes text, numbers, booleans, dates, lists and structs",
                e.getMessage());
    }
}
