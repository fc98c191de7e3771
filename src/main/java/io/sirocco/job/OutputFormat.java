package io.sirocco.job;

/** Formats of the output; lower-cased they are the option's values and Spark's names. */
public enum OutputFormat {
    PARQUET,
    JSON
}
