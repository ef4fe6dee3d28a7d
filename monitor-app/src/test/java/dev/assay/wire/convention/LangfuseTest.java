package dev.assay.wire.convention;

import static dev.assay.wire.TestOtlp.message;
import static dev.assay.wire.TestOtlp.span;
import static dev.assay.wire.convention.Mapped.trace;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.assay.model.CloseReason;
import dev.assay.model.Message;
import dev.assay.model.SpanStatus;
import dev.assay.model.SpanType;
import dev.assay.model.TokenUsage;
import dev.assay.model.ToolCall;
import dev.assay.wire.TestOtlp;
import dev.assay.wire.TraceMapper;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LangfuseTest {
  /** As its handler for LangChain in JavaScript has them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          span | How long?         | [{"pageContent": "Two years.", "metadata": {"score": 0.9}, "id": "d1"}] | RETRIEVER
          span | How long?         | [{"page_content": "Two years.", "metadata": {}}]                        | RETRIEVER
          span | {"input": "long"} | [{"pageContent": "Two years.", "metadata": {}}]                         | UNKNOWN
          span | How long?         | [{"pageContent": "Two years."}]                                         | UNKNOWN
          span | How long?         | []                                                                      | UNKNOWN
          tool | How long?         | [{"pageContent": "Two years.", "metadata": {}}]                         | TOOL
          """)
  void aSpanThatReturnsDocumentsOfLangChainToAQuestionIsARetrieval(
      String type, String input, String output, SpanType expected) {
    var found =
        trace(
                span(1, 0, "Manuals")
                    .with("langfuse.observation.type", type)
                    .with("langfuse.observation.input", input)
                    .with("langfuse.observation.output", output))
            .spans()
            .getFirst();

    assertThat(found.type()).isEqualTo(expected);
    assertThat(found.documents()).hasSize(expected == SpanType.RETRIEVER ? 1 : 0);
  }

  @Test
  void aTraceOfAGenerationAndATool() {
    var trace =
        trace(
            span(1, 0, "answer")
                .with("langfuse.observation.type", "span")
                .with(
                    "langfuse.observation.input",
                    "{\"args\":[\"Weather in Paris?\"],\"kwargs\":{}}")
                .with("langfuse.observation.output", "It rains.")
                .with("langfuse.trace.name", "weather-bot")
                .with("langfuse.trace.tags", List.of("beta", "eu"))
                .with("langfuse.trace.metadata.tenant", "acme")
                .with("session.id", "s-1")
                .with("user.id", "u-1")
                .with("langfuse.release", "1a2b3c"),
            span(2, 1, "chat")
                .at(10, 20)
                .with("langfuse.observation.type", "generation")
                .with("langfuse.observation.model.name", "gpt-4o")
                .with(
                    "langfuse.observation.input",
                    "[{\"role\":\"user\",\"content\":\"Weather in Paris?\"}]")
                .with(
                    "langfuse.observation.output",
                    "{\"role\":\"assistant\",\"content\":\"It rains.\"}")
                .with(
                    "langfuse.observation.usage_details",
                    "{\"prompt_tokens\":120,\"completion_tokens\":7,\"total_tokens\":127,"
                        + "\"prompt_tokens_details\":{\"cached_tokens\":100}}")
                .with("langfuse.observation.cost_details", "{\"input\":0.001,\"output\":0.002}")
                .with("langfuse.observation.prompt.name", "weather")
                .with("langfuse.observation.prompt.version", 3),
            span(3, 1, "lookup")
                .at(30, 40)
                .with("langfuse.observation.type", "tool")
                .with("langfuse.observation.input", "{\"args\":[],\"kwargs\":{\"city\":\"Paris\"}}")
                .with("langfuse.observation.level", "ERROR")
                .with("langfuse.observation.status_message", "no such city"));

    assertThat(trace.header().name()).isEqualTo("weather-bot");
    assertThat(trace.header().tags()).containsOnly(entry("beta", "true"), entry("eu", "true"));
    assertThat(trace.header().metadata())
        .contains(
            entry("tenant", "acme"),
            entry("assay.prompt.name", "weather"),
            entry("assay.prompt.version", "3"));
    assertThat(trace.header().sessionId()).isEqualTo("s-1");
    assertThat(trace.header().userId()).isEqualTo("u-1");
    assertThat(trace.header().appVersion()).isEqualTo("1.2");
    assertThat(trace.question()).isEqualTo("Weather in Paris?");
    assertThat(trace.answer()).isEqualTo("It rains.");
    assertThat(trace.header().tokenUsage()).isEqualTo(new TokenUsage(120, 7, 127, 100L));
    assertThat(trace.costUsd()).isEqualTo(0.003);
    assertThat(trace.models()).containsExactly("gpt-4o");
    assertThat(trace.messages())
        .containsExactly(
            new Message("user", "Weather in Paris?"), new Message("assistant", "It rains."));
    assertThat(trace.toolCalls())
        .containsExactly(new ToolCall("lookup", "{\"city\":\"Paris\"}", null, SpanStatus.ERROR));
    assertThat(trace.spans().getLast().statusMessage()).isEqualTo("no such city");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{\"input\":20,\"input_cached_tokens\":100,\"output\":5,\"total\":125}; 120; 5; 125; 100",
        "{\"input\":20,\"output\":5,\"output_reasoning\":3}; 20; 8; 28;",
        "{\"input\":20,\"cache_read_input_tokens\":100,\"output\":5}; 120; 5; 125; 100",
        "{\"input_tokens\":20,\"output_tokens\":5}; 20; 5; 25;"
      })
  void usageInEachOfItsForms(String details, long input, long output, long total, Long cached) {
    var span =
        Mapped.span(
            span(1, 0, "chat")
                .with("langfuse.observation.type", "generation")
                .with("langfuse.observation.usage_details", details));

    assertThat(span.tokenUsage()).isEqualTo(new TokenUsage(input, output, total, cached));
  }

  @Test
  void whatTheTraceStatesWins() {
    var trace =
        trace(
            span(1, 0, "handler").with("langfuse.observation.input", "{\"raw\":1}"),
            span(2, 1, "inner")
                .with("langfuse.trace.input", "Are you open?")
                .with("langfuse.trace.output", "{\"answer\":\"At nine.\"}"));

    assertThat(trace.question()).isEqualTo("Are you open?");
    assertThat(trace.answer()).isEqualTo("At nine.");
  }

  @Test
  void theApplicationsOwnRootBelowOthers() {
    var trace =
        trace(
            span(1, 0, "gateway").with("input.value", "GET /").with("output.value", "200"),
            span(2, 1, "agent")
                .at(10, 20)
                .with("langfuse.internal.as_root", true)
                .with("langfuse.observation.type", "agent")
                .with("langfuse.observation.input", "Are you open?")
                .with("langfuse.observation.output", "At nine."));

    assertThat(trace.question()).isEqualTo("Are you open?");
    assertThat(trace.answer()).isEqualTo("At nine.");
  }

  @Test
  void aCostBeyondNumbersIsNone() {
    var trace =
        trace(
            span(1, 0, "call")
                .with("langfuse.observation.type", "generation")
                .with(
                    "langfuse.observation.cost_details", "{\"input\": 1e308, \"output\": 1e308}"));

    assertThat(trace.spans().getFirst().costUsd()).isNull();
  }

  @Test
  void environmentAndReleaseOfTheResource() {
    var message =
        message(
            Map.of("langfuse.environment", "staging", "langfuse.release", "1a2b3c"),
            span(1, 0, "x").with("langfuse.observation.type", "retriever"));
    var trace =
        Objects.requireNonNull(
            new TraceMapper(10)
                .map(TestOtlp.TRACE, List.of(message), 1, CloseReason.IDLE, Mapped.CLOSED)
                .trace());

    assertThat(trace.header().environment()).isEqualTo("staging");
    assertThat(trace.header().appVersion()).isEqualTo("1a2b3c");
    assertThat(trace.spans().getFirst().type()).isEqualTo(SpanType.RETRIEVER);
  }

  @Test
  void aGenerationOfAnEmbeddingModelIsAnEmbedding() {
    assertThat(
            Mapped.span(
                    span(1, 0, "OpenAI.embeddings").with("langfuse.observation.type", "generation"))
                .type())
        .isEqualTo(SpanType.EMBEDDING);
    assertThat(
            Mapped.span(
                    span(1, 0, "vectors")
                        .with("langfuse.observation.type", "generation")
                        .with("langfuse.observation.model.name", "text-embedding-3-small"))
                .type())
        .isEqualTo(SpanType.EMBEDDING);
    assertThat(
            Mapped.span(
                    span(1, 0, "answer")
                        .with("langfuse.observation.type", "generation")
                        .with("langfuse.observation.model.name", "gpt-4o-mini"))
                .type())
        .isEqualTo(SpanType.CHAT_MODEL);
  }
}
