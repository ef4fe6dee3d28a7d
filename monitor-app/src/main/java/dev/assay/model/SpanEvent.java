package dev.assay.model;

import java.util.Map;

/**
 * Something that happened within a span.
 *
 * @param timeNanos nanoseconds since 1970-01-01T00:00:00Z
 * @param attributes text form; lists and maps as JSON
 */
public record SpanEvent(String name, long timeNanos, Map<String, String> attributes) {
  public SpanEvent {
    attributes = Map.copyOf(attributes);
  }
}
