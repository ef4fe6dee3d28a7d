package dev.assay.quality;

import dev.assay.model.QualityWindow.Counts;
import org.jspecify.annotations.Nullable;

/**
 * One step of a time line.
 *
 * @param startNanos nanoseconds since 1970-01-01T00:00:00Z
 * @param estimate absent where nothing passed or failed
 */
public record Point(long startNanos, Counts counts, @Nullable Estimate estimate) {}
