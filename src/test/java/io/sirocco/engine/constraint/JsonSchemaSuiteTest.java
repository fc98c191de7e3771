package io.sirocco.engine.constraint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The public JSON-Schema-Test-Suite, which is not part of this project: {@code -Dsirocco.json-schema-suite=FOLDER} names its folder
 * {@code tests/draft2020-12}. What we refuse is listed in {@code target/json-schema-suite.txt}.
 */
class JsonSchemaSuiteTest {

    private static final int DOCUMENTS = 20;

    /** Schemas by why we refuse them. */
    private final Map<String, List<String>> refused = new TreeMap<>();

    private int accepted;
    private int valid;
    private final List<String> wrong = new ArrayList<>();

    /** Values that are valid, and that we do not make: the form of a document is ours. */
    private final List<String> notMade = new ArrayList<>();

    @Test
    void whatIsMadeBySchemasOfThePublicSuiteIsValid() throws IOException {
        String folder = System.getProperty("sirocco.json-schema-suite");
        assumeTrue(folder != null, "-Dsirocco.json-schema-suite does not name the public suite");
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            for (Path file : files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList()) {
                for (JsonNode group : new JsonMapper().readTree(file.toFile())) {
                    check(file.getFileName() + ": " + group.get("description").asText(), group);
                }
            }
        }
        List<String> report = new ArrayList<>();
        report.add("accepted " + accepted + " schemas; " + valid + " valid instances, not made " + notMade.size());
        report.addAll(notMade);
        refused.forEach((why, which) -> report.add("refused, " + why + ": " + which.size() + " " + which));
        Files.write(Path.of("target", "json-schema-suite.txt"), report);
        // Those not made are in another form than ours, such as with members out of order.
        assertTrue(accepted > 100 && notMade.size() < valid / 10, report.getFirst());
        assertEquals(List.of(), wrong);
    }

    private void check(String name, JsonNode group) {
        String schema = group.get("schema").toString();
        CompiledConstraint constraint;
        ByteDfa dfa;
        try {
            dfa = JsonSchemaTest.dfa(schema);
            constraint = JsonSchemaTest.compiled(dfa);
        } catch (ConstraintException e) {
            refused.computeIfAbsent(e.getMessage().replaceAll("\\s+", " "), _ -> new ArrayList<>())
                    .add(name);
            return;
        }
        accepted++;
        Random random = new Random(5);
        for (int i = 0; i < DOCUMENTS; i++) {
            String document = JsonSchemaTest.made(constraint, random);
            if (!JsonSchemaTest.faults(schema, document).isEmpty()) {
                wrong.add(name + ": made " + document);
            }
        }
        for (JsonNode test : group.get("tests")) {
            String document = JsonText.of(test.get("data"));
            boolean made = dfa.accepts(document.getBytes(StandardCharsets.UTF_8));
            if (test.get("valid").booleanValue()) {
                valid++;
                if (!made) {
                    notMade.add(name + ": " + document);
                }
            } else if (made) {
                wrong.add(name + ": accepts " + document);
            }
        }
    }
}
