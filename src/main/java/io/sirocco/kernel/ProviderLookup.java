package io.sirocco.kernel;

import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the arithmetic of this JVM, once, and says so. */
final class ProviderLookup {

    private static final Logger LOG = LoggerFactory.getLogger(Kernels.class);
    private static final String PROPERTY = "sirocco.kernels";
    private static final String MODULE = "jdk.incubator.vector";

    private ProviderLookup() {}

    /** What {@code -Dsirocco.kernels} says: scalar, 128, 256, 512, or empty for the widest vectors of the machine. */
    static String wish() {
        String wish = System.getProperty(PROPERTY, "");
        if (!Set.of("", "scalar", "128", "256", "512").contains(wish)) {
            throw new IllegalArgumentException(
                    "-D" + PROPERTY + " is \"" + wish + "\"; expected scalar, 128, 256 or 512, or no such option");
        }
        return wish;
    }

    static Provider find() {
        Provider provider;
        if (wish().equals("scalar")) {
            provider = new ScalarProvider();
        } else if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
            LOG.warn(
                    "The Vector API is absent, so the kernels are scalar and many times slower; start java with --add-modules={}",
                    MODULE);
            provider = new ScalarProvider();
        } else {
            // Only this branch loads the class, and with it the classes of the module.
            provider = new VectorProvider();
        }
        LOG.info("kernels: {}", provider.name());
        return provider;
    }
}
