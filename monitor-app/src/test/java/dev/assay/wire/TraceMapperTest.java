package dev.assay.wire;

import static dev.assay.wire.TestOtlp.TRACE;
import static dev.assay.wire.TestOtlp.message;
import static dev.assay.wire.TestOtlp.span;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.assay.model.CloseReason;
import dev.assay.model.Document;
import dev.assay.model.Span;
import dev.assay.model.SpanStatus;
import dev.assay.model.SpanType;
import dev.assay.model.TestTraces;
import dev.assay.model.TokenUsage;
import dev.assay.model.ToolCall;
import dev.assay.model.Trace;
import dev.assay.model.TraceStatus;
import dev.assay.wire.TestOtlp.SpanSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceMapperTest {
  private static final long CLOSED = TestTraces.T0 + 60_000_000_000L;
  private final TraceMapper mapper = new TraceMapper(10_000);

  private Trace map(byte[]... messages) {
    return Objects.requireNonNull(
        mapper.map(TRACE, Arrays.asList(messages), 1, CloseReason.ROOT_ENDED, CLOSED).trace());
  }

  private Trace map(SpanSpec... spans) {
    return map(message(spans));
  }

  private static SpanSpec silent(long id, long parent) {
    return span(id, parent, "chat")
        .with("gen_ai.operation.name", "chat")
        .with("gen_ai.request.model", "gpt-x");
  }

  private static SpanSpec chat(long id, long parent, int input, int output) {
    return silent(id, parent)
        .with("gen_ai.usage.input_tokens", input)
        .with("gen_ai.usage.output_tokens", output);
  }

  private static SpanSpec agent(long id, long parent) {
    return span(id, parent, "invoke_agent").with("gen_ai.operation.name", "invoke_agent");
  }

  @Test
  void theHeaderSaysWhatRoutingNeeds() {
    var header =
        map(
                span(1, 0, "POST /chat").at(0, 1_500).with("user.id", "u-1"),
                span(2, 1, "chat").at(100, 900).with("session.id", "s-1"))
            .header();

    assertThat(header.traceId()).isEqualTo(TRACE);
    assertThat(header.app()).isEqualTo("shop");
    assertThat(header.appVersion()).isEqualTo("1.2");
    assertThat(header.environment()).isEqualTo("production");
    assertThat(header.userId()).isEqualTo("u-1");
    assertThat(header.sessionId()).isEqualTo("s-1");
    assertThat(header.name()).isEqualTo("POST /chat");
    assertThat(header.startNanos()).isEqualTo(TestTraces.T0);
    assertThat(header.durationNanos()).isEqualTo(1_500_000_000L);
    assertThat(header.status()).isEqualTo(TraceStatus.OK);
    assertThat(header.samplingProbability()).isEqualTo(1.0);
    assertThat(header.spanCount()).isEqualTo(2);
    assertThat(header.closedNanos()).isEqualTo(CLOSED);
  }

  @Test
  void anAnonymousApplicationGetsOpenTelemetrysDefaults() {
    var header = map(message(Map.of(), span(1, 0, "r"))).header();

    assertThat(header.app()).isEqualTo("unknown_service");
    assertThat(header.environment()).isEqualTo("default");
    assertThat(header.appVersion()).isEmpty();
  }

  @Test
  void theTopmostApplicationIsTheTraces() {
    var header =
        map(
                message(Map.of("service.name", "search"), span(2, 1, "search").at(0, 1)),
                message(
                    Map.of("service.name", "shop", "deployment.environment", "staging"),
                    span(1, 0, "POST /").at(5, 9)))
            .header();

    assertThat(header.app()).isEqualTo("shop");
    assertThat(header.environment()).isEqualTo("staging");
  }

  @Test
  void spansStandByStartAndParentsFirst() {
    var spans =
        new ArrayList<>(
            List.of(
                span(1, 0, "root").at(10, 90),
                // a host whose clock is behind its parent's
                span(2, 1, "a").at(5, 20),
                span(3, 1, "b").at(40, 60),
                span(4, 2, "a1").at(15, 18),
                span(5, 9, "orphan").at(30, 35)));
    for (int seed = 0; seed < 20; seed++) {
      Collections.shuffle(spans, new Random(seed));

      assertThat(map(spans.toArray(SpanSpec[]::new)).spans())
          .extracting(Span::name)
          .containsExactly("root", "a", "a1", "orphan", "b");
    }
  }

  @Test
  void ringsAndSelfParentsAreKept() {
    var trace =
        map(
            span(1, 2, "a").at(1, 2),
            span(2, 3, "b").at(3, 4),
            span(3, 1, "c").at(5, 6),
            span(4, 4, "self").at(7, 8));

    assertThat(trace.spans()).extracting(Span::name).containsExactly("a", "c", "b", "self");
    assertThat(trace.header().status()).isEqualTo(TraceStatus.IN_PROGRESS);
  }

  @Test
  void ofTwoWithOneIdTheOneThatEndedIsKept() {
    var running = span(1, 0, "running").times(TestTraces.T0, 0);
    var ended = span(1, 0, "ended").at(0, 1_000);

    for (var order : List.of(List.of(running, ended), List.of(ended, running))) {
      var mapped =
          mapper.map(
              TRACE, order.stream().map(TestOtlp::message).toList(), 1, CloseReason.IDLE, CLOSED);
      assertThat(mapped.duplicates()).isEqualTo(1);
      assertThat(Objects.requireNonNull(mapped.trace()).spans())
          .extracting(Span::name)
          .containsExactly("ended");
    }
  }

  @Test
  void anAgentThatRepeatsItsCallsCountsNothing() {
    var trace =
        map(
            agent(1, 0)
                .with("gen_ai.request.model", "gpt")
                .with("gen_ai.usage.input_tokens", 300)
                .with("gen_ai.usage.output_tokens", 30),
            chat(2, 1, 100, 10),
            agent(3, 1)
                .with("gen_ai.usage.input_tokens", 200)
                .with("gen_ai.usage.output_tokens", 20),
            chat(4, 3, 200, 20));

    assertThat(trace.header().tokenUsage()).isEqualTo(TokenUsage.of(300, 30));
    assertThat(trace.spans())
        .extracting(Span::tokenUsage)
        .containsExactlyInAnyOrder(null, TokenUsage.of(100, 10), null, TokenUsage.of(200, 20));
    assertThat(trace.models()).containsExactly("gpt-x");
  }

  @Test
  void oneCallSeenByTwoInstrumentationsCountsOnce() {
    var trace = map(span(9, 0, "root"), chat(1, 9, 100, 10), chat(2, 1, 100, 10));

    assertThat(trace.header().tokenUsage()).isEqualTo(TokenUsage.of(100, 10));
  }

  private static SpanSpec withContent(SpanSpec call) {
    return call.with("gen_ai.input.messages", "[{\"role\":\"user\",\"content\":\"Hours?\"}]");
  }

  @Test
  void aCallWithinItsFrameworksAccountOfItIsOneCall() {
    var trace =
        map(
            span(1, 0, "agent").with("gen_ai.operation.name", "invoke_agent"),
            chat(2, 1, 10, 1).with("gen_ai.response.id", "r-1"),
            chat(3, 2, 10, 1).with("gen_ai.response.id", "r-1"),
            chat(4, 1, 20, 2).with("gen_ai.response.id", "r-2"),
            chat(5, 4, 30, 3).with("gen_ai.response.id", "r-3"));

    assertThat(trace.llmCalls())
        .extracting(Span::spanId)
        .containsExactlyInAnyOrder("0000000000000003", "0000000000000004", "0000000000000005");
  }

  @Test
  void aCallAroundAnotherWithoutUsageOfItsOwnIsAnAccountOfIt() {
    var trace =
        map(
            span(1, 0, "agent").with("gen_ai.operation.name", "invoke_agent"),
            // a framework's wrappers: the outer one says nothing, the next repeats
            silent(2, 1),
            chat(3, 2, 10, 1).with("gen_ai.response.model", "gpt-x-2026"),
            chat(4, 3, 10, 1),
            // a call of its own, and one that a tool within it makes
            chat(5, 1, 30, 3),
            silent(6, 1),
            span(7, 6, "execute_tool look").with("gen_ai.operation.name", "execute_tool"),
            chat(8, 7, 5, 1));

    assertThat(trace.llmCalls())
        .extracting(Span::spanId)
        .containsExactlyInAnyOrder(
            "0000000000000004", "0000000000000005", "0000000000000006", "0000000000000008");
    assertThat(trace.models()).contains("gpt-x-2026");
    assertThat(trace.header().tokenUsage()).isEqualTo(TokenUsage.of(45, 5));
  }

  @Test
  void aClientsOwnSpanBesideThatOfAnInstrumentationIsOneCall() {
    var trace =
        map(
            agent(1, 0).at(0, 100),
            // the instrumentation adds up the tokens of a stream wrongly
            withContent(chat(2, 1, 38, 8)).at(10, 50).with("gen_ai.response.id", "r-1"),
            chat(3, 1, 38, 7)
                .at(11, 49)
                .with("gen_ai.response.id", "r-1")
                .with("gen_ai.response.model", "gpt-x-2026"),
            // an answer from a cache has the id of the one before
            withContent(chat(4, 1, 38, 7)).at(60, 61).with("gen_ai.response.id", "r-1"));

    assertThat(trace.llmCalls())
        .extracting(Span::spanId, Span::tokenUsage, Span::model)
        .containsExactly(
            tuple("0000000000000002", TokenUsage.of(38, 7), "gpt-x-2026"),
            tuple("0000000000000004", TokenUsage.of(38, 7), "gpt-x"));
    assertThat(trace.header().tokenUsage()).isEqualTo(TokenUsage.of(76, 14));
    assertThat(trace.spans().get(2).type()).isEqualTo(SpanType.CHAIN);
  }

  @Test
  void aCallWithoutContentIsOneWithThatOfItsFramework() {
    var trace =
        map(
            agent(1, 0).at(0, 100),
            // two at once, of which the framework knows no ids
            withContent(chat(2, 1, 10, 1)).at(10, 50),
            withContent(chat(3, 1, 20, 2)).at(11, 50),
            chat(4, 1, 20, 2).at(12, 49).with("gen_ai.response.id", "r-2"),
            chat(5, 1, 10, 1).at(13, 48).with("gen_ai.response.id", "r-1"),
            // within it, and above it: the framework does not make its spans current
            withContent(chat(6, 1, 30, 3)).at(60, 70),
            chat(7, 6, 30, 3).at(61, 69),
            span(8, 1, "chain").at(80, 90),
            withContent(chat(9, 8, 40, 4)).at(81, 89),
            chat(10, 1, 40, 4).at(82, 88),
            // calls of their own: after it, of other numbers
            chat(11, 1, 40, 4).at(91, 92),
            withContent(chat(12, 1, 50, 5)).at(93, 97),
            chat(13, 1, 51, 6).at(94, 96));

    assertThat(trace.llmCalls())
        .extracting(span -> Long.parseLong(span.spanId(), 16))
        .containsExactlyInAnyOrder(2L, 3L, 6L, 9L, 11L, 12L, 13L);
    assertThat(trace.header().tokenUsage()).isEqualTo(TokenUsage.of(241, 25));
  }

  @Test
  void oneThatTellsNoUsageTakesThatOfTheClientBesideIt() {
    var trace =
        map(
            agent(1, 0).at(0, 100),
            withContent(silent(2, 1)).with("gen_ai.request.model", "gpt-x").at(10, 50),
            chat(3, 1, 38, 7).with("gen_ai.usage.cost", 0.01).at(11, 49));

    assertThat(trace.llmCalls())
        .extracting(Span::spanId, Span::tokenUsage, Span::costUsd)
        .containsExactly(tuple("0000000000000002", TokenUsage.of(38, 7), 0.01));
  }

  @Test
  void tenThousandAccountsOfOneCallAreReadInNoTime() {
    var spans = new SpanSpec[10_000];
    for (int i = 0; i < spans.length; i++) {
      spans[i] = chat(i + 1, 0, 10, 1).at(i, 20_000);
      spans[i] =
          i % 3 == 0
              ? spans[i].with("gen_ai.response.id", "r-1")
              : i % 3 == 1 ? withContent(spans[i]) : spans[i];
    }

    // all of the one id, and every one without content with the one before it
    assertThat(map(spans).llmCalls()).hasSize(1 + 3_333);
  }

  @Test
  void aChainOfTenThousandCallsWithIdsIsReadInNoTime() {
    var spans = new SpanSpec[10_000];
    for (int i = 0; i < spans.length; i++) {
      // each id twice, half the chain apart
      spans[i] = chat(i + 1, i, 10, 1).at(i, i + 1).with("gen_ai.response.id", "r-" + i % 5_000);
    }

    assertThat(map(spans).llmCalls()).hasSize(5_000);
  }

  @Test
  void aCallMadeByAToolOfAnotherCallCountsBesideIt() {
    var trace =
        map(
            chat(1, 0, 500, 50),
            span(2, 1, "execute_tool summarise").with("gen_ai.operation.name", "execute_tool"),
            chat(3, 2, 80, 8));

    assertThat(trace.header().tokenUsage()).isEqualTo(TokenUsage.of(580, 58));
  }

  @Test
  void anAgentWithoutVisibleCallsCountsItself() {
    var trace =
        map(
            agent(1, 0)
                .with("gen_ai.usage.input_tokens", 300)
                .with("gen_ai.usage.output_tokens", 30));

    assertThat(trace.header().tokenUsage()).isEqualTo(TokenUsage.of(300, 30));
  }

  @Test
  void costsCountOnceToo() {
    var trace =
        map(
            agent(1, 0).with("gen_ai.usage.cost", 0.03),
            chat(2, 1, 1, 1).with("gen_ai.usage.cost", 0.01),
            chat(3, 1, 1, 1).with("gen_ai.usage.cost", 0.02));

    assertThat(trace.costUsd()).isCloseTo(0.03, within(1e-12));
  }

  private static SpanSpec tool(long id, long parent, String name) {
    return span(id, parent, "execute_tool " + name)
        .with("gen_ai.operation.name", "execute_tool")
        .with("gen_ai.tool.name", name);
  }

  @Test
  void oneToolCallSeenByTwoInstrumentationsIsOne() {
    var trace =
        map(
            agent(1, 0),
            tool(2, 1, "search").with("gen_ai.tool.call.arguments", "{\"q\": \"hours\"}"),
            span(3, 2, "tools/call search"),
            tool(4, 3, "search")
                .with("gen_ai.tool.call.arguments", "{\"q\":\"hours\"}")
                .with("gen_ai.tool.call.result", "nine")
                .failed("x"),
            // called by the search itself, and once more with other arguments
            tool(5, 4, "fetch"),
            tool(6, 4, "search").with("gen_ai.tool.call.arguments", "{\"q\":\"days\"}"));

    assertThat(trace.toolCalls())
        .containsExactly(
            new ToolCall("search", "{\"q\": \"hours\"}", "\"nine\"", SpanStatus.ERROR),
            new ToolCall("fetch", null, null, SpanStatus.UNSET),
            new ToolCall("search", "{\"q\":\"days\"}", null, SpanStatus.UNSET));
  }

  @Test
  void whatARetrieverWithinARetrieverFoundIsThereOnce() {
    var found = "[{\"id\":\"d1\",\"content\":\"We open at nine.\"}]";
    var trace =
        map(
            span(1, 0, "chain"),
            span(2, 1, "ensemble")
                .with("gen_ai.operation.name", "retrieval")
                .with("gen_ai.retrieval.documents", found),
            span(3, 2, "store")
                .with("gen_ai.operation.name", "retrieval")
                .with("gen_ai.retrieval.documents", found));

    assertThat(trace.documents()).containsExactly(new Document("d1", "We open at nine.", null));
  }

  @Test
  void anAgentBehindMiddlewareSpeaksBeforeACallThatRewrites() {
    var trace =
        map(
            span(1, 0, "POST /chat"),
            chat(2, 1, 1, 1)
                .at(10, 20)
                .with("gen_ai.input.messages", "[{\"role\":\"user\",\"content\":\"rewrite\"}]")
                .with("gen_ai.output.messages", "[{\"role\":\"assistant\",\"content\":\"x\"}]"),
            span(3, 1, "middleware").at(30, 90),
            agent(4, 3)
                .at(31, 89)
                .with("input.value", "Are you open?")
                .with("output.value", "At nine."),
            tool(5, 4, "ask_expert").at(40, 50),
            agent(6, 5).at(41, 49).with("input.value", "hours?").with("output.value", "9"));

    assertThat(trace.question()).isEqualTo("Are you open?");
    assertThat(trace.answer()).isEqualTo("At nine.");
  }

  @Test
  void ofSubAgentsTheFirstIsAskedAndTheLastAnswers() {
    var trace =
        map(
            span(1, 0, "POST /chat"),
            agent(2, 1)
                .at(10, 20)
                .with("input.value", "Are you open?")
                .with("output.value", "plan"),
            agent(3, 1).at(30, 40).with("input.value", "plan").with("output.value", "draft"),
            agent(4, 1).at(50, 60).with("input.value", "draft").with("output.value", "At nine."));

    assertThat(trace.question()).isEqualTo("Are you open?");
    assertThat(trace.answer()).isEqualTo("At nine.");
  }

  @Test
  void whatAnAgentThatFailedHadInHandIsNoAnswer() {
    var trace =
        map(
            span(1, 0, "POST /chat"),
            agent(2, 1).at(10, 50).with("input.value", "Are you open?").failed("boom"),
            chat(3, 2, 1, 1)
                .at(20, 30)
                .with("gen_ai.output.messages", "[{\"role\":\"assistant\",\"content\":\"hm\"}]"));

    assertThat(trace.question()).isEqualTo("Are you open?");
    assertThat(trace.answer()).isNull();
  }

  @Test
  void belowAWebServerTheAgentSpeaks() {
    var trace =
        map(
            span(1, 0, "POST /chat").with("http.request.method", "POST"),
            span(2, 1, "retrieval")
                .at(10, 20)
                .with("openinference.span.kind", "RETRIEVER")
                .with("input.value", "hours")
                .with("output.value", "docs"),
            span(3, 1, "agent")
                .at(30, 90)
                .with("openinference.span.kind", "AGENT")
                .with("input.value", "Are you open?")
                .with("output.value", "We open at nine."),
            span(4, 3, "llm")
                .at(40, 80)
                .with("openinference.span.kind", "LLM")
                .with("input.value", "prompt")
                .with("output.value", "completion"));

    assertThat(trace.question()).isEqualTo("Are you open?");
    assertThat(trace.answer()).isEqualTo("We open at nine.");
    assertThat(trace.inputs()).isEqualTo("\"Are you open?\"");
  }

  @Test
  void withModelCallsAloneTheFirstAsksAndTheLastAnswers() {
    var trace =
        map(
            span(1, 0, "POST /chat"),
            chat(2, 1, 1, 1)
                .at(10, 20)
                .with(
                    "gen_ai.input.messages", "[{\"role\":\"user\",\"content\":\"Are you open?\"}]")
                .with(
                    "gen_ai.output.messages",
                    "[{\"role\":\"assistant\",\"content\":\"checking\"}]"),
            chat(3, 1, 1, 1)
                .at(30, 40)
                .with("gen_ai.input.messages", "[{\"role\":\"user\",\"content\":\"context …\"}]")
                .with(
                    "gen_ai.output.messages",
                    "[{\"role\":\"assistant\",\"content\":\"We open at nine.\"}]"));

    assertThat(trace.question()).isEqualTo("Are you open?");
    assertThat(trace.answer()).isEqualTo("We open at nine.");
  }

  @Test
  void whatARetrieverFoundIsNotTheAnswerOfAnApplicationThatFailed() {
    var documents =
        span(2, 1, "retrieval")
            .at(10, 20)
            .with("openinference.span.kind", "RETRIEVER")
            .with("input.value", "hours")
            .with("output.value", "docs");

    var failed =
        map(
            span(1, 0, "assistant")
                .with("openinference.span.kind", "CHAIN")
                .with("input.value", "Are you open?")
                .failed("overloaded"),
            documents);
    assertThat(failed.question()).isEqualTo("Are you open?");
    assertThat(failed.answer()).isNull();

    var search = map(span(1, 0, "POST /search"), documents);
    assertThat(search.question()).isEqualTo("hours");
    assertThat(search.answer()).isEqualTo("docs");
  }

  @Test
  void aRootThatFailedIsAnError() {
    var trace = map(span(1, 0, "root").failed("boom"), span(2, 1, "child"));

    assertThat(trace.header().status()).isEqualTo(TraceStatus.ERROR);
    assertThat(trace.spans().getFirst().status()).isEqualTo(SpanStatus.ERROR);
    assertThat(trace.spans().getFirst().statusMessage()).isEqualTo("boom");
  }

  @Test
  void anErrorBelowASoundRootIsNotTheTraces() {
    assertThat(map(span(1, 0, "root"), span(2, 1, "child").failed("x")).header().status())
        .isEqualTo(TraceStatus.OK);
  }

  @ParameterizedTest
  @CsvSource({
    "ot=th:8, 0.5",
    "ot=th:c, 0.25",
    "ot=th:0, 1",
    "'vendor=x,ot=rv:1234;th:fd70a4', 0.00999999",
    "ot=th:ffffffffffffff, 1.3877787807814457e-17",
    "'', 1",
    "ot=th:, 1",
    "ot=th:xyz, 1",
    "ot=th:0123456789abcdef, 1",
    "th:8, 1"
  })
  void upstreamSamplingIsCarried(String traceState, double probability) {
    assertThat(map(span(1, 0, "root").traceState(traceState)).header().samplingProbability())
        .isCloseTo(probability, within(probability * 1e-4));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0", // neither edge
    "1, 2", // 1970
    "9223372036854775807, 9223372036854775807", // 2262
    "-1, -1", // beyond it, as unsigned
    "1767225601000000000, 1767225600000000000", // ends before it starts
    "1767225600000, 1767225601000" // milliseconds for nanoseconds
  })
  void absurdTimesAreClamped(long start, long end) {
    var trace = map(span(1, 0, "root").times(start, end));

    var span = trace.spans().getFirst();
    assertThat(span.startNanos()).isBetween(TestTraces.T0 - 1, CLOSED);
    assertThat(span.durationNanos()).isZero();
    assertThat(span.attributes()).containsKey("assay.clamped_time");
    assertThat(trace.header().durationNanos()).isZero();
  }

  @Test
  void aMissingStartIsTheEnd() {
    var span = map(span(1, 0, "root").times(0, TestTraces.T0)).spans().getFirst();

    assertThat(span.startNanos()).isEqualTo(TestTraces.T0);
    assertThat(span.durationNanos()).isZero();
  }

  @Test
  void theRootCarriesItsResource() {
    var trace =
        map(
            message(
                Map.of("service.name", "shop", "k8s.cluster.name", "eu-1"),
                span(1, 0, "root"),
                span(2, 1, "child")));

    assertThat(trace.spans().getFirst().attributes())
        .contains(entry("resource.k8s.cluster.name", "eu-1"));
    assertThat(trace.spans().getLast().attributes()).doesNotContainKey("resource.k8s.cluster.name");
  }

  @Test
  void everyValueIsCutWithAMark() {
    var trace =
        map(
            span(1, 0, "n".repeat(1_000))
                .with("openinference.span.kind", "LLM")
                .with("input.value", "q".repeat(10_000_000))
                .with("custom", "c".repeat(100_000)));

    var span = trace.spans().getFirst();
    assertThat(span.name()).hasSize(256).endsWith("[truncated: 1000 characters]");
    assertThat(span.attributes().get("custom"))
        .hasSize(16 * 1024)
        .endsWith("[truncated: 100000 characters]");
    assertThat(trace.question()).hasSize(512 * 1024).endsWith("[truncated: 10000000 characters]");
    assertThat(span.type()).isEqualTo(SpanType.LLM);
    assertThat(trace.header().metadata()).containsKey("assay.truncated");
  }

  @Test
  void theLargestTraceFitsARecord() {
    var text = "\u4e16\"\\".repeat(300); // three bytes a character, and characters JSON escapes
    var spans = new SpanSpec[10_000];
    for (int i = 0; i < spans.length; i++) {
      spans[i] =
          chat(i + 1, i / 2, 1, 1) // a binary tree
              .with("gen_ai.input.messages", text)
              .with(
                  "gen_ai.output.messages", "[{\"role\":\"assistant\",\"content\":\"" + i + "\"}]")
              .with("x" + i, text)
              .event("e", Map.of("k", text));
    }
    var trace = map(spans);

    assertThat(trace.spans()).hasSize(10_000);
    assertThat(EncodedTrace.of(trace).bytes()).hasSizeLessThan(Topics.MAX_RECORD_BYTES);
  }

  @Test
  void aMillionAttributesAreBounded() {
    var spec = span(1, 0, "root");
    for (int i = 0; i < 1_000_000; i++) {
      spec.with("k" + i, "v");
    }
    var trace = map(spec);

    assertThat(trace.spans().getFirst().attributes()).hasSizeLessThanOrEqualTo(1_000);
    assertThat(trace.header().metadata()).containsKey("assay.truncated");
  }

  @Test
  void aChainOfTenThousandIsNoStackOverflow() {
    var spans = new SpanSpec[10_000];
    for (int i = 0; i < spans.length; i++) {
      spans[i] = chat(i + 1, i, 10, 1).at(i, i + 1);
    }

    assertThat(map(spans).spans()).hasSize(10_000);
  }

  @Test
  void nothingToKeepIsNoTrace() {
    var mapped = mapper.map(TRACE, List.of(new byte[] {1}), 1, CloseReason.IDLE, CLOSED);

    assertThat(mapped.trace()).isNull();
    assertThat(mapped.undecodable()).containsExactly(0);
    assertThat(mapped.kept()).isZero();
  }
}
