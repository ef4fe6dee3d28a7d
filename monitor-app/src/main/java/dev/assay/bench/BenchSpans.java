package dev.assay.bench;

import dev.assay.wire.Json;
import dev.assay.wire.MalformedOtlpException;
import dev.assay.wire.OtlpEncoding;
import dev.assay.wire.OtlpTooLargeException;
import dev.assay.wire.OtlpTraces;
import dev.assay.wire.TraceSpans;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Traces as an OpenTelemetry SDK exports them: an agent's root, a retrieval with three documents, a
 * tool and model calls with their messages, in the GenAI conventions. The same seed gives the same
 * spans.
 */
final class BenchSpans {
  private static final OtlpTraces RECEIVER = new OtlpTraces(8 << 20, 64L << 20);
  private static final long MILLI = 1_000_000;

  private final SplittableRandom random;
  private final int spans;

  /**
   * @param spans of a trace, ≥ 5; those beyond the first five are further model calls
   */
  BenchSpans(long seed, int spans) {
    this.random = new SplittableRandom(seed);
    this.spans = spans;
  }

  /**
   * The next trace in two messages of {@code assay.spans}, the root in the second: batches of an
   * SDK break where they like, and a root ends last.
   */
  List<TraceSpans> next(long nowNanos) {
    var trace = trace(nowNanos);
    int half = trace.size() / 2;
    return List.of(message(trace.subList(0, half)), message(trace.subList(half, trace.size())));
  }

  private static TraceSpans message(List<Map<String, Object>> spans) {
    try {
      return RECEIVER.split(request(spans), OtlpEncoding.JSON).records().getFirst();
    } catch (MalformedOtlpException | OtlpTooLargeException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] request(List<Map<String, Object>> spans) {
    var resource =
        attributes(
            Map.of(
                "service.name", "bench-app",
                "service.version", "1.0",
                "deployment.environment.name", "production",
                "telemetry.sdk.language", "java"));
    return Json.write(
            Map.of(
                "resourceSpans",
                List.of(
                    Map.of(
                        "resource",
                        resource,
                        "scopeSpans",
                        List.of(Map.of("scope", Map.of("name", "bench"), "spans", spans))))))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** The root comes last. */
  private List<Map<String, Object>> trace(long now) {
    var traceId =
        HexFormat.of().toHexDigits(random.nextLong())
            + HexFormat.of().toHexDigits(random.nextLong());
    var question = words(12) + "?";
    var answer = words(60) + ".";
    var list = new ArrayList<Map<String, Object>>();
    list.add(
        span(
            traceId,
            1,
            "retrieval docs",
            now - 1_300 * MILLI,
            now - 1_200 * MILLI,
            Map.of(
                "gen_ai.operation.name",
                "retrieval",
                "gen_ai.retrieval.query.text",
                question,
                "gen_ai.retrieval.documents",
                Json.write(
                    IntStream.range(0, 3)
                        .mapToObj(i ->
                            Map.of(
                                "id",
                                "doc-" + random.nextInt(9_999),
                                "content",
                                words(30),
                                "score",
                                0.9 - i * 0.1))
                        .toList()))));
    list.add(
        span(
            traceId,
            2,
            "execute_tool lookup",
            now - 1_200 * MILLI,
            now - 1_150 * MILLI,
            Map.of(
                "gen_ai.operation.name", "execute_tool",
                "gen_ai.tool.name", "lookup",
                "gen_ai.tool.call.arguments", "{\"id\":" + random.nextInt(9_999) + "}",
                "gen_ai.tool.call.result", "{\"ok\":true}")));
    for (int i = 3; i < spans; i++) {
      list.add(
          span(
              traceId,
              i,
              "chat gpt-x",
              now - 1_100 * MILLI,
              now - 200 * MILLI,
              Map.of(
                  "gen_ai.operation.name",
                  "chat",
                  "gen_ai.provider.name",
                  "openai",
                  "gen_ai.request.model",
                  "gpt-x",
                  "gen_ai.response.model",
                  "gpt-x-2026",
                  "gen_ai.usage.input_tokens",
                  600,
                  "gen_ai.usage.output_tokens",
                  90,
                  "gen_ai.input.messages",
                  messages("user", question),
                  "gen_ai.output.messages",
                  messages("assistant", i == spans - 1 ? answer : words(15)))));
    }
    list.add(
        span(
            traceId,
            0,
            "invoke_agent bench",
            now - 1_400 * MILLI,
            now - 100 * MILLI,
            Map.of(
                "gen_ai.operation.name",
                "invoke_agent",
                "gen_ai.agent.name",
                "bench",
                "gen_ai.conversation.id",
                "session-" + random.nextInt(1_000),
                "gen_ai.input.messages",
                messages("user", question),
                "gen_ai.output.messages",
                messages("assistant", answer))));
    return list;
  }

  private static Map<String, Object> span(
      String traceId,
      int number,
      String name,
      long start,
      long end,
      Map<String, Object> attributes) {
    var span = new LinkedHashMap<String, Object>();
    span.put("traceId", traceId);
    span.put("spanId", "%016x".formatted(0xa0 + number));
    if (number > 0) {
      span.put("parentSpanId", "%016x".formatted(0xa0));
    }
    span.put("name", name);
    span.put("kind", 1);
    span.put("startTimeUnixNano", Long.toString(start));
    span.put("endTimeUnixNano", Long.toString(end));
    span.putAll(attributes(attributes));
    return span;
  }

  private static Map<String, Object> attributes(Map<String, Object> values) {
    return Map.of(
        "attributes",
        values.entrySet().stream()
            .map(entry -> Map.of("key", entry.getKey(), "value", value(entry.getValue())))
            .toList());
  }

  private static Map<String, Object> value(Object value) {
    return value instanceof Integer
        ? Map.of("intValue", value.toString())
        : Map.of("stringValue", value);
  }

  private static String messages(String role, String text) {
    return Json.write(
        List.of(Map.of("role", role, "parts", List.of(Map.of("type", "text", "content", text)))));
  }

  private String words(int count) {
    return IntStream.range(0, count)
        .mapToObj(_ -> BenchTraces.word(random))
        .collect(Collectors.joining(" "));
  }
}
