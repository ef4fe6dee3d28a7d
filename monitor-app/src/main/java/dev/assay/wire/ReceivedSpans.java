package dev.assay.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The spans of one trace out of its messages, each once: of two with one id, the one that has
 * ended, else the first to arrive; with the events that log records told of it. What is left out is
 * counted.
 */
final class ReceivedSpans {
  private final String traceId;
  private final int maxSpans;
  private final LinkedHashMap<Long, ReceivedSpan> spans = new LinkedHashMap<>();

  /** Events from log records by span, each once however often it was exported. */
  private final Map<Long, Set<Span.Event>> remarks = new HashMap<>();

  private final List<Integer> undecodable = new ArrayList<>();
  private int duplicates;
  private int invalid;
  private int overLimit;
  private int strays;

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
    if (remarks.isEmpty()) {
      return List.copyOf(spans.values());
    }
    var told = new ArrayList<ReceivedSpan>(spans.size());
    for (var span : spans.values()) {
      var events = remarks.get(span.id());
      told.add(events == null ? span : span.with(events));
    }
    return told;
  }

  /** Events from log records whose span is there. */
  int joined() {
    return count(true);
  }

  /** Events from log records whose span is not there, or which say of another trace. */
  int orphaned() {
    return count(false) + strays;
  }

  private int count(boolean joined) {
    int count = 0;
    for (var remark : remarks.entrySet()) {
      count += spans.containsKey(remark.getKey()) == joined ? remark.getValue().size() : 0;
    }
    return count;
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
        if (LogEvents.isRemark(span)) {
          remark(span);
        } else if (!isValid(span)) {
          invalid++;
        } else {
          add(
              new ReceivedSpan(
                  SpanIds.toLong(span.getSpanId()),
                  SpanIds.toLong(span.getParentSpanId()),
                  span,
                  resource.getResource(),
                  scope.getScope().getName()));
        }
      }
    }
  }

  private void remark(Span span) {
    if (isValid(span)) {
      remarks
          .computeIfAbsent(SpanIds.toLong(span.getSpanId()), _ -> new LinkedHashSet<>())
          .addAll(span.getEventsList());
    } else {
      strays += span.getEventsCount();
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
