package dev.assay.api;

import dev.assay.metrics.Meter;
import dev.assay.model.CloseReason;
import dev.assay.model.Document;
import dev.assay.model.Level;
import dev.assay.model.Message;
import dev.assay.model.Objective;
import dev.assay.model.Outcome;
import dev.assay.model.PassCondition;
import dev.assay.model.QualityWindow.Counts;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScorerState;
import dev.assay.model.SourceType;
import dev.assay.model.Span;
import dev.assay.model.SpanEvent;
import dev.assay.model.SpanStatus;
import dev.assay.model.SpanType;
import dev.assay.model.TokenUsage;
import dev.assay.model.ToolCall;
import dev.assay.model.Trace;
import dev.assay.model.TraceHeader;
import dev.assay.model.TraceStatus;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Three applications, one of which got worse with its newest version. */
final class DemoScene {
  static final String FAILING_TRACE = "7f3a1c9be04d4b52a8d1c6e2f0937b14";

  private static final long NOW = ApiFixture.NOW.toEpochMilli() * 1_000_000;

  private DemoScene() {}

  static void put(ApiFixture app) {
    app.scorers.addAll(
        List.of(
            scorer("grounded", "guidelines", 0.9, ScorerState.ACTIVE, null, 0.25),
            scorer("refusal", "refusal", 0.97, ScorerState.ACTIVE, null, 1),
            scorer("no_pii", "pii_detection", 0.99, ScorerState.ACTIVE, null, 1),
            scorer("answers_in_json", "json_validity", null, ScorerState.ACTIVE, null, 1),
            scorer("response_length", "response_length", null, ScorerState.ACTIVE, null, 1),
            scorer("tools_work", "tool_errors", 0.95, ScorerState.ACTIVE, null, 1),
            scorer(
                "tone",
                "guidelines",
                0.9,
                ScorerState.PAUSED,
                "the judge's key is refused (401): set JUDGE_API_KEY and restart",
                0.1)));
    var random = new Random(7);
    for (int minute = 58; minute >= 0; minute--) {
      fill(app, random, "support-chat", minute, "1.4.2", "1.5.0", 24, 40);
      fill(app, random, "docs-assistant", minute, "2.0.1", null, 0, 22);
      fill(app, random, "travel-agent", minute, "0.9.3", "0.9.4", 40, 14);
    }
    for (var name : List.of("support-chat", "docs-assistant", "travel-agent")) {
      app.count(Meter.TRACES, 2_400, name, "assembled");
      app.count(Meter.SPANS, 11_000, name, "read");
    }
    app.lookup.traces.add(agentTrace("2b9d0c6ea1f34c7d9b85e4f3a2d17c60"));
    app.lookup.traces.add(ragTrace(FAILING_TRACE));
    var rationales =
        List.of(
            "The answer says refunds take 3 days; the retrieved policy says 14 days, and nothing in"
                + " the documents supports the shorter time.",
            "Claims a phone line that no document mentions.",
            "No citation for the stated price.");
    for (int i = 0; i < 9; i++) {
      var id = i == 8 ? FAILING_TRACE : "%032x".formatted(1_000_003L * (i + 17));
      boolean judge = i % 3 != 1;
      app.lookup.assessments.add(
          ApiFixture.verdict(
              id,
              "support-chat",
              "1.5.0",
              judge ? "grounded" : "refusal",
              Outcome.FAIL,
              judge
                  ? rationales.get((i / 2 + 2) % 3)
                  : "refuses: “I'm sorry, but I can't help with that”",
              judge ? SourceType.LLM_JUDGE : SourceType.CODE,
              judge ? "openai:simulated-judge" : "refusal"));
    }
    app.lookup.assessments.add(
        ApiFixture.verdict(FAILING_TRACE, "refusal", Outcome.PASS, "answers the question"));
    app.lookup.assessments.add(
        ApiFixture.verdict(FAILING_TRACE, "no_pii", Outcome.PASS, "nothing personal found"));
    app.lookup.assessments.add(
        ApiFixture.verdict(FAILING_TRACE, "response_length", Outcome.NONE, "412 characters"));
    app.lookup.assessments.add(
        ApiFixture.verdict(
            FAILING_TRACE, "answers_in_json", Outcome.ERROR, "the schema file is missing"));
  }

