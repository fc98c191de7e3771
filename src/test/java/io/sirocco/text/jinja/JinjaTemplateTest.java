package io.sirocco.text.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The public face: what is refused and how, the clock, and one template on many threads. */
class JinjaTemplateTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{% include 'a' %}           | the tag 'include' is not supported",
                "{% import 'a' as b %}       | the tag 'import' is not supported",
                "{% from 'a' import b %}     | the tag 'from' is not supported",
                "{% extends 'a' %}           | the tag 'extends' is not supported",
                "{% block a %}{% endblock %} | the tag 'block' is not supported",
                "{% autoescape true %}       | the tag 'autoescape' is not supported",
                "{% nosuch %}                | unknown tag 'nosuch'",
                "{% endif %}                 | unknown tag 'endif'",
                "{% if f %}{{ 1 is nosuch }}{% endif %} | no test 'nosuch'",
                "{{ self.title() }}          | 'self' is not supported",
                "{{ lipsum() }}              | 'lipsum' is not supported",
                "{{ 'a'.encode() }}          | the method .encode() is not supported",
                "{{ 99999999999999999999 }}  | does not fit 64 bits",
                "{% if a %}                  | this block is not closed; expected {% elif %} or {% else %} or {% endif %}",
                "{{ 'a }}                    | a string is not closed",
                "{{ 1                        | '{{' is not closed",
                "{# a                        | a comment '{#' is not closed",
                "{% raw %} a                 | {% raw %} is not closed",
                "{% break %}                 | stands outside of a loop",
            })
    void parsingRefusesWithTheLineAndTheConstruct(String template, String message) {
        TemplateException refused =
                assertThrows(TemplateException.class, () -> JinjaTemplate.parse("first\n" + template));
        assertTrue(refused.getMessage().startsWith("template line 2: "), refused.getMessage());
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
        assertFalse(refused.raisedByTemplate());
    }

    @Test
    void anUnknownFilterIsRefusedEvenWhereItIsNotReached() {
        TemplateException refused = assertThrows(
                TemplateException.class, () -> JinjaTemplate.parse("{% if false %}{{ 'a' | nosuch }}{% endif %}"));
        assertTrue(refused.getMessage().contains("no filter 'nosuch'; use one of abs, "), refused.getMessage());
    }

    @Test
    void aFailedOperationNamesItsLine() {
        JinjaTemplate template =
                JinjaTemplate.parse("{% for m in messages %}\n{{ m.role }}\n{{ 'a' + m.n }}{% endfor %}");
        TemplateException error = assertThrows(
                TemplateException.class,
                () -> template.render(Map.of("messages", List.of(Map.of("role", "user", "n", 1L)))));
        assertEquals(
                "template line 3: 'str' + 'int' is not possible; convert one side with | string, | int or | list",
                error.getMessage());
    }

    @Test
    void theTemplatesOwnErrorIsToldApart() {
        JinjaTemplate template = JinjaTemplate.parse("{{ raise_exception('roles must ' ~ what) }}");
        TemplateException error =
                assertThrows(TemplateException.class, () -> template.render(Map.of("what", "alternate")));
        assertEquals("roles must alternate", error.getMessage());
        assertTrue(error.raisedByTemplate());
    }

    @Test
    void theClockAndItsZoneAreTheCallers() {
        Clock clock = Clock.fixed(Instant.parse("2024-12-31T23:30:00Z"), ZoneId.of("Asia/Tokyo"));
        assertEquals(
                "01 Jan 2025 08:30",
                JinjaTemplate.parse("{{ strftime_now('%d %b %Y %H:%M') }}", clock)
                        .render(Map.of()));
    }

    @Test
    void nullIsDefinedAndSmallNumbersAreTaken() {
        Map<String, Object> context = new LinkedHashMap<>();
        context.put("n", null);
        context.put("i", 1);
        context.put("f", 0.5f);
        assertEquals(
                "True None 2 0.5",
                JinjaTemplate.parse("{{ n is defined }} {{ n }} {{ i + 1 }} {{ f }}")
                        .render(context));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "a\n\n", "a\r\nb", "{{ 'a' }}\n"})
    void oneNewlineAtTheEndIsDropped(String source) {
        String normalized = source.replace("\r\n", "\n").replace("{{ 'a' }}", "a");
        String expected = normalized.endsWith("\n") ? normalized.substring(0, normalized.length() - 1) : normalized;
        assertEquals(expected, JinjaTemplate.parse(source).render(Map.of()));
    }

    @Test
    void oneTemplateServesManyThreads() {
        JinjaTemplate template = JinjaTemplate.parse(
                "{% macro m(x) %}{% set x = x * 2 %}[{{ x }}]{% endmacro %}{% set ns = namespace(s='') %}"
                        + "{% for i in range(n) %}{% set ns.s = ns.s ~ m(i) %}{% endfor %}{{ ns.s }}");
        List<String> expected = IntStream.range(0, 200)
                .mapToObj(n -> template.render(Map.of("n", (long) n)))
                .toList();
        List<String> parallel = IntStream.range(0, 200)
                .parallel()
                .mapToObj(n -> template.render(Map.of("n", (long) n)))
                .toList();
        assertEquals(expected, parallel);
    }
}
