package dev.assay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.model.CloseReason;
import dev.assay.model.TestTraces;
import dev.assay.wire.TestOtlp.SpanSpec;
import dev.assay.wire.convention.PlainText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Whatever the attributes are, a trace comes of them, and it goes through the wire. */
class TraceMapperFuzzTest {
  private static final List<String> KEYS =
      List.of(
          "gen_ai.operation.name",
          "gen_ai.input.messages",
          "gen_ai.output.messages",
          "gen_ai.system_instructions",
          "gen_ai.prompt",
          "gen_ai.prompt.0.content",
          "gen_ai.prompt.99999999999.role",
          "gen_ai.completion.1.tool_calls.0.name",
          "gen_ai.tool.name",
          "gen_ai.tool.call.arguments",
          "gen_ai.tool.call.result",
          "gen_ai.retrieval.documents",
          "gen_ai.request.model",
          "gen_ai.usage.input_tokens",
          "gen_ai.usage.output_tokens",
          "gen_ai.usage.cache_read.input_tokens",
          "gen_ai.usage.cost",
          "gen_ai.conversation.id",
          "openinference.span.kind",
          "input.value",
          "input.mime_type",
          "output.value",
          "output.mime_type",
          "llm.input_messages.0.message.content",
          "llm.input_messages.0.message",
          "llm.input_messages.0",
          "llm.input_messages.x.y.z",
          "llm.output_messages.3.message.contents.0.message_content.text",
          "llm.token_count.prompt",
          "llm.cost.total",
          "retrieval.documents.0.document.content",
          "retrieval.documents.0.document.score",
          "reranker.query",
          "metadata",
          "tag.tags",
          "session.id",
          "mlflow.spanType",
          "mlflow.spanInputs",
          "mlflow.spanOutputs",
          "mlflow.chat.tokenUsage",
          "mlflow.llm.cost",
          "mlflow.traceTag.",
          "mlflow.traceTag.x",
          "error.type",
          "gen_ai.tool.definitions",
          "gen_ai.prompt.name",
          "gen_ai.memory.records",
          "llm.tools.0.tool.json_schema",
          "llm.invocation_parameters",
          "langfuse.observation.type",
          "langfuse.observation.input",
          "langfuse.observation.output",
          "langfuse.observation.usage_details",
          "langfuse.observation.cost_details",
          "langfuse.observation.level",
          "langfuse.observation.prompt.name",
          "langfuse.trace.input",
          "langfuse.trace.tags",
          "langfuse.trace.metadata",
          "langfuse.trace.metadata.x",
          "langfuse.trace.name",
          "langfuse.internal.as_root",
          "langsmith.span.kind",
          "langsmith.span.tags",
          "langsmith.metadata.thread_id",
          "langsmith.usage_metadata",
          "gen_ai.usage.input_token_details",
          "gen_ai.completion",
          "ai.operationId",
          "operation.name",
          "ai.prompt",
          "ai.prompt.messages",
          "ai.prompt.tools",
          "ai.response.text",
          "ai.response.toolCalls",
          "ai.response.object",
          "ai.usage.promptTokens",
          "ai.toolCall.args",
          "ai.telemetry.metadata.tags",
          "ai.telemetry.metadata.sessionId",
          "logfire.msg",
          "logfire.tags",
          "pydantic_ai.all_messages",
          "final_result",
          "events",
          "tool_arguments",
          "model_request_parameters",
          "request_data",
          "response_data",
          "gcp.vertex.agent.llm_request",
          "gcp.vertex.agent.llm_response",
          "gcp.vertex.agent.tool_call_args",
          "traceloop.span.kind",
          "traceloop.entity.input",
          "traceloop.entity.output",
          "traceloop.association.properties.user_id",
          "traceloop.prompt.key",
          "llm.request.functions.0.name",
          "db.vector.query.top_k",
          "annotations.0.annotation.name",
          "annotations.0.annotation.score",
          "trace.evaluations.999999999.evaluation.name",
          "session.annotations.x.annotation.label",
          "");

