package dev.assay.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A finished trace: what the user asked, what the application answered, and how it got there.
 *
 * @param header the fields routing needs
 * @param inputs JSON text: what the user asked, as it came
 * @param outputs JSON text: what the application answered, as it came
 * @param question plain text of {@code inputs}, whatever envelope the SDK put around it
 * @param answer plain text of {@code outputs}, whatever envelope the SDK put around it
 * @param expectations JSON text: what a labeller expects
 * @param costUsd summed over model calls, US dollars
 * @param spans by start, parents first
 * @param toldToolCalls tools that ran and have no span of their own, as the messages of model calls
 *     tell, in order
 */
public record Trace(
    TraceHeader header,
    @Nullable String inputs,
    @Nullable String outputs,
    @Nullable String question,
    @Nullable String answer,
    @Nullable String expectations,
    @Nullable Double costUsd,
    List<Span> spans,
    List<ToolCall> toldToolCalls) {
  public Trace {
    Objects.requireNonNull(header, "header");
    spans = List.copyOf(spans);
    toldToolCalls = List.copyOf(toldToolCalls);
  }

  /** A trace in which each tool that ran has a span. */
  public Trace(
      TraceHeader header,
      @Nullable String inputs,
      @Nullable String outputs,
      @Nullable String question,
      @Nullable String answer,
      @Nullable String expectations,
      @Nullable Double costUsd,
      List<Span> spans) {
    this(header, inputs, outputs, question, answer, expectations, costUsd, spans, List.of());
  }

  public String traceId() {
    return header.traceId();
  }

  /** The span without a parent, or whose parent is not in the trace; the earliest of several. */
  public Optional<Span> root() {
    return spans.stream()
        .filter(span ->
            span.parentId() == null
                || spans.stream().noneMatch(s -> s.spanId().equals(span.parentId())))
        .findFirst();
  }

  /** Models that answered, each once, in the order of their first call. */
  public List<String> models() {
    return spans.stream().map(Span::model).filter(Objects::nonNull).distinct().toList();
  }

  /** The spans that called a generating model. */
  public List<Span> llmCalls() {
    return spans.stream().filter(span -> span.type().isModelCall()).toList();
  }

  /** The tools that ran, in order, those without a span last. */
  public List<ToolCall> toolCalls() {
    return Stream.concat(
            spans.stream().map(Span::toolCall).filter(Objects::nonNull), toldToolCalls.stream())
        .toList();
  }

  /** What retrievers returned, in order. */
  public List<Document> documents() {
    return spans.stream().flatMap(span -> span.documents().stream()).toList();
  }

  /** The messages of the last model call, its answer last; empty where no call carries any. */
  public List<Message> messages() {
    return spans.stream()
        .map(Span::messages)
        .filter(messages -> !messages.isEmpty())
        .reduce((first, last) -> last)
        .orElse(List.of());
  }
}
