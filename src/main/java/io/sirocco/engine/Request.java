package io.sirocco.engine;

/**
 * One row to answer.
 *
 * @param id the row's id; with the seed it decides the row's random draws
 * @param prompt what is asked
 * @param params how it is answered
 */
public record Request(String id, Prompt prompt, SamplingParams params) {}
