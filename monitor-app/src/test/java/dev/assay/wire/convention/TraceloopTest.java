package dev.assay.wire.convention;

import static dev.assay.wire.TestOtlp.span;
import static dev.assay.wire.convention.Mapped.trace;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.assay.model.Document;
import dev.assay.model.Message;
import dev.assay.model.Span;
import dev.assay.model.SpanStatus;
import dev.assay.model.SpanType;
import dev.assay.model.TokenUsage;
import dev.assay.model.ToolCall;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TraceloopTest {
  @Test
  void aWorkflowWithAToolAndAModelCall() {
    var trace =
        trace(
            span(1, 0, "weather.workflow")
                .with("traceloop.span.kind", "workflow")
                .with("traceloop.workflow.name", "weather")
                .with("traceloop.entity.name", "weather")
                .with("traceloop.entity.input", "{\"args\":[\"Weather in Paris?\"],\"kwargs\":{}}")
                .with("traceloop.entity.output", "\"It rains.\""),
            span(2, 1, "lookup.tool")
                .at(10, 20)
                .with("traceloop.span.kind", "tool")
                .with("traceloop.entity.name", "lookup")
                .with("traceloop.entity.input", "{\"args\":[],\"kwargs\":{\"city\":\"Paris\"}}")
                .with("traceloop.entity.output", "{\"sky\":\"rain\"}")
                .with("traceloop.association.properties.session_id", "s-1")
                .with("traceloop.association.properties.user_id", "u-1")
                .with("traceloop.association.properties.tenant", "acme"),
            span(3, 1, "openai.chat")
                .at(30, 40)
                .with("gen_ai.system", "OpenAI")
                .with("llm.request.type", "chat")
                .with("gen_ai.request.model", "gpt-4o")
                .with("gen_ai.response.model", "gpt-4o-2024-08-06")
                .with("gen_ai.prompt.0.role", "user")
                .with("gen_ai.prompt.0.content", "Weather in Paris?")
                .with("gen_ai.completion.0.role", "assistant")
                .with("gen_ai.completion.0.content", "It rains.")
                .with("llm.request.functions.0.name", "lookup")
                .with("llm.request.functions.0.parameters", "{}")
                .with("gen_ai.usage.input_tokens", 120)
                .with("gen_ai.usage.output_tokens", 7)
                .with("llm.usage.total_tokens", 127)
                .with("gen_ai.usage.cache_read_input_tokens", 100)
                .with("traceloop.prompt.key", "weather")
                .with("traceloop.prompt.version", 4));

    assertThat(trace.spans())
        .extracting(Span::type)
        .containsExactly(SpanType.WORKFLOW, SpanType.TOOL, SpanType.CHAT_MODEL);
    assertThat(trace.question()).isEqualTo("Weather in Paris?");
    assertThat(trace.answer()).isEqualTo("It rains.");
    assertThat(trace.header().tokenUsage()).isEqualTo(new TokenUsage(120, 7, 127, 100L));
    assertThat(trace.toolCalls())
        .containsExactly(
            new ToolCall("lookup", "{\"city\":\"Paris\"}", "{\"sky\":\"rain\"}", SpanStatus.UNSET));
    assertThat(trace.messages())
        .containsExactly(
            new Message("user", "Weather in Paris?"), new Message("assistant", "It rains."));
    assertThat(trace.header().sessionId()).isEqualTo("s-1");
    assertThat(trace.header().userId()).isEqualTo("u-1");
    assertThat(trace.header().metadata())
        .contains(
            entry("tenant", "acme"),
            entry("assay.prompt.name", "weather"),
            entry("assay.prompt.version", "4"));
    assertThat(trace.spans().getLast().attributes())
        .containsEntry("assay.tools_offered", "[\"lookup\"]");
  }

  @Test
  void aToolOfLangChain() {
    var span =
        Mapped.span(
            span(1, 0, "lookup.tool")
                .with("traceloop.span.kind", "tool")
                .with("traceloop.entity.name", "lookup")
                .with(
                    "traceloop.entity.input",
                    "{\"input_str\":\"{'city': 'Paris'}\",\"tags\":[],\"metadata\":{},"
                        + "\"inputs\":{\"city\":\"Paris\"},\"kwargs\":{\"name\":\"lookup\"}}")
                .with(
                    "traceloop.entity.output",
                    "{\"output\":{\"lc\":1,\"type\":\"constructor\",\"id\":[\"ToolMessage\"],\"kwargs\":{\"content\":\"no"
                        + " such city\",\"type\":\"tool\","
                        + "\"tool_call_id\":\"c\",\"status\":\"error\"}},\"kwargs\":{\"tags\":[]}}"));

    assertThat(span.toolCall())
        .isEqualTo(
            new ToolCall("lookup", "{\"city\":\"Paris\"}", "\"no such city\"", SpanStatus.ERROR));
  }

  @Test
  void aRetrieverOfLangChainIsATaskByItsKind() {
    var trace =
        trace(
            span(1, 0, "vector_db_retrieve Manuals")
                .with("gen_ai.operation.name", "vector_db_retrieve")
                .with("traceloop.span.kind", "task")
                .with("traceloop.entity.name", "Manuals")
                .with("traceloop.entity.input", "{\"query\": \"warranty?\"}")
                .with(
                    "traceloop.entity.output",
                    "{\"documents\": [{\"page_content\": \"Two years.\", \"metadata\": {\"score\":"
                        + " 0.92}}]}"));

    var span = trace.spans().getFirst();
    assertThat(span.type()).isEqualTo(SpanType.RETRIEVER);
    assertThat(span.documents())
        .singleElement()
        .satisfies(document -> {
          assertThat(document.text()).isEqualTo("Two years.");
          assertThat(document.score()).isEqualTo(0.92);
        });
  }

  @Test
  void whatAVectorDatabaseFound() {
    var trace =
        trace(
            span(1, 0, "chroma.query")
                .with("db.system", "chroma")
                .with("db.vector.query.top_k", 2)
                .event(
                    "db.query.result",
                    Map.of(
                        "db.query.result.id", "d1",
                        "db.query.result.document", "We open at nine.",
                        "db.query.result.score", 0.8,
                        "db.query.result.vector", "[1,2]"))
                .event(
                    "db.query.result",
                    Map.of("db.query.result.id", "d2", "db.query.result.document", "Closed.")));

    assertThat(trace.spans().getFirst().type()).isEqualTo(SpanType.RETRIEVER);
    assertThat(trace.documents())
        .containsExactly(
            new Document("d1", "We open at nine.", 0.8), new Document("d2", "Closed.", null));
  }

  @Test
  void aTaskThatReturnsTextsWithScoresRetrieves() {
    var manuals =
        Mapped.span(
            span(1, 0, "manuals.task")
                .with("traceloop.span.kind", "task")
                .with(
                    "traceloop.entity.output",
                    "[{\"id\": \"m-7\", \"text\": \"Two years.\", \"score\": 0.9}]"));
    assertThat(manuals.type()).isEqualTo(SpanType.RETRIEVER);
    assertThat(manuals.documents()).containsExactly(new Document("m-7", "Two years.", 0.9));

    for (var other :
        List.of(
            "[]",
            "[\"Two years.\"]",
            "[{\"text\": \"Two years.\"}]",
            "[{\"id\": \"m-7\", \"score\": 0.9}]",
            "{\"text\": \"Two years.\", \"score\": 0.9}")) {
      var task =
          Mapped.span(
              span(1, 0, "other.task")
                  .with("traceloop.span.kind", "task")
                  .with("traceloop.entity.output", other));
      assertThat(task.type()).as(other).isEqualTo(SpanType.TASK);
      assertThat(task.documents()).as(other).isEmpty();
    }
  }
}
