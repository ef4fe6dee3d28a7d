package dev.assay.wire.convention;

import static dev.assay.wire.TestOtlp.span;
import static dev.assay.wire.convention.Mapped.trace;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.assay.model.Document;
import dev.assay.model.Message;
import dev.assay.model.SpanStatus;
import dev.assay.model.SpanType;
import dev.assay.model.TokenUsage;
import dev.assay.model.ToolCall;
import org.junit.jupiter.api.Test;

class MLflowTest {
  @Test
  void aStreamThatIsNotFollowedIsNoAnswer() {
    var call =
        trace(
                span(1, 0, "Messages.create")
                    .with("mlflow.spanType", "\"CHAT_MODEL\"")
                    .with("mlflow.llm.model", "\"claude-x\"")
                    .with("mlflow.spanInputs", "{\"stream\": true, \"messages\": []}")
                    .with("mlflow.spanOutputs", "\"<anthropic.Stream object at 0x7f896543e710>\""))
            .spans()
            .getFirst();

    assertThat(call.outputs()).isNull();
    assertThat(call.messages()).isEmpty();
    assertThat(call.model()).isEqualTo("claude-x");
  }

  @Test
  void theVersionThatAnsweredIsTheModel() {
    var trace =
        trace(
            span(1, 0, "Messages.create")
                .with("mlflow.spanType", "\"CHAT_MODEL\"")
                .with("mlflow.llm.model", "\"claude-x\"")
                .with("mlflow.spanOutputs", "{\"model\": \"claude-x-20250929\", \"content\": []}"));

    assertThat(trace.models()).containsExactly("claude-x-20250929");
  }

  @Test
  void aTracedFunctionAndTheChatBelowIt() {
    var trace =
        trace(
            span(1, 0, "answer_question")
                .with("mlflow.traceRequestId", "\"tr-4bf92f3577b34da6a3ce929d0e0e4736\"")
                .with("mlflow.experimentId", "\"7\"")
                .with("mlflow.spanType", "\"CHAIN\"")
                .with("mlflow.spanInputs", "{\"question\": \"What is MLflow?\"}")
                .with("mlflow.spanOutputs", "\"A platform.\"")
                .with("mlflow.spanFunctionName", "\"answer_question\"")
                .with("mlflow.traceTag.tier", "gold")
                .with("session.id", "s-1")
                .with("user.id", "u-1"),
            span(2, 1, "Completions")
                .at(10, 900)
                .with("mlflow.spanType", "\"CHAT_MODEL\"")
                .with(
                    "mlflow.spanInputs",
                    "{\"messages\": [{\"role\": \"user\", \"content\": \"What is MLflow?\"}],"
                        + " \"model\": \"gpt-4o-mini\"}")
                .with(
                    "mlflow.spanOutputs",
                    "{\"id\": \"c1\", \"model\": \"gpt-4o-mini-2024-07-18\", \"choices\":"
                        + " [{\"index\": 0, \"message\": {\"role\": \"assistant\", \"content\":"
                        + " \"A platform.\"}}], \"usage\": {\"prompt_tokens\": 12}}")
                .with(
                    "mlflow.chat.tokenUsage",
                    "{\"input_tokens\": 12, \"output_tokens\": 3, \"total_tokens\": 15}")
                .with("mlflow.llm.cost", "{\"input_cost\": 0.001, \"total_cost\": 0.003}"));

    assertThat(trace.header().name()).isEqualTo("answer_question");
    assertThat(trace.question()).isEqualTo("What is MLflow?");
    assertThat(trace.answer()).isEqualTo("A platform.");
    assertThat(trace.inputs()).isEqualTo("{\"question\": \"What is MLflow?\"}");
    assertThat(trace.header().tags()).containsOnly(entry("tier", "gold"));
    assertThat(trace.header().metadata()).containsEntry("mlflow.experimentId", "7");
    assertThat(trace.header().sessionId()).isEqualTo("s-1");
    assertThat(trace.header().tokenUsage()).isEqualTo(TokenUsage.of(12, 3));
    assertThat(trace.costUsd()).isEqualTo(0.003);
    assertThat(trace.models()).containsExactly("gpt-4o-mini-2024-07-18");
    assertThat(trace.spans().getLast().type()).isEqualTo(SpanType.CHAT_MODEL);
    assertThat(trace.messages())
        .containsExactly(
            new Message("user", "What is MLflow?"), new Message("assistant", "A platform."));
  }

  @Test
  void aRetrieverAndATool() {
    var trace =
        trace(
            span(1, 0, "agent").with("mlflow.spanType", "\"AGENT\""),
            span(2, 1, "retrieve")
                .at(1, 2)
                .with("mlflow.spanType", "\"RETRIEVER\"")
                .with("mlflow.spanInputs", "{\"query\": \"hours\"}")
                .with(
                    "mlflow.spanOutputs",
                    "[{\"page_content\": \"We open at nine.\", \"metadata\": {\"doc_uri\":"
                        + " \"faq.md\", \"score\": 0.5}, \"id\": null}]"),
            span(3, 1, "clock")
                .at(3, 4)
                .with("mlflow.spanType", "\"TOOL\"")
                .with("mlflow.spanInputs", "{\"zone\": \"UTC\"}")
                .with("mlflow.spanOutputs", "null")
                .failed("no such zone"));

    assertThat(trace.documents()).containsExactly(new Document("faq.md", "We open at nine.", 0.5));
    assertThat(trace.toolCalls())
        .containsExactly(new ToolCall("clock", "{\"zone\": \"UTC\"}", null, SpanStatus.ERROR));
    assertThat(trace.spans().getLast().statusMessage()).isEqualTo("no such zone");
  }

  @Test
  void marksOfEvaluationRunsAreKept() {
    var trace =
        trace(
            span(1, 0, "judge")
                .with("mlflow.sourceRun", "\"run-1\"")
                .with("mlflow.traceTag.mlflow.trace.sourceScorer", "safety"));

    assertThat(trace.header().metadata()).containsEntry("mlflow.sourceRun", "run-1");
    assertThat(trace.header().tags()).containsEntry("mlflow.trace.sourceScorer", "safety");
  }

  @Test
  void brokenJsonIsText() {
    var trace =
        trace(
            span(1, 0, "f")
                .with("mlflow.spanInputs", "{\"question\": ")
                .with("mlflow.chat.tokenUsage", "{\"input_tokens\": \"NaN\"")
                .with("mlflow.llm.cost", "[]"));

    assertThat(trace.question()).isEqualTo("{\"question\": ");
    assertThat(trace.header().tokenUsage()).isNull();
  }
}
