package dev.assay.wire.convention;

import static dev.assay.wire.TestOtlp.span;
import static dev.assay.wire.convention.Mapped.trace;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.assay.model.Message;
import dev.assay.model.Span;
import dev.assay.model.SpanStatus;
import dev.assay.model.SpanType;
import dev.assay.model.TokenUsage;
import dev.assay.model.ToolCall;
import java.util.List;
import org.junit.jupiter.api.Test;

class PydanticAiTest {
  private static final String ALL =
      "[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"Weather in Paris?\"}]},"
          + "{\"role\":\"assistant\",\"parts\":[{\"type\":\"tool_call\",\"id\":\"c\",\"name\":"
          + "\"weather\",\"arguments\":{\"city\":\"Paris\"}}]},"
          + "{\"role\":\"user\",\"parts\":[{\"type\":\"tool_call_response\",\"id\":\"c\",\"name\":"
          + "\"weather\",\"result\":\"rain\"}]},"
          + "{\"role\":\"assistant\",\"parts\":[{\"type\":\"text\",\"content\":\"It rains.\"}]}]";

  @Test
  void theRunOfAnAgent() {
    var trace =
        trace(
            span(1, 0, "agent run")
                .with("agent_name", "bot")
                .with("gen_ai.agent.name", "bot")
                .with("model_name", "gpt-4o")
                .with("pydantic_ai.all_messages", ALL)
                .with("final_result", "It rains.")
                .with("gen_ai.usage.input_tokens", 120)
                .with("gen_ai.usage.output_tokens", 20)
                .with("logfire.msg", "bot run")
                .with("logfire.json_schema", "{\"type\":\"object\"}")
                .with("logfire.tags", List.of("beta")),
            span(2, 1, "chat gpt-4o")
                .at(10, 20)
                .with("gen_ai.operation.name", "chat")
                .with("gen_ai.request.model", "gpt-4o")
                .with("gen_ai.usage.input_tokens", 120)
                .with("gen_ai.usage.output_tokens", 20)
                .with("gen_ai.usage.details.cache_read_tokens", 64)
                .with("operation.cost", 0.002)
                .with(
                    "model_request_parameters",
                    "{\"function_tools\":[{\"name\":\"weather\",\"parameters_json_schema\":{}}],"
                        + "\"output_tools\":[]}")
                .with("logfire.msg", "chat gpt-4o"),
            span(3, 1, "running tool")
                .at(30, 40)
                .with("gen_ai.tool.name", "weather")
                .with("gen_ai.tool.call.id", "c")
                .with("tool_arguments", "{\"city\":\"Paris\"}")
                .with("tool_response", "rain")
                .with("logfire.msg", "running tool: weather"));

    assertThat(trace.spans())
        .extracting(Span::type)
        .containsExactly(SpanType.AGENT, SpanType.CHAT_MODEL, SpanType.TOOL);
    assertThat(trace.question()).isEqualTo("Weather in Paris?");
    assertThat(trace.answer()).isEqualTo("It rains.");
    assertThat(trace.header().tokenUsage()).isEqualTo(new TokenUsage(120, 20, 140, 64L));
    assertThat(trace.costUsd()).isEqualTo(0.002);
    assertThat(trace.toolCalls())
        .containsExactly(
            new ToolCall("weather", "{\"city\":\"Paris\"}", "\"rain\"", SpanStatus.UNSET));
    assertThat(trace.spans().get(1).attributes())
        .containsEntry("assay.tools_offered", "[\"weather\"]");
    assertThat(trace.spans().getFirst().attributes()).doesNotContainKey("logfire.json_schema");
    assertThat(trace.header().tags()).containsOnly(entry("beta", "true"));
  }

  @Test
  void theFirstVersionsEvents() {
    var trace =
        trace(
            span(1, 0, "chat gpt-4o")
                .with("gen_ai.operation.name", "chat")
                .with("logfire.msg", "chat gpt-4o")
                .with(
                    "events",
                    "[{\"event.name\":\"gen_ai.system.message\",\"content\":\"Be brief\"},"
                        + "{\"event.name\":\"gen_ai.user.message\",\"content\":\"Hello\","
                        + "\"role\":\"user\"},"
                        + "{\"event.name\":\"gen_ai.choice\",\"index\":0,\"message\":"
                        + "{\"role\":\"assistant\",\"content\":\"Hi.\"}}]"));

    assertThat(trace.messages())
        .containsExactly(
            new Message("system", "Be brief"),
            new Message("user", "Hello"),
            new Message("assistant", "Hi."));
    assertThat(trace.question()).isEqualTo("Hello");
    assertThat(trace.answer()).isEqualTo("Hi.");
  }

  @Test
  void aModelClientSeenByLogfire() {
    var trace =
        trace(
            span(1, 0, "Chat Completion with 'gpt-4o'")
                .with("logfire.msg", "Chat Completion with 'gpt-4o'")
                .with(
                    "request_data",
                    "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],\"model\":\"gpt-4o\"}")
                .with(
                    "response_data",
                    "{\"message\":{\"role\":\"assistant\",\"content\":\"Hi.\"},\"usage\":"
                        + "{\"prompt_tokens\":9,\"completion_tokens\":2,\"total_tokens\":11}}"));

    assertThat(trace.question()).isEqualTo("Hello");
    assertThat(trace.answer()).isEqualTo("Hi.");
    assertThat(trace.models()).containsExactly("gpt-4o");
    assertThat(trace.header().tokenUsage()).isEqualTo(new TokenUsage(9, 2, 11, null));
  }
}
