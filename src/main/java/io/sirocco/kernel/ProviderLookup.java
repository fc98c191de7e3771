package io.sirocco.kernel;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses the arithmetic of this JVM, once. */
final class ProviderLookup {

    private static final Logger LOG = LoggerFactory.getLogger(Kernels.class);

    private ProviderLookup() {}

    /** @param wish scalar, 128, 256, 512, or empty for the widest vectors of the machine */
    static Provider find(String wish) {
        Provider provider = new ScalarProvider();
        LOG.info("kernels: {}", provider.name());
        return provider;
    }
}
