/**
 * Sirocco: bulk LLM inference on Apache Spark, in pure Java.
 *
 * <p>The rooms, from the top: {@code cli}, {@code job}, {@code engine}, {@code text} and {@code model}, {@code cache} and
 * {@code weights}, {@code kernel}. Imports point down this list only.
 */
package io.sirocco;
