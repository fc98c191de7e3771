package io.sirocco.job;

/** Formats of the input; lower-cased and with dashes they are the option's values. */
public enum InputFormat {
    PARQUET,
    JSON,
    CSV,
    TEXT,
    ORC,
    ARROW,
    OPENAI_BATCH
}
