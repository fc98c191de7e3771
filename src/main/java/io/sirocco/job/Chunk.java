package io.sirocco.job;

/**
 * A part of the plan that one task answers, a file of its own. Chunks with smaller numbers hold longer rows.
 *
 * @param cost of its rows together, in tokens; see {@link RowRequests.Reader#cost}
 */
record Chunk(int number, long rows, long cost) {}
