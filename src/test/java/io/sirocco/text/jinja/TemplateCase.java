package io.sirocco.text.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/**
 * A template with what the reference makes of it: a text, or an error. The message counts only if the template raised it.
 */
record TemplateCase(
        String name, String template, Map<String, Object> context, String rendered, String error, String errorType) {

    /** Where the reference's strftime_now stands. */
    static final Clock CLOCK = Clock.fixed(Instant.parse("2024-07-26T09:05:03Z"), ZoneOffset.UTC);

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_LONG_FOR_INTS)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    static List<TemplateCase> read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return JSON.readValue(in, new TypeReference<>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<TemplateCase> resource(String name) {
        try (InputStream in = TemplateCase.class.getResourceAsStream("/templates/" + name)) {
            return JSON.readValue(in, new TypeReference<>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Cases that share one context. */
    static List<TemplateCase> resourceWithOneContext(String name) {
        record File(Map<String, Object> context, List<TemplateCase> cases) {}
        try (InputStream in = TemplateCase.class.getResourceAsStream("/templates/" + name)) {
            File file = JSON.readValue(in, File.class);
            return file.cases().stream()
                    .map(c -> new TemplateCase(c.name, c.template, file.context(), c.rendered, c.error, c.errorType))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String render() {
        return JinjaTemplate.parse(template, CLOCK).render(context == null ? Map.of() : context);
    }

    void check() {
        if (error == null) {
            assertEquals(rendered, render());
            return;
        }
        TemplateException refused = assertThrows(TemplateException.class, this::render);
        if ("TemplateError".equals(errorType)) {
            assertEquals(error, refused.getMessage());
            assertTrue(refused.raisedByTemplate(), "the template raised it");
        }
    }

    @Override
    public String toString() {
        return name == null ? template : name;
    }
}
