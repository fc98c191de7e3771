package io.sirocco.job;

/** Formats of the input; lower-cased they are the option's values. */
public enum InputFormat {
    PARQUET,
    JSON,
    CSV,
    TEXT
}
