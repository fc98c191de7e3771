package io.sirocco.engine;

/**
 * What an engine has done so far, at one moment.
 *
 * @param steps forward passes
 * @param prefillTokens prompt tokens computed
 * @param decodeTokens answer tokens generated
 * @param completed requests answered, those with an error included
 * @param running sequences in flight
 * @param waiting requests not yet in flight
 * @param blocks key-value blocks held
 */
public record EngineStats(
        long steps, long prefillTokens, long decodeTokens, long completed, int running, int waiting, int blocks) {}
