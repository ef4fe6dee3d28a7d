package dev.assay.model;

import java.util.List;
import java.util.Map;

/** Named traces for tests to speak of. */
public final class TestTraces {
  /** 2026-01-01T00:00:00Z in nanoseconds. */
  public static final long T0 = 1_767_225_600_000_000_000L;

  private TestTraces() {}

  /** A chat turn of app {@code support-chat} 1.0 with one model call: 100 tokens in, 20 out. */
  public static Trace chat(String traceId, String question, String answer) {
    var call =
        new Span(
            "00000000000000a1",
            "00000000000000a0",
            "chat gpt-x",
            SpanType.CHAT_MODEL,
            T0 + 10_000_000,
            900_000_000,
            SpanStatus.OK,
            null,
            null,
            null,
            "gpt-x",
            TokenUsage.of(100, 20),
            0.0012,
            null,
            List.of(),
            List.of(new Message("user", question), new Message("assistant", answer)),
            Map.of("gen_ai.operation.name", "chat"),
            List.of(new SpanEvent("first_token", T0 + 200_000_000, Map.of("n", "1"))));
    return trace(header(traceId, "support-chat", "1.0"), question, answer, call);
  }

  /** An agent that retrieved a document and called one tool, which failed. */
  public static Trace agentWithFailedTool(String traceId) {
    var retrieval =
        new Span(
            "00000000000000a1",
            "00000000000000a0",
            "retrieval docs",
            SpanType.RETRIEVER,
            T0 + 10_000_000,
            50_000_000,
            SpanStatus.UNSET,
            null,
            "\"opening hours\"",
            null,
            null,
            null,
            null,
            null,
            List.of(new Document("d1", "We open at nine.", 0.83)),
            List.of(),
            Map.of(),
            List.of());
    var tool =
        new Span(
            "00000000000000a2",
            "00000000000000a0",
            "execute_tool clock",
            SpanType.TOOL,
            T0 + 70_000_000,
            5_000_000,
            SpanStatus.ERROR,
            "timeout",
            "{\"zone\":\"UTC\"}",
            null,
            null,
            null,
            null,
            new ToolCall("clock", "{\"zone\":\"UTC\"}", null, SpanStatus.ERROR),
            List.of(),
            List.of(),
            Map.of("error.type", "timeout"),
            List.of());
    return trace(
        header(traceId, "travel-agent", "2.1"),
        "Are you open?",
        "We open at nine.",
        retrieval,
        tool);
  }

  /** The header of a one-second trace that ended well. */
  public static TraceHeader header(String traceId, String app, String version) {
    return new TraceHeader(
        traceId,
        1,
        app,
        "production",
        version,
        "session-1",
        "user-1",
        "POST /chat",
        T0,
        1_000_000_000,
        TraceStatus.OK,
        1.0,
        CloseReason.ROOT_ENDED,
        T0 + 3_000_000_000L,
        2,
        Map.of("tier", "gold"),
        Map.of("sdk", "test"),
        TokenUsage.of(100, 20));
  }

  /** As an application publishes it to {@code assay.traces}. */
  public static Trace published(Trace trace) {
    var header = trace.header();
    return with(
        trace, header.environment(), header.metadata(), CloseReason.PUBLISHED, header.revision());
  }

  public static Trace inEnvironment(String environment) {
    return with(chat("t1", "Hi?", "Hello."), environment, Map.of(), CloseReason.ROOT_ENDED, 1);
  }

  public static Trace withMetadata(Trace trace, Map<String, String> metadata) {
    return with(trace, "production", metadata, CloseReason.ROOT_ENDED, 1);
  }

  private static Trace with(
      Trace trace,
      String environment,
      Map<String, String> metadata,
      CloseReason reason,
      int revision) {
    var header = trace.header();
    return new Trace(
        new TraceHeader(
            header.traceId(),
            revision,
            header.app(),
            environment,
            header.appVersion(),
            header.sessionId(),
            header.userId(),
            header.name(),
            header.startNanos(),
            header.durationNanos(),
            header.status(),
            header.samplingProbability(),
            reason,
            header.closedNanos(),
            header.spanCount(),
            header.tags(),
            metadata,
            header.tokenUsage()),
        trace.inputs(),
        trace.outputs(),
        trace.question(),
        trace.answer(),
        trace.expectations(),
        trace.costUsd(),
        trace.spans());
  }

  /** A trace of that header: a root and the spans below it. */
  public static Trace trace(TraceHeader header, String question, String answer, Span... children) {
    var root =
        new Span(
            "00000000000000a0",
            null,
            header.name(),
            SpanType.CHAIN,
            header.startNanos(),
            header.durationNanos(),
            SpanStatus.OK,
            null,
            "{\"question\":\"" + question + "\"}",
            "{\"answer\":\"" + answer + "\"}",
            null,
            null,
            null,
            null,
            List.of(),
            List.of(),
            Map.of(),
            List.of());
    var spans = new java.util.ArrayList<Span>();
    spans.add(root);
    spans.addAll(List.of(children));
    return new Trace(header, root.inputs(), root.outputs(), question, answer, null, 0.0012, spans);
  }
}
