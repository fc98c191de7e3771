package io.sirocco.text.jinja;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.sirocco.Shared;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Renders what Python's jinja2, in transformers' environment, rendered. */
class GoldenTemplatesTest {

    static Stream<TemplateCase> kept() {
        return Stream.of("jinja-features.json", "smollm2.json", "zephyr.json")
                .flatMap(name -> TemplateCase.resource(name).stream());
    }

    @ParameterizedTest
    @MethodSource("kept")
    void rendersAsTheReferenceDoes(TemplateCase golden) {
        golden.check();
    }

    @TestFactory
    List<DynamicNode> everyPublishedTemplateRendersAsTheReferenceDoes() throws IOException {
        Path folder = Shared.path("tokenizers", "templates");
        try (Stream<Path> files = Files.list(folder)) {
            List<DynamicNode> tests = files.sorted()
                    .map(file -> (DynamicNode) DynamicTest.dynamicTest(
                            file.getFileName().toString(),
                            () -> TemplateCase.read(file).forEach(TemplateCase::check)))
                    .toList();
            assertFalse(tests.isEmpty(), "templates to test");
            return tests;
        }
    }
}
