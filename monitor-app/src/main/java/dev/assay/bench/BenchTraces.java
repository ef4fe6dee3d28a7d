package dev.assay.bench;

import dev.assay.model.CloseReason;
import dev.assay.model.Document;
import dev.assay.model.Message;
import dev.assay.model.Span;
import dev.assay.model.SpanStatus;
import dev.assay.model.SpanType;
import dev.assay.model.TokenUsage;
import dev.assay.model.ToolCall;
import dev.assay.model.Trace;
import dev.assay.model.TraceHeader;
import dev.assay.model.TraceStatus;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Traces as an assistant leaves them: a root, a retrieval with three documents, a tool and two
 * model calls; some 3 KB encoded. The same seed gives the same traces.
 */
final class BenchTraces {
  private static final String[] WORDS =
      ("the order was shipped on monday and will arrive at your address within three working days"
              + " please keep the receipt refund policy account settings password travel hotel"
              + " flight booking change seat upgrade customer support document search answer")
          .split(" ");

  private final SplittableRandom random;

  BenchTraces(long seed) {
    random = new SplittableRandom(seed);
  }

  /** The next trace, said to be closed at that time. */
  Trace next(long nowNanos) {
    var traceId =
        HexFormat.of().toHexDigits(random.nextLong())
            + HexFormat.of().toHexDigits(random.nextLong());
    var question = words(12) + "?";
    var answer = words(60) + ".";
    long start = nowNanos - 1_500_000_000L;
    var root = "00000000000000a0";
    var header =
        new TraceHeader(
            traceId,
            1,
            "bench-app",
            "production",
            "1." + random.nextInt(2),
            "session-" + random.nextInt(1000),
            "user-" + random.nextInt(1000),
            "POST /ask",
            start,
            1_400_000_000L,
            TraceStatus.OK,
            1.0,
            CloseReason.ROOT_ENDED,
            nowNanos,
            5,
            Map.of("tier", random.nextBoolean() ? "gold" : "free"),
            Map.of("sdk", "opentelemetry"),
            TokenUsage.of(1_200, 180));
    return new Trace(
        header,
        "{\"question\":\"" + question + "\"}",
        "{\"answer\":\"" + answer + "\"}",
        question,
        answer,
        null,
        0.004,
        List.of(
            span(root, null, "POST /ask", SpanType.CHAIN, start, null, List.of(), List.of()),
            span(
                "00000000000000a1",
                root,
                "retrieval docs",
                SpanType.RETRIEVER,
                start + 1_000_000,
                null,
                IntStream.range(0, 3)
                    .mapToObj(i -> new Document("doc-" + random.nextInt(9999), words(30), 0.9))
                    .toList(),
                List.of()),
            span(
                "00000000000000a2",
                root,
                "execute_tool lookup",
                SpanType.TOOL,
                start + 80_000_000,
                new ToolCall(
                    "lookup",
                    "{\"id\":" + random.nextInt(9999) + "}",
                    "{\"ok\":true}",
                    SpanStatus.OK),
                List.of(),
                List.of()),
            span(
                "00000000000000a3",
                root,
                "chat gpt-x",
                SpanType.CHAT_MODEL,
                start + 100_000_000,
                null,
                List.of(),
                List.of(new Message("user", question), new Message("assistant", words(15)))),
            span(
                "00000000000000a4",
                root,
                "chat gpt-x",
                SpanType.CHAT_MODEL,
                start + 600_000_000,
                null,
                List.of(),
                List.of(new Message("user", question), new Message("assistant", answer)))));
  }

  private Span span(
      String id,
      @org.jspecify.annotations.Nullable String parent,
      String name,
      SpanType type,
      long start,
      @org.jspecify.annotations.Nullable ToolCall tool,
      List<Document> documents,
      List<Message> messages) {
    boolean call = type.isModelCall();
    return new Span(
        id,
        parent,
        name,
        type,
        start,
        400_000_000L,
        SpanStatus.OK,
        null,
        null,
        null,
        call ? "gpt-x-2026" : null,
        call ? TokenUsage.of(600, 90) : null,
        call ? 0.002 : null,
        tool,
        documents,
        messages,
        Map.of(
            "gen_ai.operation.name",
            name.substring(0, Math.max(0, name.indexOf(' '))),
            "server.address",
            "models.internal",
            "gen_ai.response.id",
            "resp-" + random.nextInt(1_000_000)),
        List.of());
  }

  static String word(SplittableRandom random) {
    return WORDS[random.nextInt(WORDS.length)];
  }

  private String words(int count) {
    return IntStream.range(0, count).mapToObj(_ -> word(random)).collect(Collectors.joining(" "));
  }
}
