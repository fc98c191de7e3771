package io.sirocco.job;

/** Formats of the output; lower-cased and with dashes they are the option's values. */
public enum OutputFormat {
    PARQUET,
    JSON,
    CSV,
    ORC,
    ARROW,
    OPENAI_BATCH
}
