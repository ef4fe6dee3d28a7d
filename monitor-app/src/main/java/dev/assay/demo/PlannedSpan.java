package dev.assay.demo;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A span to be sent, and the spans within it.
 *
 * @param start after the start of the trace
 */
record PlannedSpan(
    String name,
    SpanKind kind,
    Duration start,
    Duration length,
    Attributes attributes,
    @Nullable Failure failure,
    List<PlannedSpan> children) {
  /** Why a span's status is ERROR. */
  record Failure(String type, String message) {}

  PlannedSpan {
    children = List.copyOf(children);
  }
}
