package dev.assay.wire.convention;

import static dev.assay.wire.TestOtlp.span;
import static dev.assay.wire.convention.Mapped.trace;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.model.Message;
import dev.assay.model.Span;
import dev.assay.model.SpanStatus;
import dev.assay.model.SpanType;
import dev.assay.model.TokenUsage;
import dev.assay.model.ToolCall;
import java.util.List;
import org.junit.jupiter.api.Test;

class GoogleAdkTest {
  private static final String ASKED =
      "{\"model\":\"gemini-2.5-flash\",\"config\":{\"system_instruction\":\"Be brief\",\"tools\":"
          + "[{\"function_declarations\":[{\"name\":\"weather\"}]}]},\"contents\":[{\"parts\":"
          + "[{\"text\":\"Weather in Paris?\"}],\"role\":\"user\"}%s]}";

  @Test
  void whatIsNoObjectIsUnwrapped() {
    for (var key : List.of("gcp.vertex.agent.tool_response", "gen_ai.tool.call.result")) {
      assertThat(result(key, "{\"result\": \"18 degrees\"}")).isEqualTo("\"18 degrees\"");
      assertThat(result(key, "{\"result\": [1, 2]}")).isEqualTo("[1,2]");
      // the tool's own
      assertThat(result(key, "{\"result\":1,\"unit\":\"C\"}"))
          .isEqualTo("{\"result\":1,\"unit\":\"C\"}");
    }
  }

  private static String result(String key, String json) {
    var trace =
        trace(
            span(1, 0, "execute_tool weather")
                .with("gen_ai.operation.name", "execute_tool")
                .with("gen_ai.tool.name", "weather")
                .with("gcp.vertex.agent.event_id", "e-1")
                .with(key, json));
    return trace.spans().getFirst().toolCall().result();
  }

  @Test
  void asJavaScriptNamesThings() {
    var call =
        trace(
                span(1, 0, "call_llm")
                    .with("gen_ai.request.model", "gemini-2.5-flash")
                    .with(
                        "gcp.vertex.agent.llm_request",
                        "{\"config\":{\"systemInstruction\":\"Be brief\",\"tools\":"
                            + "[{\"functionDeclarations\":[{\"name\":\"weather\"}]}]},\"contents\":"
                            + "[{\"role\":\"user\",\"parts\":[{\"text\":\"Weather in Paris?\"}]},"
                            + "{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"name\":"
                            + "\"weather\",\"response\":{\"sky\":\"rain\"}}}]}]}")
                    .with(
                        "gcp.vertex.agent.llm_response",
                        "{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":\"It rains.\"}]},"
                            + "\"modelVersion\":\"gemini-2.5-flash-001\",\"usageMetadata\":"
                            + "{\"promptTokenCount\":80,\"candidatesTokenCount\":10,"
                            + "\"thoughtsTokenCount\":5,\"cachedContentTokenCount\":30,"
                            + "\"totalTokenCount\":95}}"))
            .spans()
            .getFirst();

    assertThat(call.model()).isEqualTo("gemini-2.5-flash-001");
    assertThat(call.tokenUsage()).isEqualTo(new TokenUsage(80, 15, 95, 30L));
    assertThat(call.messages())
        .startsWith(new Message("system", "Be brief"), new Message("user", "Weather in Paris?"))
        .endsWith(new Message("assistant", "It rains."));
    assertThat(call.attributes()).containsEntry("assay.tools_offered", "[\"weather\"]");
  }

  @Test
  void anInvocationWhoseRootSaysNothing() {
    var trace =
        trace(
            span(1, 0, "invocation").with("gen_ai.system", "gcp.vertex.agent"),
            span(2, 1, "invoke_agent bot")
                .with("gen_ai.operation.name", "invoke_agent")
                .with("gen_ai.agent.name", "bot")
                .with("gen_ai.conversation.id", "s-1"),
            span(3, 2, "call_llm")
                .at(10, 20)
                .with("gen_ai.request.model", "gemini-2.5-flash")
                .with("gcp.vertex.agent.llm_request", ASKED.formatted(""))
                .with(
                    "gcp.vertex.agent.llm_response",
                    "{\"content\":{\"parts\":[{\"function_call\":{\"name\":\"weather\",\"args\":"
                        + "{\"city\":\"Paris\"}}}],\"role\":\"model\"},\"usage_metadata\":"
                        + "{\"prompt_token_count\":80,\"candidates_token_count\":10,"
                        + "\"thoughts_token_count\":5,\"total_token_count\":95}}")
                .with("gcp.vertex.agent.tool_call_args", "{}"),
            span(4, 2, "execute_tool weather")
                .at(30, 40)
                .with("gen_ai.operation.name", "execute_tool")
                .with("gen_ai.tool.name", "weather")
                .with("gcp.vertex.agent.llm_request", "{}")
                .with("gcp.vertex.agent.llm_response", "{}")
                .with("gcp.vertex.agent.tool_call_args", "{\"city\":\"Paris\"}")
                .with("gcp.vertex.agent.tool_response", "{\"sky\":\"rain\"}"),
            span(5, 2, "call_llm")
                .at(50, 60)
                .with("gen_ai.request.model", "gemini-2.5-flash")
                .with(
                    "gcp.vertex.agent.llm_request",
                    ASKED.formatted(
                        ",{\"parts\":[{\"function_response\":{\"name\":\"weather\",\"response\":"
                            + "{\"sky\":\"rain\"}}}],\"role\":\"user\"}"))
                .with(
                    "gcp.vertex.agent.llm_response",
                    "{\"content\":{\"parts\":[{\"text\":\"hm\",\"thought\":true},{\"text\":"
                        + "\"It rains.\"}],\"role\":\"model\"}}")
                .with("gen_ai.usage.input_tokens", 120)
                .with("gen_ai.usage.output_tokens", 7));

    assertThat(trace.spans())
        .extracting(Span::type)
        .containsExactly(
            SpanType.UNKNOWN,
            SpanType.AGENT,
            SpanType.CHAT_MODEL,
            SpanType.TOOL,
            SpanType.CHAT_MODEL);
    assertThat(trace.question()).isEqualTo("Weather in Paris?");
    assertThat(trace.answer()).isEqualTo("It rains.");
    assertThat(trace.header().sessionId()).isEqualTo("s-1");
    assertThat(trace.header().tokenUsage()).isEqualTo(new TokenUsage(200, 22, 222, null));
    assertThat(trace.toolCalls())
        .containsExactly(
            new ToolCall(
                "weather", "{\"city\":\"Paris\"}", "{\"sky\":\"rain\"}", SpanStatus.UNSET));
    assertThat(trace.messages())
        .containsExactly(
            new Message("system", "Be brief"),
            new Message("user", "Weather in Paris?"),
            new Message("user", "{\"sky\":\"rain\"}"),
            new Message("assistant", "It rains."));
    assertThat(trace.spans().get(2).attributes())
        .containsEntry("assay.tools_offered", "[\"weather\"]");
  }
}
