package io.sirocco.text.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates of evaluation tasks, regular expressions, literals and JSON, as Python 3.11 and jinja2 3.1 have them. */
class LmEvalTest {

    private static final JsonNode GOLDENS = read();

    private static JsonNode read() {
        try (InputStream in = LmEvalTest.class.getResourceAsStream("/templates/lm-eval.json")) {
            return new JsonMapper().readTree(in);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Object value(JsonNode node) {
        return switch (node.getNodeType()) {
            case NULL -> null;
            case BOOLEAN -> node.booleanValue();
            case NUMBER -> node.isIntegralNumber() ? (Object) node.longValue() : (Object) node.doubleValue();
            case STRING -> node.textValue();
            case ARRAY -> {
                List<Object> list = new ArrayList<>();
                node.forEach(element -> list.add(value(element)));
                yield list;
            }
            default -> map(node);
        };
    }

    private static Map<String, Object> map(JsonNode node) {
        Map<String, Object> map = new LinkedHashMap<>();
        node.properties().forEach(entry -> map.put(entry.getKey(), value(entry.getValue())));
        return map;
    }

    @Test
    void templatesRenderAsInTheHarness() {
        Map<String, Object> doc = map(GOLDENS.get("doc"));
        for (JsonNode golden : GOLDENS.get("templates")) {
            String template = golden.get("template").asText();
            if (golden.get("expected").isNull()) {
                assertThrows(
                        TemplateException.class,
                        () -> JinjaTemplate.parse(template, Environment.LM_EVAL).render(doc),
                        template);
            } else {
                assertEquals(
                        golden.get("expected").asText(),
                        JinjaTemplate.parse(template, Environment.LM_EVAL).render(doc),
                        template);
            }
        }
    }

    @Test
    void chatTemplatesDoNotHaveTheHarnessFilters() {
        assertThrows(TemplateException.class, () -> JinjaTemplate.parse("{{ 'a' | regex_replace('a', 'b') }}"));
        assertEquals("", JinjaTemplate.parse("{{ missing }}").render(Map.of()));
    }

    @Test
    void replacementsAreThoseOfPythonsRe() {
        for (JsonNode golden : GOLDENS.get("sub")) {
            String pattern = golden.get("pattern").asText();
            assertEquals(
                    golden.get("expected").asText(),
                    PythonRegex.compile(pattern)
                            .replace(
                                    golden.get("text").asText(),
                                    golden.get("repl").asText(),
                                    golden.get("count").asInt()),
                    pattern);
        }
    }

    @Test
    void matchesAreThoseOfPythonsRe() {
        for (JsonNode golden : GOLDENS.get("findall")) {
            String pattern = golden.get("pattern").asText();
            assertEquals(
                    value(golden.get("expected")),
                    PythonRegex.compile(pattern).findAll(golden.get("text").asText()),
                    pattern);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[a", "\\", "a\\q", "(?(1)a|b)", "(?x) a", "*"})
    void expressionsThatCannotBeUsedAreRefused(String pattern) {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> PythonRegex.compile(pattern));
        assertTrue(refused.getMessage().contains("\"" + pattern + "\""), refused.getMessage());
    }

    @Test
    void literalsAreRead() {
        for (JsonNode golden : GOLDENS.get("literal")) {
            String source = golden.get("source").asText();
            if (golden.get("ok").asBoolean()) {
                assertEquals(
                        value(golden.get("expected")), Python.literal(source).orElseThrow(), source);
            } else {
                assertFalse(Python.literal(source).isPresent(), source);
            }
        }
    }

    @Test
    void valuesAreWrittenAsByPython() {
        for (JsonNode golden : GOLDENS.get("json")) {
            Object value = value(golden.get("value"));
            assertEquals(golden.get("flat").asText(), Python.json(value));
            assertEquals(golden.get("indented").asText(), Python.json(value, 2));
            assertEquals(golden.get("str").asText(), Python.str(value));
        }
    }
}
