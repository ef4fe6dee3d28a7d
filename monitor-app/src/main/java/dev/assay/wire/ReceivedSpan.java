package dev.assay.wire;

import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.Collection;

/**
 * A span as it came, with what it came under.
 *
 * @param id of the span, never 0
 * @param parentId 0 on a root
 */
record ReceivedSpan(long id, long parentId, Span span, Resource resource, String scope) {
  boolean hasParent() {
    return parentId != 0;
  }

  /** Nanoseconds since 1970-01-01T00:00:00Z, unchecked. */
  long start() {
    return span.getStartTimeUnixNano();
  }

  /** With events more. */
  ReceivedSpan with(Collection<Span.Event> events) {
    return new ReceivedSpan(
        id, parentId, span.toBuilder().addAllEvents(events).build(), resource, scope);
  }

  boolean hasEnded() {
    return span.getEndTimeUnixNano() != 0;
  }
}
