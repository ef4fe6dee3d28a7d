package dev.assay.wire;

import io.opentelemetry.proto.trace.v1.Span;
import java.time.Duration;

/**
 * When a span ran, made sensible: nothing before the year 2000 or more than a day after the trace
 * was closed (clocks that were never set, units mixed up), no end before its start. A missing edge
 * is taken from the other; with neither, the span stands where its trace was closed.
 *
 * @param startNanos nanoseconds since 1970-01-01T00:00:00Z
 * @param durationNanos ≥ 0
 * @param clamped whether the span said something else
 */
record SpanTimes(long startNanos, long durationNanos, boolean clamped) {
  private static final long YEAR_2000 = 946_684_800_000_000_000L;
  private static final long DAY = Duration.ofDays(1).toNanos();

  static SpanTimes of(Span span, long closedNanos) {
    long start = span.getStartTimeUnixNano();
    long end = span.getEndTimeUnixNano();
    boolean startOk = isSensible(start, closedNanos);
    boolean endOk = isSensible(end, closedNanos);
    long from = startOk ? start : endOk ? end : closedNanos;
    long to = endOk ? Math.max(end, from) : from;
    // 0 is "not said": a span still running has no end
    return new SpanTimes(from, to - from, !startOk || (end != 0 && to != end));
  }

  // unsigned on the wire: what lies beyond the year 2262 reads as negative
  private static boolean isSensible(long nanos, long closedNanos) {
    return nanos >= YEAR_2000 && nanos - closedNanos <= DAY;
  }
}
