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
import java.util.function.Function;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * {@link Trace} ↔ the record on {@code assay.traces}. Read straight into the model, field by field
 * as the schema has them: through the generated classes it takes twice as long.
 */
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
        list(in, TraceAvro::span));
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
    return !in.readPresent()
        ? null
        : new ToolCall(in.readString(), text(in), text(in), SPAN_STATUSES[in.readIndex()]);
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
    return !in.readPresent()
        ? null
        : new TokenUsage(
            in.readLong(),
            in.readLong(),
            in.readLong(),
            !in.readPresent() ? null : Long.valueOf(in.readLong()));
  }

  // Avro enums are numbered in the schema's order, which is the model's; TopicsTest holds it.
  private static final TraceStatus[] TRACE_STATUSES = TraceStatus.values();
  private static final CloseReason[] CLOSE_REASONS = CloseReason.values();
  private static final SpanType[] SPAN_TYPES = SpanType.values();
  private static final SpanStatus[] SPAN_STATUSES = SpanStatus.values();

  private static @Nullable String text(AvroReader in) {
    return !in.readPresent() ? null : in.readString();
  }

  private static @Nullable Double number(AvroReader in) {
    return !in.readPresent() ? null : Double.valueOf(in.readDouble());
  }

  private static <T> List<T> list(AvroReader in, Part<T> item) {
    long items = in.readBlock();
    if (items == 0) {
      return List.of();
    }
    var list = new ArrayList<T>();
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

  @SuppressWarnings({"unchecked", "rawtypes"})
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
    var header = trace.header();
    return CODEC.encode(
        new dev.assay.schemas.Trace(
            header.traceId(),
            header.revision(),
            header.app(),
            header.environment(),
            header.appVersion(),
            header.sessionId(),
            header.userId(),
            header.name(),
            header.startNanos(),
            header.durationNanos(),
            dev.assay.schemas.TraceStatus.valueOf(header.status().name()),
            header.samplingProbability(),
            dev.assay.schemas.CloseReason.valueOf(header.closeReason().name()),
            header.closedNanos(),
            header.spanCount(),
            header.tags(),
            header.metadata(),
            usageOut(header.tokenUsage()),
            trace.inputs(),
            trace.outputs(),
            trace.question(),
            trace.answer(),
            trace.expectations(),
            trace.costUsd(),
            map(trace.spans(), TraceAvro::spanOut)));
  }

  private static dev.assay.schemas.Span spanOut(Span span) {
    return new dev.assay.schemas.Span(
        span.spanId(),
        span.parentId(),
        span.name(),
        dev.assay.schemas.SpanType.valueOf(span.type().name()),
        span.startNanos(),
        span.durationNanos(),
        dev.assay.schemas.SpanStatus.valueOf(span.status().name()),
        span.statusMessage(),
        span.inputs(),
        span.outputs(),
        span.model(),
        usageOut(span.tokenUsage()),
        span.costUsd(),
        toolOut(span.toolCall()),
        map(span.documents(), d -> new dev.assay.schemas.Document(d.id(), d.text(), d.score())),
        map(span.messages(), m -> new dev.assay.schemas.Message(m.role(), m.content())),
        span.attributes(),
        map(
            span.events(),
            e -> new dev.assay.schemas.SpanEvent(e.name(), e.timeNanos(), e.attributes())));
  }

  private static dev.assay.schemas.@Nullable TokenUsage usageOut(@Nullable TokenUsage usage) {
    return usage == null
        ? null
        : new dev.assay.schemas.TokenUsage(
            usage.inputTokens(),
            usage.outputTokens(),
            usage.totalTokens(),
            usage.cacheReadInputTokens());
  }

  private static dev.assay.schemas.@Nullable ToolCall toolOut(@Nullable ToolCall call) {
    return call == null
        ? null
        : new dev.assay.schemas.ToolCall(
            call.name(),
            call.arguments(),
            call.result(),
            dev.assay.schemas.SpanStatus.valueOf(call.status().name()));
  }

  static <A, B> List<B> map(List<A> from, Function<A, B> function) {
    var to = new ArrayList<B>(from.size());
    for (var item : from) {
      to.add(function.apply(item));
    }
    return to;
  }
}