  private static final List<String> TEXTS =
      List.of(
          "chat",
          "execute_tool",
          "tool",
          "ai.generateText.doGenerate",
          "generation",
          "RETRIEVER",
          "\"CHAT_MODEL\"",
          "LLM",
          "application/json",
          "text/plain",
          "",
          " ",
          "null",
          "{",
          "[[[[",
          "{}",
          "[]",
          "[null]",
          "[1,\"a\",{}]",
          "{\"messages\":null}",
          "{\"messages\":[[\"user\",null]]}",
          "[{\"role\":1,\"content\":[{\"type\":2}]}]",
          "[{\"role\":\"user\",\"content\":{\"text\":{\"value\":[]}}}]",
          "[{\"role\":\"\",\"parts\":[[[[]]]]}]",
          "{\"choices\":[]}",
          "{\"choices\":[{\"delta\":null}]}",
          "[{\"choices\":[{\"delta\":{}}]},3]",
          "{\"input_tokens\":-5,\"output_tokens\":1e400}",
          "{\"input_tokens\":9223372036854775807,\"total_tokens\":\"12\"}",
          "{\"total_cost\":\"NaN\"}",
          "{\"args\":[[]],\"kwargs\":{\"input\":null}}",
          "{\"output\":{\"tool_call_id\":1,\"content\":null}}",
          "{\"input\":-1,\"output\":1e308,\"input_cached_tokens\":1e308}",
          "[{\"event.name\":\"....\",\"message\":{}},{\"event.name\":7}]",
          "[{\"type\":\"response.completed\",\"response\":[]}]",
          "[{\"type\":\"AIMessageChunk\"},{\"lc\":1,\"id\":[],\"kwargs\":{}}]",
          "{\"contents\":{\"parts\":{}},\"config\":{\"tools\":[[{\"name\":[]}]]}}",
          "[\"[\\\"[{]\\\"]\"]",
          "{\"documents\":[{\"score\":\"high\",\"id\":[1]}]}",
          "\ud800",
          "\u0000",
          "1e999999999");

  private static final List<String> EVENTS =
      List.of(
          "gen_ai.user.message",
          "gen_ai.choice",
          "gen_ai.client.inference.operation.details",
          "gen_ai.content.prompt",
          "exception",
          "gen_ai.evaluation.result",
          "db.query.result",
          "gen_ai.");

  private static final List<String> FIELDS =
      List.of(
          "role",
          "content",
          "parts",
          "type",
          "text",
          "message",
          "gen_ai.event.content",
          "gen_ai.input.messages",
          "gen_ai.prompt",
          "exception.type",
          "gen_ai.evaluation.name",
          "gen_ai.evaluation.score.value",
          "db.query.result.document",
          "x");

  /** Hostile values from a seed: far cheaper than arbitraries that nest, and as repeatable. */
  private record Hostile(Random random) {
    <T> T oneOf(List<T> choices) {
      return choices.get(random.nextInt(choices.size()));
    }

    Object value(int depth) {
      return switch (random.nextInt(depth > 3 ? 7 : 9)) {
        case 0, 1, 2 -> oneOf(TEXTS);
        case 3 -> random.nextLong() >> random.nextInt(64);
        case 4 -> random.nextBoolean();
        case 5 -> oneOf(List.of(Double.NaN, Double.NEGATIVE_INFINITY, -0.0, random.nextGaussian()));
        case 6 -> new byte[random.nextInt(5)];
        case 7 -> Stream.generate(() -> value(depth + 1)).limit(random.nextInt(4)).toList();
        default -> fields(depth + 1);
      };
    }

    Map<String, Object> fields(int depth) {
      var fields = new HashMap<String, Object>();
      for (int i = random.nextInt(4); i > 0; i--) {
        fields.put(oneOf(FIELDS), value(depth));
      }
      return fields;
    }

    List<SpanSpec> spans() {
      return Stream.generate(this::span).limit(1 + random.nextInt(6)).toList();
    }

    private SpanSpec span() {
      var spec =
          TestOtlp.span(1 + random.nextInt(6), random.nextInt(8), "s")
              .times(
                  random.nextLong() >> random.nextInt(64), random.nextLong() >> random.nextInt(64));
      for (int i = random.nextInt(12); i > 0; i--) {
        spec.with(random.nextInt(8) == 0 ? oneOf(TEXTS) : oneOf(KEYS), value(0));
      }
      for (int i = random.nextInt(3); i > 0; i--) {
        spec.event(oneOf(EVENTS), fields(0));
      }
      return random.nextBoolean() ? spec.failed("") : spec;
    }
  }

