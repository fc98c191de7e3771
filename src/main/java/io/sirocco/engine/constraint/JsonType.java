package io.sirocco.engine.constraint;

/** Types of JSON Schema; every {@code INTEGER} is a {@code NUMBER}, too. */
enum JsonType {
    NULL,
    BOOLEAN,
    INTEGER,
    NUMBER,
    STRING,
    ARRAY,
    OBJECT
}
