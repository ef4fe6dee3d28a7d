package dev.assay.redaction;

import dev.assay.model.Document;
import dev.assay.model.Message;
import dev.assay.model.Span;
import dev.assay.model.SpanEvent;
import dev.assay.model.ToolCall;
import dev.assay.model.Trace;
import dev.assay.model.TraceHeader;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes personal data and secrets out of every text of a trace: inputs, outputs, messages,
 * documents, tool calls, names, errors, users, sessions, tags, metadata, attributes and events.
 * Keys, ids and models stay. What was found is counted in the metadata {@value #METADATA}.
 * Immutable and thread-safe.
 */
public final class TraceRedactor {
  /** {@code card:1,email:2}: how many of each are gone from the trace. */
  public static final String METADATA = "assay.redacted";

  private final Redaction redaction;

  public TraceRedactor(Redaction redaction) {
    this.redaction = redaction;
  }

  /** A trace and how many findings, by type or pattern, are gone from it. */
  public record Redacted(Trace trace, Map<String, Integer> found) {
    public Redacted {
      found = Map.copyOf(found);
    }
  }

  public boolean isIdle() {
    return redaction.isNone();
  }

  /** The trace itself where nothing is to be taken out. */
  public Redacted redact(Trace trace) {
    var text = new TextRedactor(redaction);
    var redacted =
        new Trace(
            header(trace.header(), text),
            text.redact(trace.inputs()),
            text.redact(trace.outputs()),
            text.redact(trace.question()),
            text.redact(trace.answer()),
            text.redact(trace.expectations()),
            trace.costUsd(),
            trace.spans().stream().map(span -> span(span, text)).toList(),
            trace.toldToolCalls().stream().map(call -> call(call, text)).toList());
    return text.found().isEmpty()
        ? new Redacted(trace, Map.of())
        : new Redacted(marked(redacted, text.found()), text.found());
  }

  private static Trace marked(Trace trace, Map<String, Integer> found) {
    var header = trace.header();
    var metadata = new HashMap<>(header.metadata());
    metadata.put(
        METADATA,
        found.entrySet().stream()
            .map(entry -> entry.getKey() + ":" + entry.getValue())
            .collect(Collectors.joining(",")));
    return new Trace(
        with(header, header.sessionId(), header.userId(), header.name(), header.tags(), metadata),
        trace.inputs(),
        trace.outputs(),
        trace.question(),
        trace.answer(),
        trace.expectations(),
        trace.costUsd(),
        trace.spans(),
        trace.toldToolCalls());
  }

  private static TraceHeader header(TraceHeader header, TextRedactor text) {
    return with(
        header,
        text.redact(header.sessionId()),
        text.redact(header.userId()),
        kept(text, header.name()),
        values(header.tags(), text),
        values(header.metadata(), text));
  }

  private static TraceHeader with(
      TraceHeader header,
      @Nullable String sessionId,
      @Nullable String userId,
      String name,
      Map<String, String> tags,
      Map<String, String> metadata) {
    return new TraceHeader(
        header.traceId(),
        header.revision(),
        header.app(),
        header.environment(),
        header.appVersion(),
        sessionId,
        userId,
        name,
        header.startNanos(),
        header.durationNanos(),
        header.status(),
        header.samplingProbability(),
        header.closeReason(),
        header.closedNanos(),
        header.spanCount(),
        tags,
        metadata,
        header.tokenUsage());
  }

  private static ToolCall call(ToolCall call, TextRedactor text) {
    return new ToolCall(
        call.name(), text.redact(call.arguments()), text.redact(call.result()), call.status());
  }

  private static Span span(Span span, TextRedactor text) {
    var tool = span.toolCall();
    return new Span(
        span.spanId(),
        span.parentId(),
        kept(text, span.name()),
        span.type(),
        span.startNanos(),
        span.durationNanos(),
        span.status(),
        text.redact(span.statusMessage()),
        text.redact(span.inputs()),
        text.redact(span.outputs()),
        span.model(),
        span.tokenUsage(),
        span.costUsd(),
        tool == null ? null : call(tool, text),
        span.documents().stream()
            .map(document ->
                new Document(document.id(), kept(text, document.text()), document.score()))
            .toList(),
        span.messages().stream()
            .map(message -> new Message(message.role(), kept(text, message.content())))
            .toList(),
        values(span.attributes(), text),
        span.events().stream()
            .map(event ->
                new SpanEvent(event.name(), event.timeNanos(), values(event.attributes(), text)))
            .toList());
  }

  private static Map<String, String> values(Map<String, String> values, TextRedactor text) {
    return values.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> kept(text, entry.getValue())));
  }

  private static String kept(TextRedactor text, String value) {
    return Objects.requireNonNull(text.redact(value));
  }
}
