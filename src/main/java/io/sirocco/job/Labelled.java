package io.sirocco.job;

import io.sirocco.report.LabelMetrics;
import java.util.Optional;

/**
 * A finished label job.
 *
 * @param metrics how the labels agree with the gold column, if one was named
 */
public record Labelled(Summary summary, Optional<LabelMetrics> metrics) {}
