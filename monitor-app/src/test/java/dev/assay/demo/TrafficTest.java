package dev.assay.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.common.HttpStatus;
import dev.assay.demo.CapturingReceiver.Captured;
import dev.assay.wire.Json;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The generator against a receiver that decodes what really came over the wire. */
@Timeout(60)
@SuppressWarnings("try") // what close() delivers is looked at before the block ends
class TrafficTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration NONE = Duration.ZERO;
  private static final Schedule HALF_NEW =
      new Schedule(NONE, NONE, Duration.ofDays(1), NONE, NONE, NONE);

  private static final CapturingReceiver receiver = new CapturingReceiver();

  private final Map<String, Map<String, Boolean>> planted = new ConcurrentHashMap<>();
  private final Map<String, String> answers = new ConcurrentHashMap<>();

  @BeforeEach
  void forgetSpansOfOtherTests() {
    receiver.reset();
  }

  @AfterAll
  static void stop() {
    receiver.close();
  }

  private Traffic traffic(long seed, URI endpoint) {
    return new Traffic(
        Traffic.Settings.of(endpoint, 200, seed, HALF_NEW, null),
        (traceId, _, answer, truth) -> {
          planted.put(traceId, truth);
          answers.put(traceId, answer);
        },
        Clock.systemUTC());
  }

  /** Sends so many traces, all ending at {@link #NOW}. */
  private TrafficLedger send(long seed, int traces) {
    try (var traffic = traffic(seed, receiver.uri())) {
      for (int i = 0; i < traces; i++) {
        traffic.sendNext(NOW);
      }
      traffic.close();
      assertThat(traffic.lostSpans()).isZero();
      assertThat(traffic.deliveredSpans()).isEqualTo(traffic.ledger().spans());
      return traffic.ledger();
    }
  }

  private List<Captured> spans(Predicate<Captured> wanted) {
    return receiver.spans().stream().filter(wanted).toList();
  }

  private static Predicate<Captured> named(String start) {
    return span -> span.span().getName().startsWith(start);
  }

  @Test
  void everySpanArrivesAndIsCounted() {
    var ledger = send(1, 500);

    assertThat(ledger.traces()).isEqualTo(500);
    assertThat(receiver.spans()).hasSize((int) ledger.spans());
    assertThat(spans(Captured::isRoot)).hasSize(500);
    assertThat(receiver.contentTypes()).isNotEmpty().containsOnly("application/x-protobuf");
    var traces = receiver.spans().stream().map(Captured::traceId).collect(Collectors.toSet());
    assertThat(planted.keySet()).isEqualTo(traces);
  }

  @Test
  void theResourceNamesApplicationVersionAndEnvironment() {
    var ledger = send(2, 500);

    var received = new HashMap<String, Long>();
    for (var root : spans(Captured::isRoot)) {
      received.merge(
          root.resource("service.name") + " " + root.resource("service.version"), 1L, Long::sum);
      assertThat(root.resource("deployment.environment.name")).isEqualTo("demo");
      assertThat(root.resource("telemetry.sdk.language")).isEqualTo("java");
    }
    var sent =
        ledger.entries().stream()
            .collect(
                Collectors.toMap(
                    entry -> entry.app() + " " + entry.version(), TrafficLedger.Entry::traces));
    assertThat(received).hasSize(6).isEqualTo(sent);
  }

  @Test
  void chatSpansFollowTheGenAiConventions() {
    send(3, 400);

    var chats = spans(named("chat "));
    assertThat(chats).hasSizeGreaterThan(200);
    for (var chat : chats) {
      assertThat(chat.span().getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
      assertThat(chat.attribute("gen_ai.operation.name")).isEqualTo("chat");
      assertThat(chat.attribute("gen_ai.provider.name")).isIn("openai", "anthropic", "gcp.gemini");
      assertThat(chat.span().getName()).isEqualTo("chat " + chat.attribute("gen_ai.request.model"));
      var input = Json.parse(chat.attribute("gen_ai.input.messages")).orElseThrow();
      assertThat(input.get(0).path("role").asText()).isEqualTo("user");
      if (chat.span().getStatus().getCode() == StatusCode.STATUS_CODE_ERROR) {
        assertThat(chat.attribute("error.type")).isNotEmpty();
        assertThat(chat.span().getEvents(0).getName()).isEqualTo("exception");
        assertThat(chat.attribute("gen_ai.output.messages")).isEmpty();
      } else {
        var output = Json.parse(chat.attribute("gen_ai.output.messages")).orElseThrow();
        assertThat(output.get(0).path("role").asText()).isEqualTo("assistant");
        assertThat(output.get(0).path("finish_reason").asText()).isIn("stop", "tool_call");
        assertThat(chat.attribute("gen_ai.response.model")).isNotEmpty();
        assertThat(chat.span().getAttributesList().stream().map(a -> a.getKey()))
            .contains("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens");
      }
    }
  }

  @Test
  void theAnswerOnTheWireIsThePlantedOne() {
    send(4, 300);

    int compared = 0;
    for (var chat : spans(named("chat gpt"))) {
      var output = Json.parse(chat.attribute("gen_ai.output.messages"));
      if (output.isPresent()) {
        compared++;
        assertThat(output.get().at("/0/parts/0/content").asText())
            .isEqualTo(answers.get(chat.traceId()));
      }
    }
    assertThat(compared).isGreaterThan(100);
  }

  @Test
  void retrievalCarriesItsDocumentsInBothConventions() {
    send(5, 300);

    var genAi = spans(named("retrieval tidewater-docs"));
    var openInference = spans(named("VectorStoreRetriever"));
    assertThat(genAi).isNotEmpty();
    assertThat(openInference).isNotEmpty();
    for (var span : genAi) {
      assertThat(span.resource("service.version")).isEqualTo("2.4.0");
      var documents = Json.parse(span.attribute("gen_ai.retrieval.documents")).orElseThrow();
      assertThat(documents).hasSize(3);
      assertThat(documents.get(0).path("id").asText()).contains("/");
      assertThat(documents.get(0).path("score").asDouble())
          .isGreaterThan(documents.get(2).path("score").asDouble());
    }
    for (var span : openInference) {
      assertThat(span.resource("service.version")).isEqualTo("2.5.0");
      assertThat(span.attribute("openinference.span.kind")).isEqualTo("RETRIEVER");
      assertThat(span.attribute("retrieval.documents.2.document.content")).isNotEmpty();
    }
  }

  @Test
  void theAgentCallsToolsUnderAnMlflowRoot() {
    send(6, 300);

    var roots = spans(named("plan_trip"));
    assertThat(roots).isNotEmpty();
    for (var root : roots) {
      assertThat(root.attribute("mlflow.spanType")).isEqualTo("\"AGENT\"");
      assertThat(
              Json.parse(root.attribute("mlflow.spanInputs"))
                  .orElseThrow()
                  .at("/messages/0/role")
                  .asText())
          .isEqualTo("user");
      assertThat(root.attribute("session.id")).startsWith("sess-");
      assertThat(root.attribute("user.id")).startsWith("user-");
    }
    assertThat(spans(named("invoke_agent travel-agent"))).hasSameSizeAs(roots);
    for (var tool : spans(named("execute_tool "))) {
      assertThat(tool.span().getName())
          .isEqualTo("execute_tool " + tool.attribute("gen_ai.tool.name"));
      assertThat(Json.parse(tool.attribute("gen_ai.tool.call.arguments"))).isPresent();
      boolean failed = tool.span().getStatus().getCode() == StatusCode.STATUS_CODE_ERROR;
      assertThat(tool.attribute("gen_ai.tool.call.result").isEmpty()).isEqualTo(failed);
    }
  }

  @Test
  void tracesEndNowAndBeganAsLongAgoAsTheyTook() {
    send(7, 200);

    long end = NOW.getEpochSecond() * 1_000_000_000L;
    for (var root : spans(Captured::isRoot)) {
      assertThat(root.span().getEndTimeUnixNano()).isEqualTo(end);
    }
    assertThat(receiver.spans())
        .allMatch(span -> span.span().getEndTimeUnixNano() <= end)
        .allMatch(span -> span.span().getStartTimeUnixNano() <= span.span().getEndTimeUnixNano());
    assertThat(spans(Captured::isRoot))
        .anyMatch(root -> end - root.span().getStartTimeUnixNano() >= 12_000_000_000L);
  }

  @Test
  void parentsAreInTheSameTrace() {
    send(8, 200);

    var ids = new HashSet<List<Object>>();
    receiver.spans().forEach(span -> ids.add(List.of(span.traceId(), span.span().getSpanId())));
    assertThat(ids).hasSameSizeAs(receiver.spans());
    assertThat(spans(span -> !span.isRoot()))
        .allMatch(span -> ids.contains(List.of(span.traceId(), span.span().getParentSpanId())));
  }

  @Test
  void theSameSeedSendsTheSameSpansWithTheSameIds() {
    send(9, 120);
    var first = receiver.spans().stream().map(Captured::span).collect(Collectors.toSet());
    try (var again = new CapturingReceiver();
        var traffic = traffic(9, again.uri())) {
      for (int i = 0; i < 120; i++) {
        traffic.sendNext(NOW);
      }
      traffic.close();
      assertThat(again.spans().stream().map(Captured::span).collect(Collectors.toSet()))
          .isEqualTo(first);
    }
  }

  @Test
  void otherIdsCanBeHadForTheSameContent() {
    var settings = new Traffic.Settings(receiver.uri(), "staging", 200, 9, 10, HALF_NEW, null);
    try (var traffic =
        new Traffic(settings, (id, _, _, _) -> planted.put(id, Map.of()), Clock.systemUTC())) {
      traffic.sendNext(NOW);
    }
    var ids = List.copyOf(planted.keySet());
    planted.clear();
    send(9, 1);

    assertThat(planted.keySet()).doesNotContainAnyElementsOf(ids);
    assertThat(spans(Captured::isRoot).stream().map(span -> span.span().getName()).distinct())
        .hasSize(1);
    assertThat(spans(Captured::isRoot).getFirst().resource("deployment.environment.name"))
        .isEqualTo("staging");
  }

  @Test
  void runsForItsDurationAndDeliversEverything() throws InterruptedException {
    var settings = Traffic.Settings.of(receiver.uri(), 400, 1, HALF_NEW, Duration.ofMillis(500));
    try (var traffic = new Traffic(settings, (_, _, _, _) -> {}, Clock.systemUTC())) {
      traffic.start();

      assertThat(traffic.awaitDone(Duration.ofSeconds(30))).isTrue();
      assertThat(traffic.ledger().traces()).isEqualTo(200);
      assertThat(spans(Captured::isRoot)).hasSize(200);
      assertThat(traffic.phase()).isEqualTo(Phase.HALF);
    }
  }

  @Test
  void closingStopsSendingAndDeliversWhatWasSent() throws InterruptedException {
    var traffic = traffic(1, receiver.uri());
    traffic.start();
    await().until(() -> traffic.ledger().traces() > 20);

    traffic.close();

    assertThat(traffic.awaitDone(Duration.ZERO)).isTrue();
    assertThat(spans(Captured::isRoot)).hasSize((int) traffic.ledger().traces());
    assertThat(receiver.spans()).hasSize((int) traffic.ledger().spans());
  }

  @Test
  void spansThatCannotBeDeliveredAreCounted() {
    receiver.answer(HttpStatus.BAD_REQUEST);
    try (var traffic = traffic(1, receiver.uri())) {
      traffic.sendNext(NOW);
      traffic.close();

      assertThat(traffic.deliveredSpans()).isZero();
      assertThat(traffic.lostSpans()).isEqualTo(traffic.ledger().spans());
    }
  }

  @Test
  void theLedgerCountsDefectsAndWhatAPerfectJudgeWouldRefuse() {
    var ledger = send(10, 1_000);

    long bad = planted.values().stream().filter(truth -> !truth.get("helpful")).count();
    assertThat(ledger.entries().stream().mapToLong(entry -> entry.bad(Aspect.HELPFUL)).sum())
        .isEqualTo(bad)
        .isPositive();
    assertThat(ledger.entries().stream().mapToLong(entry -> entry.count(Defect.SLOW)).sum())
        .isPositive();
  }

  @Test
  void refusesRatesAndDurationsThatMakeNoSense() {
    var uri = receiver.uri();
    assertThatThrownBy(() -> Traffic.Settings.of(uri, 0, 1, HALF_NEW, null))
        .hasMessageContaining("rate must be > 0");
    assertThatThrownBy(() -> Traffic.Settings.of(uri, 1, 1, HALF_NEW, Duration.ZERO))
        .hasMessageContaining("duration must be > 0");
  }
}
