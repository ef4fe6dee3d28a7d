package dev.assay.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/**
 * The spans of one trace out of its messages, each once: of two with one id, the one that has
 * ended, else the first to arrive. What is left out is counted.
 */
final class ReceivedSpans {
  private final String traceId;
  private final int maxSpans;
  private final LinkedHashMap<Long, ReceivedSpan> spans = new LinkedHashMap<>();
  private final List<Integer> undecodable = new ArrayList<>();
  private int duplicates;
  private int invalid;
  private int overLimit;

  private ReceivedSpans(String traceId, int maxSpans) {
    this.traceId = traceId;
    this.maxSpans = maxSpans;
  }

  static ReceivedSpans of(String traceId, List<byte[]> messages, int maxSpans) {
    var received = new ReceivedSpans(traceId, maxSpans);
    for (int i = 0; i < messages.size(); i++) {
      try {
        for (var resource : TracesData.parseFrom(messages.get(i)).getResourceSpansList()) {
          received.add(resource);
        }
      } catch (InvalidProtocolBufferException e) {
        received.undecodable.add(i);
      }
    }
    return received;
  }

  /** In order of arrival. */
  List<ReceivedSpan> spans() {
    return List.copyOf(spans.values());
  }

  int duplicates() {
    return duplicates;
  }

  /** Spans with a malformed id, or of another trace. */
  int invalid() {
    return invalid;
  }

  int overLimit() {
    return overLimit;
  }

  /** Positions of messages that could not be decoded at all. */
  List<Integer> undecodable() {
    return List.copyOf(undecodable);
  }

  private void add(ResourceSpans resource) {
    for (var scope : resource.getScopeSpansList()) {
      for (var span : scope.getSpansList()) {
        if (isValid(span)) {
          add(
              new ReceivedSpan(
                  SpanIds.toLong(span.getSpanId()),
                  SpanIds.toLong(span.getParentSpanId()),
                  span,
                  resource.getResource(),
                  scope.getScope().getName()));
        } else {
          invalid++;
        }
      }
    }
  }

  private boolean isValid(Span span) {
    return SpanIds.isValid(span.getSpanId()) && SpanIds.hex(span.getTraceId()).equals(traceId);
  }

  private void add(ReceivedSpan span) {
    var before = spans.get(span.id());
    if (before != null) {
      duplicates++;
      if (span.hasEnded() && !before.hasEnded()) {
        spans.put(span.id(), span);
      }
    } else if (spans.size() < maxSpans) {
      spans.put(span.id(), span);
    } else {
      overLimit++;
    }
  }
}
