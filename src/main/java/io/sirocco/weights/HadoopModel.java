package io.sirocco.weights;

/**
 * A model on a Hadoop file system.
 *
 * @param uri of a directory, or of a GGUF file
 */
record HadoopModel(String uri) implements Origin {}
