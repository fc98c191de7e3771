/**
 * All arithmetic: one facade, a scalar oracle and a Vector API provider that agree in every bit. The only room that imports
 * {@code jdk.incubator.vector}.
 */
package io.sirocco.kernel;
