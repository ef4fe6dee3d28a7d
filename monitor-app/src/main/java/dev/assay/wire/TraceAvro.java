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
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.avro.io.BinaryDecoder;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/** {@link Trace} ↔ the record on {@code assay.traces}. */
final class TraceAvro {
  static final AvroCodec<dev.assay.schemas.Trace> CODEC =
      new AvroCodec<>(dev.assay.schemas.Trace.getClassSchema());

  /** The fields {@link #header} reads, in the schema's order; a test holds the two together. */
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
  static TraceHeader header(byte[] bytes) {
    if (!CODEC.isCurrent(bytes)) {
      return decode(bytes).header();
    }
    try {
      var in = AvroCodec.record(bytes);
      return new TraceHeader(
          in.readString(),
          in.readInt(),
          in.readString(),
          in.readString(),
          in.readString(),
          readOptionalString(in),
          readOptionalString(in),
          in.readString(),
          in.readLong(),
          in.readLong(),
          TRACE_STATUSES[in.readEnum()],
          in.readDouble(),
          CLOSE_REASONS[in.readEnum()],
          in.readLong(),
          in.readInt(),
          readMap(in),
          readMap(in),
          in.readIndex() == 0
              ? null
              : new TokenUsage(
                  in.readLong(),
                  in.readLong(),
                  in.readLong(),
                  in.readIndex() == 0 ? null : Long.valueOf(in.readLong())));
    } catch (IOException | RuntimeException e) {
      throw new SerializationException("not a Trace record: " + e.getMessage(), e);
    }
  }

  // Avro enums are numbered in the schema's order, which is the model's; TopicsTest holds it.
  private static final TraceStatus[] TRACE_STATUSES = TraceStatus.values();
  private static final CloseReason[] CLOSE_REASONS = CloseReason.values();

  private static @Nullable String readOptionalString(BinaryDecoder in) throws IOException {
    return in.readIndex() == 0 ? null : in.readString();
  }

  private static Map<String, String> readMap(BinaryDecoder in) throws IOException {
    long entries = in.readMapStart();
    if (entries == 0) {
      return Map.of();
    }
    var map = new HashMap<String, String>();
    for (; entries != 0; entries = in.mapNext()) {
      for (long i = 0; i < entries; i++) {
        map.put(in.readString(), in.readString());
      }
    }
    return map;
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

  static Trace decode(byte[] bytes) {
    var in = CODEC.decode(bytes);
    try {
      var header =
          new TraceHeader(
              in.getTraceId(),
              in.getRevision(),
              in.getApp(),
              in.getEnvironment(),
              in.getAppVersion(),
              in.getSessionId(),
              in.getUserId(),
              in.getName(),
              in.getStartNanos(),
              in.getDurationNanos(),
              TraceStatus.valueOf(in.getStatus().name()),
              in.getSamplingProbability(),
              CloseReason.valueOf(in.getCloseReason().name()),
              in.getClosedNanos(),
              in.getSpanCount(),
              in.getTags(),
              in.getMetadata(),
              usageIn(in.getTokenUsage()));
      return new Trace(
          header,
          in.getInputs(),
          in.getOutputs(),
          // An application that publishes traces itself need not know how to unpack them.
          in.getQuestion() == null ? PlainText.question(in.getInputs()) : in.getQuestion(),
          in.getAnswer() == null ? PlainText.answer(in.getOutputs()) : in.getAnswer(),
          in.getExpectations(),
          in.getCostUsd(),
          map(in.getSpans(), TraceAvro::spanIn));
    } catch (IllegalArgumentException invalid) {
      throw new SerializationException("not a valid Trace: " + invalid.getMessage(), invalid);
    }
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

  private static Span spanIn(dev.assay.schemas.Span span) {
    return new Span(
        span.getSpanId(),
        span.getParentId(),
        span.getName(),
        SpanType.valueOf(span.getType().name()),
        span.getStartNanos(),
        span.getDurationNanos(),
        SpanStatus.valueOf(span.getStatus().name()),
        span.getStatusMessage(),
        span.getInputs(),
        span.getOutputs(),
        span.getModel(),
        usageIn(span.getTokenUsage()),
        span.getCostUsd(),
        toolIn(span.getToolCall()),
        map(span.getDocuments(), d -> new Document(d.getId(), d.getText(), d.getScore())),
        map(span.getMessages(), m -> new Message(m.getRole(), m.getContent())),
        span.getAttributes(),
        map(
            span.getEvents(),
            e -> new SpanEvent(e.getName(), e.getTimeNanos(), e.getAttributes())));
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

  private static @Nullable TokenUsage usageIn(dev.assay.schemas.@Nullable TokenUsage usage) {
    return usage == null
        ? null
        : new TokenUsage(
            usage.getInputTokens(),
            usage.getOutputTokens(),
            usage.getTotalTokens(),
            usage.getCacheReadInputTokens());
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

  private static @Nullable ToolCall toolIn(dev.assay.schemas.@Nullable ToolCall call) {
    return call == null
        ? null
        : new ToolCall(
            call.getName(),
            call.getArguments(),
            call.getResult(),
            SpanStatus.valueOf(call.getStatus().name()));
  }

  static <A, B> List<B> map(List<A> from, Function<A, B> function) {
    var to = new ArrayList<B>(from.size());
    for (var item : from) {
      to.add(function.apply(item));
    }
    return to;
  }
}
