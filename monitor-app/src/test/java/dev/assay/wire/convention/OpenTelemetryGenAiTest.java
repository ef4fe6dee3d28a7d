package dev.assay.wire.convention;

import static dev.assay.wire.TestOtlp.span;
import static dev.assay.wire.convention.Mapped.trace;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.model.Document;
import dev.assay.model.Message;
import dev.assay.model.Span;
import dev.assay.model.SpanStatus;
import dev.assay.model.SpanType;
import dev.assay.model.TokenUsage;
import dev.assay.model.ToolCall;
import dev.assay.wire.TestOtlp.SpanSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenTelemetryGenAiTest {
  private static final String ASKED =
      """
      [{"role":"system","parts":[{"type":"text","content":"You are a helpful bot"}]},\
      {"role":"user","parts":[{"type":"text","content":"Weather in Paris?"}]}]\
      """;
  private static final String ANSWERED =
      """
      [{"role":"assistant","parts":[{"type":"reasoning","content":"hm"},\
      {"type":"text","content":"Rainy, 57°F"}],"finish_reason":"stop"}]\
      """;
  private static final List<Message> CONVERSATION =
      List.of(
          new Message("system", "You are a helpful bot"),
          new Message("user", "Weather in Paris?"),
          new Message("assistant", "Rainy, 57°F"));

  private static SpanSpec chat() {
    return span(1, 0, "chat gpt-4")
        .with("gen_ai.operation.name", "chat")
        .with("gen_ai.provider.name", "openai")
        .with("gen_ai.request.model", "gpt-4")
        .with("gen_ai.response.model", "gpt-4-0613")
        .with("gen_ai.request.temperature", 0.2);
  }

  @Test
  void aChatWithMessagesAsJsonText() {
    var trace =
        trace(
            chat()
                .with("gen_ai.usage.input_tokens", 52)
                .with("gen_ai.usage.output_tokens", 47)
                .with("gen_ai.usage.cache_read.input_tokens", 20)
                .with("gen_ai.conversation.id", "conv-1")
                .with("gen_ai.input.messages", ASKED)
                .with("gen_ai.output.messages", ANSWERED));

    var span = trace.spans().getFirst();
    assertThat(span.type()).isEqualTo(SpanType.CHAT_MODEL);
    assertThat(span.model()).isEqualTo("gpt-4-0613");
    assertThat(span.tokenUsage()).isEqualTo(new TokenUsage(52, 47, 99, 20L));
    assertThat(span.inputs()).isEqualTo(ASKED);
    assertThat(span.messages()).isEqualTo(CONVERSATION);
    assertThat(span.attributes())
        .containsEntry("gen_ai.request.temperature", "0.2")
        .containsEntry("gen_ai.request.model", "gpt-4")
        .doesNotContainKey("gen_ai.input.messages");
    assertThat(trace.question()).isEqualTo("Weather in Paris?");
    assertThat(trace.answer()).isEqualTo("Rainy, 57°F");
    assertThat(trace.header().sessionId()).isEqualTo("conv-1");
  }

  @Test
  void aChatWithStructuredMessages() {
    var span =
        Mapped.span(
            chat()
                .with(
                    "gen_ai.system_instructions",
                    List.of(Map.of("type", "text", "content", "You are a helpful bot")))
                .with(
                    "gen_ai.input.messages",
                    List.of(
                        Map.of(
                            "role",
                            "user",
                            "parts",
                            List.of(Map.of("type", "text", "content", "Weather in Paris?")))))
                .with(
                    "gen_ai.output.messages",
                    List.of(
                        Map.of(
                            "role",
                            "assistant",
                            "parts",
                            List.of(Map.of("type", "text", "content", "Rainy, 57°F"))))));

    assertThat(span.messages()).isEqualTo(CONVERSATION);
    assertThat(span.inputs()).contains("\"role\":\"user\"").startsWith("[{");
  }

  @Test
  void oneEventWithTheWholeCall() {
    var trace =
        trace(
            chat()
                .event(
                    "gen_ai.client.inference.operation.details",
                    Map.of("gen_ai.input.messages", ASKED, "gen_ai.output.messages", ANSWERED))
                .event("first_token", Map.of()));

    assertThat(trace.spans().getFirst().messages()).isEqualTo(CONVERSATION);
    assertThat(trace.spans().getFirst().events())
        .extracting(event -> event.name())
        .containsExactly("first_token");
    assertThat(trace.answer()).isEqualTo("Rainy, 57°F");
  }

  @Test
  void anEventAMessage() {
    var trace =
        trace(
            chat()
                .event(
                    "gen_ai.system.message",
                    Map.of("content", "You are a helpful bot", "gen_ai.system", "openai"))
                .event("gen_ai.user.message", Map.of("content", "Weather in Paris?"))
                .event(
                    "gen_ai.choice",
                    Map.of(
                        "index",
                        0,
                        "finish_reason",
                        "stop",
                        "message",
                        "{\"role\":\"assistant\",\"content\":\"Rainy, 57°F\"}")));

    assertThat(trace.spans().getFirst().messages()).isEqualTo(CONVERSATION);
    assertThat(trace.question()).isEqualTo("Weather in Paris?");
    assertThat(trace.answer()).isEqualTo("Rainy, 57°F");
  }

  @Test
  void eventsWithTheirBodyInOneAttribute() {
    var trace =
        trace(
            chat()
                .event(
                    "gen_ai.user.message",
                    Map.of("gen_ai.event.content", "{\"role\":\"user\",\"content\":\"Hello\"}"))
                .event(
                    "gen_ai.choice",
                    Map.of(
                        "gen_ai.event.content",
                        "{\"message\":{\"content\":\"Hi.\"},\"finish_reason\":\"stop\"}")));

    assertThat(trace.question()).isEqualTo("Hello");
    assertThat(trace.answer()).isEqualTo("Hi.");
  }

  @Test
  void theFirstDraftsEvents() {
    var trace =
        trace(
            chat()
                .event(
                    "gen_ai.content.prompt",
                    Map.of("gen_ai.prompt", "[{\"role\":\"user\",\"content\":\"Hello\"}]"))
                .event(
                    "gen_ai.content.completion",
                    Map.of("gen_ai.completion", "[{\"role\":\"assistant\",\"content\":\"Hi.\"}]")));

    assertThat(trace.question()).isEqualTo("Hello");
    assertThat(trace.answer()).isEqualTo("Hi.");
  }

  @Test
  void numberedPromptsAndCompletionsWithTheLegacyTokenNames() {
    var trace =
        trace(
            span(1, 0, "openai.chat")
                .with("gen_ai.system", "OpenAI")
                .with("llm.request.type", "chat")
                .with("gen_ai.request.model", "gpt-4o")
                .with("gen_ai.prompt.0.role", "system")
                .with("gen_ai.prompt.0.content", "You are a helpful bot")
                .with("gen_ai.prompt.1.role", "user")
                .with("gen_ai.prompt.1.content", "Weather in Paris?")
                .with("gen_ai.completion.0.role", "assistant")
                .with("gen_ai.completion.0.content", "Rainy, 57°F")
                .with("gen_ai.completion.0.finish_reason", "stop")
                .with("gen_ai.usage.prompt_tokens", 10)
                .with("gen_ai.usage.completion_tokens", 5)
                .with("llm.usage.total_tokens", 15));

    var span = trace.spans().getFirst();
    assertThat(span.type()).isEqualTo(SpanType.CHAT_MODEL);
    assertThat(span.messages()).isEqualTo(CONVERSATION);
    assertThat(span.tokenUsage()).isEqualTo(new TokenUsage(10, 5, 15, null));
    assertThat(span.attributes().keySet()).noneMatch(key -> key.startsWith("gen_ai.prompt."));
    assertThat(trace.answer()).isEqualTo("Rainy, 57°F");
  }

  @Test
  void aToolWithArgumentsAndResult() {
    var span =
        Mapped.span(
            span(1, 0, "execute_tool get_weather")
                .with("gen_ai.operation.name", "execute_tool")
                .with("gen_ai.tool.name", "get_weather")
                .with("gen_ai.tool.call.id", "call_1")
                .with("gen_ai.tool.call.arguments", Map.of("city", "Paris"))
                .with("gen_ai.tool.call.result", "rainy, 57°F"));

    assertThat(span.type()).isEqualTo(SpanType.TOOL);
    assertThat(span.toolCall())
        .isEqualTo(
            new ToolCall(
                "get_weather", "{\"city\":\"Paris\"}", "\"rainy, 57°F\"", SpanStatus.UNSET));
    assertThat(span.inputs()).isEqualTo("{\"city\":\"Paris\"}");
    assertThat(span.outputs()).isEqualTo("\"rainy, 57°F\"");
  }

  @Test
  void aToolThatFailed() {
    var span =
        Mapped.span(
            span(1, 0, "execute_tool get_weather")
                .with("gen_ai.operation.name", "execute_tool")
                .with("gen_ai.tool.name", "get_weather")
                .with("error.type", "timeout")
                .event(
                    "exception",
                    Map.of("exception.type", "TimeoutError", "exception.message", "30 s"))
                .failed(""));

    assertThat(span.toolCall())
        .isEqualTo(new ToolCall("get_weather", null, null, SpanStatus.ERROR));
    assertThat(span.statusMessage()).isEqualTo("TimeoutError: 30 s");
    assertThat(span.events()).hasSize(1);
  }

  @Test
  void aRetrievalWithItsDocuments() {
    var span =
        Mapped.span(
            span(1, 0, "retrieval kb")
                .with("gen_ai.operation.name", "retrieval")
                .with("gen_ai.retrieval.query.text", "opening hours")
                .with(
                    "gen_ai.retrieval.documents",
                    "[{\"id\":\"doc-1\",\"score\":0.91,\"content\":\"We open at nine.\"},"
                        + "{\"id\":\"doc-2\"},{}]"));

    assertThat(span.type()).isEqualTo(SpanType.RETRIEVER);
    assertThat(span.inputs()).isEqualTo("\"opening hours\"");
    assertThat(span.documents())
        .containsExactly(
            new Document("doc-1", "We open at nine.", 0.91), new Document("doc-2", "", null));
  }

  @ParameterizedTest
  @CsvSource({
    "chat,CHAT_MODEL", "generate_content,LLM", "text_completion,LLM", "embeddings,EMBEDDING",
    "retrieval,RETRIEVER", "execute_tool,TOOL", "invoke_agent,AGENT", "create_agent,AGENT",
    "invoke_workflow,WORKFLOW", "plan,TASK", "search_memory,MEMORY", "yodel,UNKNOWN"
  })
  void everyOperationHasItsType(String operation, SpanType type) {
    assertThat(Mapped.span(span(1, 0, "x").with("gen_ai.operation.name", operation)).type())
        .isEqualTo(type);
  }

  @Test
  void aCacheOutsideTheInputIsAddedToIt() {
    var span =
        Mapped.span(
            chat()
                .with("gen_ai.usage.input_tokens", 3)
                .with("gen_ai.usage.output_tokens", 10)
                .with("gen_ai.usage.cache_read_input_tokens", 1_000));

    assertThat(span.tokenUsage()).isEqualTo(new TokenUsage(1_003, 10, 1_013, 1_000L));
  }

  @Test
  void anAnswerOfToolCallsAloneIsNoText() {
    var trace =
        trace(
            chat()
                .with("gen_ai.input.messages", ASKED)
                .with(
                    "gen_ai.output.messages",
                    "[{\"role\":\"assistant\",\"parts\":[{\"type\":\"tool_call\",\"id\":\"c1\","
                        + "\"name\":\"get_weather\",\"arguments\":{\"city\":\"Paris\"}}]}]"));

    assertThat(trace.outputs()).contains("tool_call");
    assertThat(trace.answer()).isNull();
    assertThat(trace.messages().getLast()).isEqualTo(new Message("assistant", ""));
  }

  /** It counts tokens, and names a model. */
  @Test
  void whatAnthropicsClientDoesBesidesCallingModelsIsNoModelCall() {
    var count =
        span(1, 0, "anthropic.messages.count_tokens").with("gen_ai.request.model", "claude-x");
    var call = span(2, 0, "anthropic.messages.create").with("gen_ai.operation.name", "chat");

    assertThat(Mapped.trace("com.anthropic.sdk.python", count, call).spans())
        .extracting(Span::type)
        .containsExactlyInAnyOrder(SpanType.UNKNOWN, SpanType.CHAT_MODEL);
  }

  @Test
  void whatNoConventionKnowsIsKept() {
    var span =
        Mapped.span(
            chat()
                .with("shop.cart", Map.of("items", List.of(1, 2)))
                .with("flag", true)
                .with("raw", new byte[] {1, 2}));

    assertThat(span.attributes())
        .containsEntry("shop.cart", "{\"items\":[1,2]}")
        .containsEntry("flag", "true")
        .containsEntry("raw", "AQI=")
        .containsEntry("otel.scope.name", "test-sdk");
  }
}
