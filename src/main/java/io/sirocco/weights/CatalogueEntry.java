package io.sirocco.weights;

/**
 * What a short name stands for.
 *
 * @param name in lower case
 * @param description one line
 * @param license SPDX identifier
 */
record CatalogueEntry(String name, String description, String license, Origin origin) {}
