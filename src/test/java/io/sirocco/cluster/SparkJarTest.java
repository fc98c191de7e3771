package io.sirocco.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the jar for Spark's class path holds. */
@Tag("packaged")
class SparkJarTest {

    /** The packaged jar, of which there is one version in a build folder that is clean. */
    private static Path jar() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            List<Path> jars =
                    files.filter(file -> file.toString().endsWith("-spark.jar")).toList();
            assertEquals(1, jars.size(), jars.toString());
            return jars.getFirst();
        }
    }

    @Test
    void itHoldsSiroccoAndWhatSparkLacksAndNothingElse() throws IOException {
        try (JarFile jar = new JarFile(jar().toFile())) {
            Set<String> packages = jar.stream()
                    .map(entry -> entry.getName())
                    .filter(name -> name.endsWith(".class"))
                    .map(name -> Stream.of(name.split("/", -1)).limit(2).collect(Collectors.joining(".")))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(Set.of("ai.djl", "io.sirocco"), packages);
            for (String entry : List.of(
                    "io/sirocco/cli/Main.class",
                    "io/sirocco/conf/sirocco.conf",
                    "io/sirocco/shaded/picocli/CommandLine.class",
                    "io/sirocco/shaded/config/Config.class",
                    "native/lib/linux-x86_64/cpu/libtokenizers.so",
                    "META-INF/maven/io.sirocco/sirocco/pom.properties")) {
                assertTrue(jar.getEntry(entry) != null, entry);
            }
        }
    }
}
