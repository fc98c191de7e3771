package io.sirocco.report;

import java.util.Map;
import java.util.Optional;

/**
 * One line of {@code samples_<task>_<date>.jsonl}: a document, what was asked and how it was answered.
 *
 * @param filter name of the response filter, {@code none} where there is none
 * @param document its number in the task
 * @param hash of the document, by which two runs know that they asked the same
 * @param metrics those that are one number a document, by name
 * @param prompt its end, if it is long
 * @param promptLength in characters
 * @param subject what the document itself says it is about, or empty
 * @param target the right answer as the file has it
 * @param answer what was generated, after the filter; empty if nothing was generated
 * @param choices of a multiple-choice document
 */
record Sample(
        String task,
        String filter,
        long document,
        String hash,
        Map<String, Double> metrics,
        String prompt,
        int promptLength,
        String subject,
        String target,
        String answer,
        Optional<Choices> choices) {}
