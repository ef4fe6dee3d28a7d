package dev.assay.lookup;

import dev.assay.model.Outcome;
import dev.assay.model.TraceStatus;
import java.util.List;

/**
 * A trace as a list shows it.
 *
 * @param name at most {@value TraceEntry#MAX_TEXT} characters of it
 * @param endNanos nanoseconds since 1970-01-01T00:00:00Z
 * @param verdicts so far, by arrival
 */
public record TraceRow(
    String traceId,
    int revision,
    String app,
    String environment,
    String appVersion,
    String name,
    long endNanos,
    long durationNanos,
    TraceStatus status,
    int spanCount,
    List<Verdict> verdicts) {
  /** What one scorer found. */
  public record Verdict(String name, Outcome outcome) {}

  public TraceRow {
    verdicts = List.copyOf(verdicts);
  }
}
