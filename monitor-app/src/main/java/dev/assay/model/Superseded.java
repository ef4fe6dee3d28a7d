package dev.assay.model;

import org.jspecify.annotations.Nullable;

/**
 * What the revision before contributed, so that a reader can subtract it without having kept it.
 *
 * @param number its value, where it was a number or a boolean
 * @param weight 1 / its sampling probability
 * @param traceEndNanos the time its window was chosen by
 */
public record Superseded(
    Outcome outcome, @Nullable Double number, double weight, long traceEndNanos) {}