  private static void fill(
      ApiFixture app,
      Random random,
      String name,
      int minute,
      String old,
      String fresh,
      int since,
      int rate) {
    boolean rolled = fresh != null && minute < since;
    var version = rolled ? fresh : old;
    boolean bad = rolled && name.equals("support-chat");
    add(app, random, name, version, "grounded", minute, rate / 4, bad ? 0.72 : 0.955);
    add(app, random, name, version, "refusal", minute, rate, bad ? 0.955 : 0.985);
    add(app, random, name, version, "no_pii", minute, rate, 0.997);
    if (name.equals("travel-agent")) {
      add(app, random, name, version, "tools_work", minute, rate, 0.935);
      add(app, random, name, version, "answers_in_json", minute, rate, 0.96);
    }
    var lengths = Counts.ZERO;
    for (int i = 0; i < rate; i++) {
      lengths = lengths.plus(Counts.of(Outcome.NONE, 1, 380 + random.nextGaussian() * 60));
    }
    app.quality(name, version, "response_length", minute, lengths);
  }

  private static void add(
      ApiFixture app,
      Random random,
      String name,
      String version,
      String scorer,
      int minute,
      int n,
      double rate) {
    int passed = 0;
    for (int i = 0; i < n; i++) {
      passed += random.nextDouble() < rate ? 1 : 0;
    }
    app.quality(name, version, scorer, minute, passed, n - passed);
  }

  private static ScorerSpec scorer(
      String name, String kind, Double objective, ScorerState state, String reason, double rate) {
    return new ScorerSpec(
        name,
        "a1b2c3",
        kind,
        kind.equals("guidelines")
            ? Map.of("guidelines", "Every statement is supported by the retrieved documents.")
            : Map.of(),
        Level.TRACE,
        state,
        reason,
        rate,
        Map.of(),
        new PassCondition.Natural(),
        objective == null ? null : new Objective(Objective.Direction.AT_LEAST, objective),
        "team-quality",
        name.equals("grounded") ? "What the answer says is in the documents it was given." : null);
  }

  private static TraceHeader header(
      String id, String app, String version, String name, long millis, int spans) {
    return new TraceHeader(
        id,
        1,
        app,
        "production",
        version,
        "session-81f2",
        "user-4411",
        name,
        NOW - 76_000_000_000L,
        millis * 1_000_000,
        TraceStatus.OK,
        1,
        CloseReason.ROOT_ENDED,
        NOW - 72_000_000_000L,
        spans,
        Map.of("tier", "gold", "region", "eu-west"),
        Map.of("sdk", "opentelemetry-java 1.68.0"),
        TokenUsage.of(1_284, 143));
  }

  private static Trace ragTrace(String id) {
    var question = "I returned my headphones last Tuesday. When will I get my money back?";
    var answer =
        "Good news! Refunds are paid out within 3 days of your return reaching our warehouse, so"
            + " you should see the money on your card by Friday at the latest.\n\n"
            + "If you paid with a voucher, the amount goes back to the voucher instead.";
    var policy =
        "Refunds. Once a return has been received and checked, the purchase price is refunded"
            + " within 14 days to the means of payment used. Vouchers are refunded as vouchers.";
    var header = header(id, "support-chat", "1.5.0", "POST /chat", 2_310, 6);
    var messages =
        List.of(
            new Message("system", "Answer from the documents only. If they do not say, say so."),
            new Message("user", question),
            new Message("assistant", answer));
    return new Trace(
        header,
        "{\"messages\":[{\"role\":\"user\",\"content\":\"" + question + "\"}]}",
        "{\"answer\":\"" + answer.replace("\n", "\\n") + "\",\"sources\":[\"policy-7\"]}",
        question,
        answer,
        null,
        0.00184,
        List.of(
            span("r0", null, "POST /chat", SpanType.CHAIN, header, 0, 2_310),
            span("r1", "r0", "guard input", SpanType.GUARDRAIL, header, 4, 38),
            documents(
                span("r2", "r0", "retrieve policy", SpanType.RETRIEVER, header, 50, 212),
                new Document("policy-7", policy, 0.83),
                new Document("shipping-2", "Parcels inside the EU take 2 to 4 days.", 0.61)),
            span("r3", "r2", "embed query", SpanType.EMBEDDING, header, 52, 61),
            chat(
                span("r4", "r0", "chat gpt-4.1-mini", SpanType.CHAT_MODEL, header, 280, 1_940),
                messages),
            span("r5", "r0", "format answer", SpanType.PARSER, header, 2_228, 12)));
  }

