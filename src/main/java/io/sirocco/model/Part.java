package io.sirocco.model;

/** What the time of a forward pass goes to. */
public enum Part {
    /** The matrix products of the layers. */
    PRODUCTS,
    /** The product with the output matrix. */
    HEAD,
    ATTENTION,
    /** Embeddings, norms, rotation, storing keys and values. */
    OTHER
}
