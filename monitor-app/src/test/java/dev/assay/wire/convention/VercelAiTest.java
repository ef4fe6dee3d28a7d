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
import dev.assay.wire.TestOtlp.SpanSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class VercelAiTest {
  private static SpanSpec generate(long id, long parent) {
    return span(id, parent, "ai.generateText")
        .with("operation.name", "ai.generateText answer")
        .with("ai.operationId", "ai.generateText")
        .with("ai.telemetry.functionId", "answer")
        .with("ai.model.id", "gpt-4o-mini")
        .with("ai.model.provider", "openai.chat");
  }

  private static SpanSpec call(long id, long parent) {
    return span(id, parent, "ai.generateText.doGenerate")
        .with("ai.operationId", "ai.generateText.doGenerate")
        .with("gen_ai.system", "openai.chat")
        .with("gen_ai.request.model", "gpt-4o-mini")
        .with("ai.response.model", "gpt-4o-mini-2024-07-18");
  }

  @Test
  void anAgentOfTwoStepsCountsItsCallsOnce() {
    var trace =
        trace(
            generate(1, 0)
                .with("ai.prompt", "{\"system\":\"Be brief\",\"prompt\":\"Weather in Paris?\"}")
                .with("ai.response.text", "It rains in Paris.")
                .with("ai.usage.promptTokens", 170)
                .with("ai.usage.completionTokens", 27)
                .with("ai.telemetry.metadata.sessionId", "s-1")
                .with("ai.telemetry.metadata.userId", "u-1")
                .with("ai.telemetry.metadata.tags", List.of("beta"))
                .with("ai.telemetry.metadata.tenant", "acme"),
            call(2, 1)
                .at(10, 20)
                .with(
                    "ai.prompt.messages",
                    "[{\"role\":\"system\",\"content\":\"Be"
                        + " brief\"},{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Weather"
                        + " in Paris?\"}]}]")
                .with(
                    "ai.prompt.tools",
                    List.of("{\"type\":\"function\",\"name\":\"weather\",\"parameters\":{}}"))
                .with("ai.response.text", "")
                .with(
                    "ai.response.toolCalls",
                    "[{\"toolCallId\":\"c\",\"toolName\":\"weather\",\"args\":{\"city\":\"Paris\"}}]")
                .with("ai.usage.promptTokens", 70)
                .with("ai.usage.completionTokens", 15),
            span(3, 1, "ai.toolCall")
                .at(30, 40)
                .with("ai.operationId", "ai.toolCall")
                .with("ai.toolCall.name", "weather")
                .with("ai.toolCall.id", "c")
                .with("ai.toolCall.args", "{\"city\":\"Paris\"}")
                .with("ai.toolCall.result", "{\"sky\":\"rain\"}"),
            call(4, 1)
                .at(50, 60)
                .with(
                    "ai.prompt.messages",
                    "[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Weather in"
                        + " Paris?\"}]},{\"role\":\"tool\",\"content\":[{\"type\":\"tool-result\","
                        + "\"toolName\":\"weather\",\"output\":{\"type\":\"json\",\"value\":"
                        + "{\"sky\":\"rain\"}}}]}]")
                .with("ai.response.text", "It rains in Paris.")
                .with("ai.usage.inputTokens", 100)
                .with("ai.usage.outputTokens", 12)
                .with("ai.usage.totalTokens", 112)
                .with("ai.usage.cachedInputTokens", 64));

    assertThat(trace.question()).isEqualTo("Weather in Paris?");
    assertThat(trace.answer()).isEqualTo("It rains in Paris.");
    assertThat(trace.header().tokenUsage()).isEqualTo(new TokenUsage(170, 27, 197, 64L));
    assertThat(trace.models()).containsExactly("gpt-4o-mini-2024-07-18");
    assertThat(trace.spans())
        .extracting(Span::type)
        .containsExactly(SpanType.CHAIN, SpanType.CHAT_MODEL, SpanType.TOOL, SpanType.CHAT_MODEL);
    assertThat(trace.toolCalls())
        .containsExactly(
            new ToolCall(
                "weather", "{\"city\":\"Paris\"}", "{\"sky\":\"rain\"}", SpanStatus.UNSET));
    assertThat(trace.spans().get(1).attributes())
        .containsEntry("assay.tools_offered", "[\"weather\"]");
    assertThat(trace.messages())
        .containsExactly(
            new Message("user", "Weather in Paris?"),
            new Message("tool", "{\"sky\":\"rain\"}"),
            new Message("assistant", "It rains in Paris."));
    assertThat(trace.header().sessionId()).isEqualTo("s-1");
    assertThat(trace.header().userId()).isEqualTo("u-1");
    assertThat(trace.header().tags()).containsOnly(entry("beta", "true"));
    assertThat(trace.header().metadata()).contains(entry("tenant", "acme"));
  }

  @Test
  void anObjectIsTheAnswer() {
    var trace =
        trace(
            span(1, 0, "ai.generateObject")
                .with("operation.name", "ai.generateObject")
                .with("ai.prompt", "{\"messages\":[{\"role\":\"user\",\"content\":\"Capital?\"}]}")
                .with("ai.response.object", "{\"city\":\"Paris\",\"since\":987}"));

    assertThat(trace.question()).isEqualTo("Capital?");
    assertThat(trace.answer()).isEqualTo("{\"city\":\"Paris\",\"since\":987}");
  }

  @Test
  void theFirstVersionsResult() {
    var trace =
        trace(
            generate(1, 0)
                .with("ai.prompt", "{\"prompt\":\"Hello\"}")
                .with("ai.result.text", "Hi."));

    assertThat(trace.answer()).isEqualTo("Hi.");
  }

  @Test
  void fromVersion7OnTheContextSaysWhoseItIs() {
    var trace =
        trace(
            span(1, 0, "invoke_agent gpt-4o-mini")
                .with("gen_ai.operation.name", "invoke_agent")
                .with("ai.settings.context.sessionId", "s-1")
                .with("ai.settings.context.userId", "u-1")
                .with("ai.settings.context.tags", List.of("beta"))
                .with("ai.settings.context.tenant", "acme"),
            span(2, 1, "step 1").with("gen_ai.operation.name", "agent_step"));

    assertThat(trace.header().sessionId()).isEqualTo("s-1");
    assertThat(trace.header().userId()).isEqualTo("u-1");
    assertThat(trace.header().tags()).containsKey("beta");
    assertThat(trace.header().metadata()).containsEntry("tenant", "acme");
    assertThat(trace.spans().getFirst().type()).isEqualTo(SpanType.AGENT);
    assertThat(trace.spans().getLast().type()).isEqualTo(SpanType.TASK);
  }

  @Test
  void whatIsEmbeddedIsNoQuestion() {
    var trace =
        trace(
            span(1, 0, "POST /ask"),
            span(2, 1, "ai.embed")
                .at(10, 20)
                .with("ai.operationId", "ai.embed")
                .with("ai.value", "hours"),
            generate(3, 1).at(30, 40).with("ai.prompt", "{\"prompt\":\"Are you open?\"}"));

    assertThat(trace.question()).isEqualTo("Are you open?");
    assertThat(trace.spans().get(1).type()).isEqualTo(SpanType.EMBEDDING);
  }

  @Test
  void aLetterAloneIsNoSign() {
    assertThat(Mapped.span(span(1, 0, "x").with("ai.prompt", "Hello")).inputs()).isNull();
  }
}
