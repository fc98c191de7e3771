package io.sirocco.text.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A template that wants too much ends with an error for people, soon, and never takes the JVM with it. */
class HostileTemplatesTest {
    private static final String GROW = "{% set ns = namespace(x='a' * 1000) %}{% for i in range(60) %}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ 'a' * 1000000000000 }}",
                "{{ [0] * 1000000000000 }}",
                "{{ (1,) * 9223372036854775807 }}",
                GROW + "{% set ns.x = ns.x + ns.x %}{% endfor %}",
                GROW + "{% set ns.x = ns.x ~ ns.x %}{% endfor %}",
                GROW + "{% set ns.x = ns.x | replace('a', ns.x) %}{% endfor %}",
                GROW + "{% set ns.x = ns.x | join(ns.x) %}{% endfor %}",
                GROW + "{% set ns.x = ns.x.join([ns.x, ns.x]) %}{% endfor %}",
                GROW + "{% set ns.x %}{{ ns.x }}{{ ns.x }}{% endset %}{% endfor %}",
                GROW + "{% set ns.x = '%s%s' % (ns.x, ns.x) %}{% endfor %}",
                GROW + "{% set ns.x = '{0}{0}'.format(ns.x) %}{% endfor %}",
                GROW + "{% set ns.x = ns.x | list | string %}{% endfor %}",
                GROW + "{% set ns.x = ns.x | tojson | tojson %}{% endfor %}",
                GROW + "{% set ns.x = ns.x | indent(ns.x, true) ~ '\n' ~ ns.x %}{% endfor %}",
                "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
                "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x }}",
                "{% set ns = namespace(x=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}{{ ns.x | tojson }}",
                "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}"
                        + "{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x == ns.y }}",
                "{% set ns = namespace(x=[1], y=[1]) %}{% for i in range(60) %}{% set ns.x = [ns.x, ns.x] %}"
                        + "{% set ns.y = [ns.y, ns.y] %}{% endfor %}{{ ns.x < ns.y }}",
                "{% set ns = namespace(x=[]) %}{% for i in range(100000) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}",
                "{% set ns = namespace(x=[]) %}{% for i in range(100000) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x | tojson }}",
                "{% set ns = namespace(x=()) %}{% for i in range(100000) %}{% set ns.x = (ns.x,) %}{% endfor %}{{ {ns.x: 1} }}",
                "{% set ns = namespace(x=[1]) %}{% for i in range(100000) %}{% set ns.x = ns.x | map('string') %}{% endfor %}{{ ns.x | list }}",
                "{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}",
                "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
                "{% for a in range(100000) %}{% for b in range(100000) %}{{ a * b }}{% endfor %}{% endfor %}",
                "{% for a in range(100000) %}{{ range(100000) | sum }}{% endfor %}",
                "{% for a in range(100000) %}{% if range(100000) | list == [] %}{% endif %}{% endfor %}",
                "{% for a in range(100000) %}{{ 'x' * 100000 }}{% endfor %}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
                "{% macro a(n) %}{{ b(n) }}{% endmacro %}{% macro b(n) %}{{ a([n]) }}{% endmacro %}{{ a(1) }}",
                "{% macro m() %}{% call m() %}{{ caller() }}{% endcall %}{% endmacro %}{{ m() }}",
                "{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}",
                "{{ ('a' * 8000000).find('a' * 4000000 ~ 'b') }}{% for i in range(1000) %}{{ ('a' * 80000).rfind('b' ~ 'a' * 4000) }}{% endfor %}"
                        + "{{ 1 // 0 }}",
                "{% set x = 'a' * 100000 %}{% for i in range(100000) %}{{ x in x ~ 'b' }}{% endfor %}",
                "{% set x = 'a ' * 1000000 %}{% for i in range(100000) %}{% set y = x.split() %}{% endfor %}",
                "{{ 'a'.center(1000000000000) }}",
                "{{ 'a'.zfill(1000000000000) }}",
                "{{ '\t'.expandtabs(1000000000000) }}",
                "{{ 'a' | center(1000000000000) }}",
                "{{ 'a\nb' | indent(1000000000000) }}",
                "{{ '%99999999d' % 1 }}",
                "{{ '%.99999999f' % 1 }}",
                "{{ '%999999999999999999d' % 1 }}",
                "{{ '{:99999999}'.format(1) }}",
                "{{ '{:.99999999f}'.format(1.5) }}",
                "{{ [1] | tojson(indent=1000000000000) }}",
                "{{ [1] | batch(1000000000000, 'x') | list }}",
                "{{ [1] | slice(1000000000000) | list }}",
                "{{ range(1000000000000) }}",
                "{{ range(-9223372036854775807, 9223372036854775807) }}",
                "{{ 10 ** 1000000 }}",
                "{{ 1 | round(-9223372036854775807) ~ 1.5 | round(9223372036854775807, 'ceil') ~ nope.x }}",
                "{{ ''.__class__.__mro__ }}",
                "{{ x.getClass() }}",
                "{{ x.class.forName('java.lang.Runtime') }}",
                "{{ m.put('a', 1) }}",
                "{{ raise_exception.__globals__.x }}",
                "{{ '{0.__class__.__init__}'.format('a') ~ nope.x }}",
            })
    void endsWithAnError(String template) {
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            TemplateException error = assertThrows(
                    TemplateException.class,
                    () -> JinjaTemplate.parse(template).render(Map.of("x", "text", "m", Map.of("a", 1L))));
            assertFalse(error.raisedByTemplate());
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '"',
            value = {
                "(;)",
                "[;]",
                "{'a':;}",
                "not (;)",
                "(-;)",
                "a[;]",
                "f(;)",
                "1 if 1 else (;)",
                "a|default(;)",
                "a is eq(;)",
                "(a,;)",
            })
    void nestingTooDeepIsRefusedWithItsLine(String open, String close) {
        String template = "\n\n{{ " + open.repeat(20_000) + "1" + close.repeat(20_000) + " }}";
        TemplateException error = assertThrows(TemplateException.class, () -> JinjaTemplate.parse(template));
        assertTrue(error.getMessage().startsWith("template line 3: nested deeper"), error.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% if true %}",
                "{% for x in y %}",
                "{% macro m() %}",
                "{% set x %}",
                "{% filter upper %}",
                "{% with %}",
                "{% call m() %}",
                "{% generation %}",
                "{% if a %}{% else %}"
            })
    void blocksNestedTooDeepAreRefused(String open) {
        TemplateException error = assertThrows(TemplateException.class, () -> JinjaTemplate.parse(open.repeat(20_000)));
        assertTrue(error.getMessage().contains("nested deeper"), error.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.b",
                ".x",
                "[0]",
                "()",
                "|upper",
                " is defined",
                " + 1",
                " ~ 1",
                " and 1",
                " or 1",
                " == 1",
                " ** 1",
                ", 1"
            })
    void longChainsNeverOverflowTheStack(String link) {
        String template = "{{ a" + link.repeat(50_000) + " }}";
        try {
            JinjaTemplate.parse(template).render(Map.of("a", List.of()));
        } catch (TemplateException refused) {
            assertFalse(refused.getMessage().contains("stack"), refused.getMessage());
        }
    }

    @Test
    void aLongSumOfLiteralsIsNoNesting() {
        assertEquals(
                "5001",
                JinjaTemplate.parse("{{ 1" + " + 1".repeat(5000) + " }}").render(Map.of()));
    }

    @Test
    void aSourceTooLongIsRefused() {
        assertThrows(TemplateException.class, () -> JinjaTemplate.parse("x".repeat(Budget.MAX_SOURCE + 1)));
    }

    @Test
    void recursionEndsByItsOwnLimitOnAThreadOfUsualStack() {
        JinjaTemplate template = JinjaTemplate.parse(
                "{% macro m(n) %}{% if n %}{% for i in [1] %}{{ 'a' ~ (m(n) | trim) }}{% endfor %}{% endif %}{% endmacro %}{{ m(1) }}");
        TemplateException error = assertThrows(TemplateException.class, () -> template.render(Map.of()));
        assertTrue(error.getMessage().contains("recursive deeper than"), error.getMessage());
    }

    @Test
    void contextsAreBoundedToo() {
        List<Object> deep = new ArrayList<>();
        List<Object> inner = deep;
        for (int i = 0; i < 100_000; i++) {
            List<Object> next = new ArrayList<>();
            inner.add(next);
            inner = next;
        }
        List<Object> cyclic = new ArrayList<>();
        cyclic.add(cyclic);
        JinjaTemplate template = JinjaTemplate.parse("{{ x }}");
        assertThrows(TemplateException.class, () -> template.render(Map.of("x", deep)));
        assertThrows(TemplateException.class, () -> template.render(Map.of("x", cyclic)));
        assertThrows(TemplateException.class, () -> template.render(Map.of("x", new Object())));
        assertThrows(TemplateException.class, () -> template.render(Map.of("x", Map.of(1, 2))));
    }
}
