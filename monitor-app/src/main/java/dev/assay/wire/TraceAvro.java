package dev.assay.wire;

import dev.assay.model.CloseReason;
import dev.assay.model.Document;
import dev.assay.model.Message;
import dev.assay.model.Span;
import dev.assay.model.SpanEvent;
import dev.assay.model.SpanStatus;
import dev.assay.model.SpanType;
import dev.assay.model.TokenUsage;
import dev.assay.model.ToolCall;
import dev.assay.model.Trace;
import dev.assay.model.TraceHeader;
import dev.assay.model.TraceStatus;
import dev.assay.wire.convention.PlainText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * {@link Trace} ↔ the record on {@code assay.traces}. Read straight into the model and written
 * straight from it, field by field as the schema has them, without a second set of objects as the
 * generated classes are. {@code TraceAvroTest} holds it against Avro's own.
 */
// Avro enums are numbered in the schema's order, which is the model's; TopicsTest holds it.
@SuppressWarnings("EnumOrdinal")
final class TraceAvro {
  static final AvroCodec<dev.assay.schemas.Trace> CODEC =
      new AvroCodec<>(dev.assay.schemas.Trace.getClassSchema());

  /** The fields of the header, in the schema's order; a test holds the two together. */
  static final List<String> HEADER_FIELDS =
      List.of(
          "trace_id",
          "revision",
          "app",
          "environment",
          "app_version",
          "session_id",
          "user_id",
          "name",
          "start_nanos",
          "duration_nanos",
          "status",
          "sampling_probability",
          "close_reason",
          "closed_nanos",
          "span_count",
          "tags",
          "metadata",
          "token_usage");

  private TraceAvro() {}

  /** The leading fields, read without looking at what follows them. */
  static final class Head {
    private final TraceHeader header;
    private final byte[] bytes;
    private final int bodyAt;

    private Head(TraceHeader header, byte[] bytes, int bodyAt) {
      this.header = header;
      this.bytes = bytes;
      this.bodyAt = bodyAt;
    }

    TraceHeader header() {
      return header;
    }

    /** The whole record, of today's schema. */
    byte[] bytes() {
      return bytes;
    }
  }

  static Head head(byte[] record) {
    var bytes = CODEC.current(record);
    return read(bytes, AvroCodec.PREFIX, in -> new Head(header(in), bytes, in.position()));
  }

  static Trace decode(Head head) {
    return read(head.bytes, head.bodyAt, in -> trace(head.header, in));
  }

  static Trace decode(byte[] bytes) {
    return read(CODEC.current(bytes), AvroCodec.PREFIX, in -> trace(header(in), in));
  }

  private interface Part<T> {
    T read(AvroReader in);
  }

  private static <T> T read(byte[] bytes, int from, Part<T> part) {
    try {
      return part.read(new AvroReader(bytes, from));
    } catch (RuntimeException e) {
      throw new SerializationException("not a valid Trace record: " + e.getMessage(), e);
    }
  }

  private static TraceHeader header(AvroReader in) {
    return new TraceHeader(
        in.readString(),
        in.readInt(),
        in.readString(),
        in.readString(),
        in.readString(),
        text(in),
        text(in),
        in.readString(),
        in.readLong(),
        in.readLong(),
        TRACE_STATUSES[in.readIndex()],
        in.readDouble(),
        CLOSE_REASONS[in.readIndex()],
        in.readLong(),
        in.readInt(),
        texts(in),
        texts(in),
        usage(in));
  }

  private static Trace trace(TraceHeader header, AvroReader in) {
    var inputs = text(in);
    var outputs = text(in);
    var question = text(in);
    var answer = text(in);
    return new Trace(
        header,
        inputs,
        outputs,
        // An application that publishes traces itself need not know how to unpack them.
        question == null ? PlainText.question(inputs) : question,
        answer == null ? PlainText.answer(outputs) : answer,
        text(in),
        number(in),
        list(in, TraceAvro::span),
        list(in, TraceAvro::call));
  }

  private static Span span(AvroReader in) {
    return new Span(
        in.readString(),
        text(in),
        in.readString(),
        SPAN_TYPES[in.readIndex()],
        in.readLong(),
        in.readLong(),
        SPAN_STATUSES[in.readIndex()],
        text(in),
        text(in),
        text(in),
        text(in),
        usage(in),
        number(in),
        toolCall(in),
        list(in, TraceAvro::document),
        list(in, TraceAvro::message),
        texts(in),
        list(in, TraceAvro::event));
  }

  private static @Nullable ToolCall toolCall(AvroReader in) {
    return in.readPresent() ? call(in) : null;
  }

  private static ToolCall call(AvroReader in) {
    return new ToolCall(in.readString(), text(in), text(in), SPAN_STATUSES[in.readIndex()]);
  }

  private static Document document(AvroReader in) {
    return new Document(text(in), in.readString(), number(in));
  }

  private static Message message(AvroReader in) {
    return new Message(in.readString(), in.readString());
  }

  private static SpanEvent event(AvroReader in) {
    return new SpanEvent(in.readString(), in.readLong(), texts(in));
  }

  private static @Nullable TokenUsage usage(AvroReader in) {
    return in.readPresent()
        ? new TokenUsage(
            in.readLong(),
            in.readLong(),
            in.readLong(),
            in.readPresent() ? Long.valueOf(in.readLong()) : null)
        : null;
  }

