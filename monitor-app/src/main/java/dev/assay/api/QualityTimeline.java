package dev.assay.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one group over time.
 *
 * @param appVersion absent where versions are summed up
 * @param scorer the assessment's name
 * @param points by time; a time without assessments may be missing
 */
record QualityTimeline(
    String app,
    String environment,
    @Nullable String appVersion,
    String scorer,
    List<Point> points) {
  /**
   * One step.
   *
   * @param startNanos nanoseconds since 1970-01-01T00:00:00Z
   */
  record Point(long startNanos, QualityEstimate estimate) {}

  public QualityTimeline {
    points = List.copyOf(points);
  }
}
