package dev.assay.quality;

import dev.assay.model.QualityWindow.Counts;
import org.jspecify.annotations.Nullable;

/**
 * How a scorer's ratio stands.
 *
 * @param counts in the window asked for
 * @param estimate of the pass ratio in that window; absent where nothing passed or failed
 * @param total since the series began, backfilled assessments included
 * @param lastSeenNanos start of the newest minute with an assessment, nanoseconds since
 *     1970-01-01T00:00:00Z; 0: none is held
 * @param lastFailedTraceId the newest failed trace of the window
 */
public record SeriesSummary(
    RatioSeries series,
    Counts counts,
    @Nullable Estimate estimate,
    Counts total,
    long lastSeenNanos,
    @Nullable String lastFailedTraceId) {}
