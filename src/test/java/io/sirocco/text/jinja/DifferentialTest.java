package io.sirocco.text.jinja;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Small templates, one construct each or put together at random, against what jinja2 3.1.6 on Python 3.11 made of them.
 * Those whose result no template should rely on (addresses of functions, whole numbers beyond 64 bits) are left out.
 */
class DifferentialTest {

    static List<TemplateCase> cases() {
        return TemplateCase.resourceWithOneContext("differential.json");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void doesWhatTheReferenceDoes(TemplateCase expected) {
        expected.check();
    }

    @org.junit.jupiter.api.Test
    void coversResultsAndErrors() {
        assertTrue(cases().stream().filter(c -> c.error() == null).count() > 1000, "results");
        assertTrue(cases().stream().filter(c -> c.error() != null).count() > 200, "errors");
    }
}
