package io.sirocco.weights;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FingerprintTest {
    private static final ObjectNode CONFIG =
            JsonNodeFactory.instance.objectNode().put("rope_theta", 1e6);

    @Test
    void dependsOnConfigurationNameTypeShapeAndBytesOnly() {
        byte[] bytes = new byte[1 << 20];
        String fingerprint = of(CONFIG, "norm.weight", "F16", List.of(4L, 131072L), bytes);
        assertEquals(64, fingerprint.length());
        assertEquals(fingerprint, of(CONFIG, "norm.weight", "F16", List.of(4L, 131072L), bytes.clone()));

        assertNotEquals(
                fingerprint, of(CONFIG.deepCopy().put("a", 1), "norm.weight", "F16", List.of(4L, 131072L), bytes));
        assertNotEquals(fingerprint, of(CONFIG, "output.weight", "F16", List.of(4L, 131072L), bytes));
        assertNotEquals(fingerprint, of(CONFIG, "norm.weight", "BF16", List.of(4L, 131072L), bytes));
        assertNotEquals(fingerprint, of(CONFIG, "norm.weight", "F16", List.of(131072L, 4L), bytes));
        for (int changed : new int[] {0, 4095, (bytes.length - 4096) / 15, bytes.length - 1}) {
            bytes[changed] = 1;
            assertNotEquals(
                    fingerprint, of(CONFIG, "norm.weight", "F16", List.of(4L, 131072L), bytes), "byte " + changed);
            bytes[changed] = 0;
        }
    }

    @Test
    void everyByteOfASmallTensorCounts() {
        byte[] bytes = new byte[64 << 10];
        String fingerprint = of(CONFIG, "norm.weight", "F32", List.of(16384L), bytes);
        bytes[5000] = 1;
        assertNotEquals(fingerprint, of(CONFIG, "norm.weight", "F32", List.of(16384L), bytes));
    }

    private static String of(ObjectNode config, String name, String type, List<Long> shape, byte[] bytes) {
        StoredTensor tensor =
                new StoredTensor(Path.of("any file"), "any name", type, shape, MemorySegment.ofArray(bytes));
        return Fingerprint.of(config, new TreeMap<>(Map.of(name, tensor)));
    }
}
