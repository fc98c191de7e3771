package io.sirocco.job;

import java.util.Locale;

/** Formats of the output; lower-cased they are the option's values and Spark's names. */
public enum OutputFormat {
    PARQUET,
    JSON;

    /** As Spark calls it. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
