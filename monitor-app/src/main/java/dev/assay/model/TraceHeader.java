package dev.assay.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What sampling and routing need of a trace: the leading fields of the record on {@code
 * assay.traces}, so that a trace nobody samples is not decoded whole.
 *
 * @param traceId 32 lower-case hex digits, or the publisher's own id
 * @param revision 1, and one more each time a late span reopened the trace
 * @param app {@code service.name}
 * @param environment {@code deployment.environment.name}, or {@code default}
 * @param appVersion {@code service.version}, or empty
 * @param startNanos nanoseconds since 1970-01-01T00:00:00Z
 * @param durationNanos nanoseconds, ≥ 0
 * @param samplingProbability upstream's, in (0, 1]
 * @param closedNanos when it was closed, nanoseconds since 1970-01-01T00:00:00Z; 0: unknown
 * @param spanCount spans received, also when fewer are kept
 * @param tokenUsage summed over model calls, each once
 */
public record TraceHeader(
    String traceId,
    int revision,
    String app,
    String environment,
    String appVersion,
    @Nullable String sessionId,
    @Nullable String userId,
    String name,
    long startNanos,
    long durationNanos,
    TraceStatus status,
    double samplingProbability,
    CloseReason closeReason,
    long closedNanos,
    int spanCount,
    Map<String, String> tags,
    Map<String, String> metadata,
    @Nullable TokenUsage tokenUsage) {
  public TraceHeader {
    if (traceId.isEmpty()) {
      throw new IllegalArgumentException("trace_id must not be empty");
    }
    if (revision < 1) {
      throw new IllegalArgumentException("revision must be >= 1, was " + revision);
    }
    if (durationNanos < 0) {
      throw new IllegalArgumentException("duration must be >= 0 ns, was " + durationNanos);
    }
    if (!(samplingProbability > 0 && samplingProbability <= 1)) {
      throw new IllegalArgumentException(
          "sampling_probability must be in (0, 1], was " + samplingProbability);
    }
    tags = Map.copyOf(tags);
    metadata = Map.copyOf(metadata);
  }

  /** Nanoseconds since 1970-01-01T00:00:00Z. */
  public long endNanos() {
    return startNanos + durationNanos;
  }
}
