package io.sirocco.job;

/**
 * A column of the input as an option names it.
 *
 * @param named whether it was asked for, rather than being the default
 */
public record ColumnName(String name, boolean named) {}