  private static final int MAX_EXPECTED = 1_000;
  private static final TraceStatus[] TRACE_STATUSES = TraceStatus.values();
  private static final CloseReason[] CLOSE_REASONS = CloseReason.values();
  private static final SpanType[] SPAN_TYPES = SpanType.values();
  private static final SpanStatus[] SPAN_STATUSES = SpanStatus.values();

  private static @Nullable String text(AvroReader in) {
    return in.readPresent() ? in.readString() : null;
  }

  private static @Nullable Double number(AvroReader in) {
    return in.readPresent() ? Double.valueOf(in.readDouble()) : null;
  }

  private static <T> List<T> list(AvroReader in, Part<T> item) {
    long items = in.readBlock();
    if (items == 0) {
      return List.of();
    }
    // the number is anybody's; what is there is read one by one
    var list = new ArrayList<T>((int) Math.min(items, MAX_EXPECTED));
    for (; items != 0; items = in.readBlock()) {
      for (long i = 0; i < items; i++) {
        list.add(item.read(in));
      }
    }
    return list;
  }

  private static Map<String, String> texts(AvroReader in) {
    long entries = in.readBlock();
    if (entries == 0) {
      return Map.of();
    }
    var map = new ArrayList<Map.Entry<String, String>>();
    for (; entries != 0; entries = in.readBlock()) {
      for (long i = 0; i < entries; i++) {
        map.add(Map.entry(in.readString(), in.readString()));
      }
    }
    return immutable(map);
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // there are no arrays of a generic type
  private static Map<String, String> immutable(List<Map.Entry<String, String>> entries) {
    try {
      return Map.ofEntries(entries.toArray(new Map.Entry[0]));
    } catch (IllegalArgumentException keyTwice) {
      // which no writer of ours does; the last one counts
      var map = new HashMap<String, String>();
      entries.forEach(entry -> map.put(entry.getKey(), entry.getValue()));
      return map;
    }
  }

  static byte[] encode(Trace trace) {
    return CODEC.encode(trace, TraceAvro::write);
  }

  private static void write(Trace trace, AvroWriter out) {
    write(trace.header(), out);
    out.writeOptional(trace.inputs());
    out.writeOptional(trace.outputs());
    out.writeOptional(trace.question());
    out.writeOptional(trace.answer());
    out.writeOptional(trace.expectations());
    out.writeOptional(trace.costUsd());
    out.writeList(trace.spans(), TraceAvro::write);
    out.writeList(trace.toldToolCalls(), TraceAvro::write);
  }

  private static void write(TraceHeader header, AvroWriter out) {
    out.writeString(header.traceId());
    out.writeInt(header.revision());
    out.writeString(header.app());
    out.writeString(header.environment());
    out.writeString(header.appVersion());
    out.writeOptional(header.sessionId());
    out.writeOptional(header.userId());
    out.writeString(header.name());
    out.writeLong(header.startNanos());
    out.writeLong(header.durationNanos());
    out.writeEnum(header.status().ordinal());
    out.writeDouble(header.samplingProbability());
    out.writeEnum(header.closeReason().ordinal());
    out.writeLong(header.closedNanos());
    out.writeInt(header.spanCount());
    out.writeTexts(header.tags());
    out.writeTexts(header.metadata());
    out.writeOptional(header.tokenUsage(), TraceAvro::write);
  }

  private static void write(Span span, AvroWriter out) {
    out.writeString(span.spanId());
    out.writeOptional(span.parentId());
    out.writeString(span.name());
    out.writeEnum(span.type().ordinal());
    out.writeLong(span.startNanos());
    out.writeLong(span.durationNanos());
    out.writeEnum(span.status().ordinal());
    out.writeOptional(span.statusMessage());
    out.writeOptional(span.inputs());
    out.writeOptional(span.outputs());
    out.writeOptional(span.model());
    out.writeOptional(span.tokenUsage(), TraceAvro::write);
    out.writeOptional(span.costUsd());
    out.writeOptional(span.toolCall(), TraceAvro::write);
    out.writeList(span.documents(), TraceAvro::write);
    out.writeList(span.messages(), TraceAvro::write);
    out.writeTexts(span.attributes());
    out.writeList(span.events(), TraceAvro::write);
  }

  private static void write(TokenUsage usage, AvroWriter out) {
    out.writeLong(usage.inputTokens());
    out.writeLong(usage.outputTokens());
    out.writeLong(usage.totalTokens());
    out.writeOptional(usage.cacheReadInputTokens());
  }

  private static void write(ToolCall call, AvroWriter out) {
    out.writeString(call.name());
    out.writeOptional(call.arguments());
    out.writeOptional(call.result());
    out.writeEnum(call.status().ordinal());
  }

  private static void write(Document document, AvroWriter out) {
    out.writeOptional(document.id());
    out.writeString(document.text());
    out.writeOptional(document.score());
  }

  private static void write(Message message, AvroWriter out) {
    out.writeString(message.role());
    out.writeString(message.content());
  }

  private static void write(SpanEvent event, AvroWriter out) {
    out.writeString(event.name());
    out.writeLong(event.timeNanos());
    out.writeTexts(event.attributes());
  }
}
