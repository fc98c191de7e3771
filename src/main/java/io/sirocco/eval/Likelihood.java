package io.sirocco.eval;

/**
 * How likely a continuation is.
 *
 * @param logprob natural log-probability of all its tokens
 * @param isGreedy whether greedy decoding would say it
 */
public record Likelihood(double logprob, boolean isGreedy) {}
