package dev.assay.wire;

import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;

/**
 * Events of GenAI calls that an SDK writes as log records and not on spans, as OpenTelemetry's own
 * instrumentations do with prompts and answers unless they are told otherwise. Such a record
 * becomes the event of a {@linkplain #isRemark remark}: a span of the id it names with nothing but
 * events, which the assembler joins to the span itself. The record's body becomes the event's
 * attribute {@value #BODY}.
 *
 * <p>Other log records are passed over.
 */
final class LogEvents {
  static final String BODY = "body";

  private static final String PREFIX = "gen_ai.";
  private static final String EVENT_NAME = "event.name";

  private LogEvents() {}

  /** Adds the remark that a record becomes; says to the resource why it becomes none. */
  static void add(LogRecord log, OtlpResource resource, List<OtlpResource.SoundSpan> into) {
    var name = name(log);
    if (!name.startsWith(PREFIX)) {
      resource.passOver();
      return;
    }
    var event = Span.Event.newBuilder().setName(name);
    event.setTimeUnixNano(
        log.getTimeUnixNano() == 0 ? log.getObservedTimeUnixNano() : log.getTimeUnixNano());
    for (var attribute : log.getAttributesList()) {
      if (!attribute.getKey().equals(EVENT_NAME)) {
        event.addAttributes(attribute);
      }
    }
    if (log.hasBody()) {
      event.addAttributes(KeyValue.newBuilder().setKey(BODY).setValue(log.getBody()));
    }
    var remark =
        Span.newBuilder()
            .setTraceId(log.getTraceId())
            .setSpanId(log.getSpanId())
            .addEvents(event)
            .build();
    var problem = OtlpResource.problemOf(remark);
    if (problem == null) {
      into.add(OtlpResource.sound(remark, null));
    } else {
      resource.reject("%s: %s".formatted(name.substring(0, Math.min(100, name.length())), problem));
    }
  }

  /** The event's name; older SDKs write it as an attribute. */
  private static String name(LogRecord log) {
    if (!log.getEventName().isEmpty()) {
      return log.getEventName();
    }
    for (var attribute : log.getAttributesList()) {
      if (attribute.getKey().equals(EVENT_NAME)) {
        return attribute.getValue().getStringValue();
      }
    }
    return "";
  }

  /**
   * Whether it says something of a span that itself comes, or came, by another way: it has neither
   * name nor times, which every span has.
   */
  static boolean isRemark(Span span) {
    return span.getName().isEmpty()
        && span.getStartTimeUnixNano() == 0
        && span.getEndTimeUnixNano() == 0;
  }
}
