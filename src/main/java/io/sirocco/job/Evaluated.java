package io.sirocco.job;

/**
 * A finished evaluation.
 *
 * @param text its results for people: the table, as lm-evaluation-harness prints it
 */
public record Evaluated(Summary summary, String text) {}
