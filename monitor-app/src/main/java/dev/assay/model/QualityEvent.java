package dev.assay.model;

import org.jspecify.annotations.Nullable;

/**
 * Something people should know about a scorer or a series.
 *
 * @param reason for people
 * @param atNanos nanoseconds since 1970-01-01T00:00:00Z
 */
public record QualityEvent(
    String eventId,
    Kind kind,
    String scorer,
    @Nullable String app,
    @Nullable String appVersion,
    String reason,
    long atNanos) {
  /** What happened. */
  public enum Kind {
    SCORER_PAUSED,
    SCORER_RESUMED,
    REGRESSION,
    RECOVERY,
    DRIFT,
    UNKNOWN
  }
}