  @Property(tries = 3_000, shrinking = ShrinkingMode.OFF)
  void mapsAnything(@ForAll long seed) {
    var spans = new Hostile(new Random(seed)).spans();
    var message = TestOtlp.message(spans.toArray(SpanSpec[]::new));
    int count = SpanPeek.of(message).spans();

    var mapped =
        new TraceMapper(4)
            .map(TestOtlp.TRACE, List.of(message), 1, CloseReason.IDLE, TestTraces.T0);

    var trace = Objects.requireNonNull(mapped.trace());
    assertThat(mapped.kept() + mapped.duplicates() + mapped.overLimit()).isEqualTo(count);
    assertThat(trace.spans())
        .allSatisfy(span -> assertThat(span.attributes()).doesNotContainKey("assay.mapping_error"));
    var back = EncodedTrace.ofBytes(EncodedTrace.of(trace).bytes()).trace();
    assertThat(back.header().spanCount()).isEqualTo(trace.header().spanCount());
    assertThat(back.spans()).hasSameSizeAs(trace.spans());
    for (var span : trace.spans()) {
      assertThat(isJson(span.inputs())).isTrue();
      assertThat(isJson(span.outputs())).isTrue();
    }
  }

  @Property(tries = 100, shrinking = ShrinkingMode.OFF)
  void explainsAnythingAndWhatIsThereHasASource(@ForAll long seed) {
    var messages =
        List.of(TestOtlp.message(new Hostile(new Random(seed)).spans().toArray(SpanSpec[]::new)));
    var mapped =
        new TraceMapper(4).map(TestOtlp.TRACE, messages, 1, CloseReason.ROOT_ENDED, TestTraces.T0);

    var explanation =
        new TraceExplainer(4, RootSelector.NONE)
            .explain(TestOtlp.TRACE, messages, TestTraces.T0)
            .orElseThrow();

    assertThat(explanation.trace()).isEqualTo(mapped.trace());
    for (var span : explanation.spans()) {
      for (var field : span.fields()) {
        if (field.value() != null) {
          assertThat(field.origins().stream().mapToInt(origin -> origin.holding().size()).sum())
              .as(field.toString())
              .isPositive();
        }
      }
    }
  }

  private static boolean isJson(String text) {
    return text == null || Json.parse(text).isPresent();
  }

  @Property(tries = 5_000, shrinking = ShrinkingMode.OFF)
  void anyBytesAreReadOrRefused(@ForAll long seed) {
    var random = new Random(seed);
    var spans = new Hostile(random).spans();
    var message = TestOtlp.message(spans.toArray(SpanSpec[]::new));
    for (int i = random.nextInt(6); i > 0; i--) {
      message[random.nextInt(message.length)] = (byte) random.nextInt();
    }
    var bytes = new byte[random.nextInt(64)];
    random.nextBytes(bytes);
    mapWithoutHarm(message);
    mapWithoutHarm(bytes);
  }

  private static void mapWithoutHarm(byte[] message) {
    SpanPeek peek;
    try {
      peek = SpanPeek.of(message);
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageMatching("(?s)(not OTLP|a message of).*");
      return;
    }
    var mapped =
        new TraceMapper(10)
            .map(TestOtlp.TRACE, List.of(message), 1, CloseReason.IDLE, TestTraces.T0);
    if (mapped.undecodable().isEmpty()) {
      assertThat(mapped.kept() + mapped.duplicates() + mapped.overLimit() + mapped.invalid())
          .isEqualTo(peek.spans());
    }
  }

  @Property(tries = 3_000, shrinking = ShrinkingMode.OFF)
  void anyTextHasAQuestionOrNone(@ForAll String text, @ForAll long seed) {
    var value = new Hostile(new Random(seed)).value(0);
    for (var json :
        List.of(text, Json.write(text), Json.write(Map.of("messages", List.of(value))))) {
      PlainText.question(json);
      assertThat(PlainText.answer(json)).isNotEqualTo("");
    }
  }
}
