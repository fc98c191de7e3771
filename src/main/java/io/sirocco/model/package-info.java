/** The transformer: configuration, layers, one forward pass over a step; reads top to bottom like the paper. */
package io.sirocco.model;
