package dev.assay.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a trace.
 *
 * @param spanId 16 lower-case hex digits
 * @param parentId absent on a root
 * @param startNanos nanoseconds since 1970-01-01T00:00:00Z
 * @param durationNanos nanoseconds, ≥ 0
 * @param inputs JSON text, as the application gave it
 * @param outputs JSON text, as the application gave it
 * @param model the model that answered, for a model call
 * @param tokenUsage of this call alone; absent where a span only repeats its children's
 * @param costUsd of this call alone, US dollars
 * @param toolCall for a tool span
 * @param documents what a retriever returned
 * @param messages of a model call, in order, its answer last
 * @param attributes text form; lists and maps as JSON
 */
public record Span(
    String spanId,
    @Nullable String parentId,
    String name,
    SpanType type,
    long startNanos,
    long durationNanos,
    SpanStatus status,
    @Nullable String statusMessage,
    @Nullable String inputs,
    @Nullable String outputs,
    @Nullable String model,
    @Nullable TokenUsage tokenUsage,
    @Nullable Double costUsd,
    @Nullable ToolCall toolCall,
    List<Document> documents,
    List<Message> messages,
    Map<String, String> attributes,
    List<SpanEvent> events) {
  public Span {
    if (spanId.isEmpty()) {
      throw new IllegalArgumentException("span_id must not be empty");
    }
    if (durationNanos < 0) {
      throw new IllegalArgumentException("duration must be >= 0 ns, was " + durationNanos);
    }
    documents = List.copyOf(documents);
    messages = List.copyOf(messages);
    attributes = Map.copyOf(attributes);
    events = List.copyOf(events);
  }

  public Span withType(SpanType newType) {
    return with(newType, model, tokenUsage, costUsd, toolCall, documents);
  }

  /** The same span with another account of its model call. */
  public Span withCall(
      @Nullable String newModel, @Nullable TokenUsage newUsage, @Nullable Double newCostUsd) {
    return with(type, newModel, newUsage, newCostUsd, toolCall, documents);
  }

  /** The same span with another tool call and other documents. */
  public Span withFindings(@Nullable ToolCall newToolCall, List<Document> newDocuments) {
    return with(type, model, tokenUsage, costUsd, newToolCall, newDocuments);
  }

  private Span with(
      SpanType newType,
      @Nullable String newModel,
      @Nullable TokenUsage newUsage,
      @Nullable Double newCostUsd,
      @Nullable ToolCall newToolCall,
      List<Document> newDocuments) {
    return new Span(
        spanId,
        parentId,
        name,
        newType,
        startNanos,
        durationNanos,
        status,
        statusMessage,
        inputs,
        outputs,
        newModel,
        newUsage,
        newCostUsd,
        newToolCall,
        newDocuments,
        messages,
        attributes,
        events);
  }

  /** Nanoseconds since 1970-01-01T00:00:00Z. */
  public long endNanos() {
    return startNanos + durationNanos;
  }
}
