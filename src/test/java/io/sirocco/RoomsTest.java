package io.sirocco;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;

/** The house has rooms, and imports point down. */
class RoomsTest {

    private static final JavaClasses MAIN = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.sirocco");

    @Test
    void importsPointDown() {
        LayeredArchitecture house = layeredArchitecture().consideringOnlyDependenciesInAnyPackage("io.sirocco..");
        for (String room :
                new String[] {"cli", "job", "eval", "report", "engine", "text", "model", "cache", "weights", "kernel"
                }) {
            house = house.layer(room).definedBy("io.sirocco." + room + "..");
        }
        house.whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("job")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("eval")
                .mayOnlyBeAccessedByLayers("cli", "job")
                .whereLayer("report")
                .mayOnlyBeAccessedByLayers("cli", "job")
                .whereLayer("engine")
                .mayOnlyBeAccessedByLayers("cli", "job", "eval")
                .whereLayer("text")
                .mayOnlyBeAccessedByLayers("cli", "job", "eval", "engine")
                .whereLayer("model")
                .mayOnlyBeAccessedByLayers("cli", "job", "eval", "engine")
                .whereLayer("cache")
                .mayOnlyBeAccessedByLayers("cli", "job", "engine", "text", "model")
                .whereLayer("weights")
                .mayOnlyBeAccessedByLayers("cli", "job", "eval", "engine", "text", "model")
                .check(MAIN);
    }

    @Test
    void roomsHaveNoCycles() {
        SlicesRuleDefinition.slices()
                .matching("io.sirocco.(*)..")
                .should()
                .beFreeOfCycles()
                .check(MAIN);
    }

    @Test
    void onlyTheJobKnowsSpark() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.sirocco.job..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.spark..")
                .check(MAIN);
    }

    @Test
    void onlyTheKernelKnowsTheVectorApi() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.sirocco.kernel..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..")
                .check(MAIN);
    }

    @Test
    void onlyTheCommandLinePrintsAndExits() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.sirocco.cli..")
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .orShould()
                .callMethod(System.class, "exit", int.class)
                .check(MAIN);
    }

    @Test
    void everyClassHasARoom() {
        classes()
                .should()
                .resideInAnyPackage(
                        "io.sirocco",
                        "io.sirocco.cli..",
                        "io.sirocco.job..",
                        "io.sirocco.eval..",
                        "io.sirocco.report..",
                        "io.sirocco.engine..",
                        "io.sirocco.text..",
                        "io.sirocco.model..",
                        "io.sirocco.cache..",
                        "io.sirocco.weights..",
                        "io.sirocco.kernel..")
                .check(MAIN);
    }
}
