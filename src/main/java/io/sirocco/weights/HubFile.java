package io.sirocco.weights;

import java.util.Optional;

/**
 * A file of a snapshot.
 *
 * @param name plain file name
 * @param bytes its size, -1 if the hub does not say
 * @param checksum of its bytes, if the hub says
 */
record HubFile(String name, long bytes, Optional<Checksum> checksum) {
    static final long UNKNOWN = -1;
}
