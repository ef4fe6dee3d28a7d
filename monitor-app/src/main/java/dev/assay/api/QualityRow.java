package dev.assay.api;

import org.jspecify.annotations.Nullable;

/**
 * The figures of one group.
 *
 * @param appVersion absent where versions are summed up
 * @param scorer the assessment's name
 */
record QualityRow(
    String app,
    String environment,
    @Nullable String appVersion,
    String scorer,
    QualityEstimate estimate) {}
