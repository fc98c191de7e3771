package io.sirocco.engine;

/**
 * How the engine runs; none of these changes an answer.
 *
 * @param threads worker threads
 * @param maxBatch most sequences in flight
 * @param chunk most prompt tokens of one sequence in a step
 * @param memoryBytes budget of the key-value cache
 */
public record EngineOptions(int threads, int maxBatch, int chunk, long memoryBytes) {}