  private static Trace agentTrace(String id) {
    var header = header(id, "travel-agent", "0.9.4", "plan trip", 6_420, 4);
    var tool = span("a2", "a1", "execute_tool search_trains", SpanType.TOOL, header, 900, 3_000);
    return new Trace(
        header,
        "\"Get me from Lyon to Turin on Friday\"",
        "\"I could not reach the train search. Shall I try buses?\"",
        "Get me from Lyon to Turin on Friday",
        "I could not reach the train search. Shall I try buses?",
        null,
        0.0041,
        List.of(
            span("a0", null, "plan trip", SpanType.AGENT, header, 0, 6_420),
            span("a1", "a0", "step 1", SpanType.WORKFLOW, header, 10, 4_100),
            new Span(
                "a2",
                "a1",
                tool.name(),
                SpanType.TOOL,
                tool.startNanos(),
                tool.durationNanos(),
                SpanStatus.ERROR,
                "timed out after 3 s",
                "{\"from\":\"Lyon\",\"to\":\"Turin\",\"day\":\"friday\"}",
                null,
                null,
                null,
                null,
                new ToolCall(
                    "search_trains",
                    "{\"from\":\"Lyon\",\"to\":\"Turin\",\"day\":\"friday\"}",
                    null,
                    SpanStatus.ERROR),
                List.of(),
                List.of(),
                Map.of("error.type", "timeout", "gen_ai.tool.name", "search_trains"),
                List.of(
                    new SpanEvent(
                        "exception",
                        tool.endNanos(),
                        Map.of("exception.type", "java.net.SocketTimeoutException")))),
            span("a3", "a0", "chat claude-sonnet", SpanType.CHAT_MODEL, header, 4_200, 2_180)));
  }

  private static Span span(
      String id,
      String parent,
      String name,
      SpanType type,
      TraceHeader header,
      long start,
      long length) {
    return new Span(
        id,
        parent,
        name,
        type,
        header.startNanos() + start * 1_000_000,
        length * 1_000_000,
        SpanStatus.OK,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        List.of(),
        List.of(),
        Map.of("code.function", "handle", "thread.name", "worker-3"),
        List.of());
  }

  private static Span documents(Span span, Document... documents) {
    return new Span(
        span.spanId(),
        span.parentId(),
        span.name(),
        span.type(),
        span.startNanos(),
        span.durationNanos(),
        span.status(),
        null,
        "\"refund time after return\"",
        null,
        null,
        null,
        null,
        null,
        List.of(documents),
        List.of(),
        span.attributes(),
        List.of());
  }

  private static Span chat(Span span, List<Message> messages) {
    return new Span(
        span.spanId(),
        span.parentId(),
        span.name(),
        span.type(),
        span.startNanos(),
        span.durationNanos(),
        span.status(),
        null,
        null,
        null,
        "gpt-4.1-mini-2025-04-14",
        TokenUsage.of(1_284, 143),
        0.00184,
        null,
        List.of(),
        messages,
        Map.of("gen_ai.operation.name", "chat", "gen_ai.request.temperature", "0.2"),
        List.of());
  }
}
