package dev.assay.wire.convention;

import static dev.assay.wire.TestOtlp.span;
import static dev.assay.wire.convention.Mapped.trace;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.assay.model.Document;
import dev.assay.model.Message;
import dev.assay.model.SpanType;
import dev.assay.model.TokenUsage;
import dev.assay.model.ToolCall;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OpenInferenceTest {
  @Test
  void anLlmCallWithFlattenedMessages() {
    var trace =
        trace(
            span(1, 0, "ChatCompletion")
                .with("openinference.span.kind", "LLM")
                .with("llm.model_name", "gpt-3.5-turbo-0613")
                .with("llm.invocation_parameters", "{\"temperature\": 0.1}")
                .with(
                    "input.value",
                    "{\"messages\": [{\"role\": \"user\", \"content\": \"what is 23 times 87\"}],"
                        + " \"model\": \"gpt-3.5-turbo\"}")
                .with("input.mime_type", "application/json")
                .with("output.value", "The product of 23 times 87 is 2001.")
                .with("output.mime_type", "text/plain")
                .with("llm.input_messages.0.message.role", "system")
                .with("llm.input_messages.0.message.content", "Be brief")
                .with("llm.input_messages.1.message.role", "user")
                .with("llm.input_messages.1.message.contents.0.message_content.type", "text")
                .with(
                    "llm.input_messages.1.message.contents.0.message_content.text",
                    "what is 23 times 87")
                .with("llm.input_messages.2.message.role", "assistant")
                .with(
                    "llm.input_messages.2.message.tool_calls.0.tool_call.function.name", "multiply")
                .with("llm.input_messages.10.message.role", "tool")
                .with("llm.input_messages.10.message.content", "2001")
                .with("llm.output_messages.0.message.role", "assistant")
                .with(
                    "llm.output_messages.0.message.content", "The product of 23 times 87 is 2001.")
                .with("llm.token_count.prompt", 259)
                .with("llm.token_count.completion", 14)
                .with("llm.token_count.total", 273)
                .with("llm.token_count.prompt_details.cache_read", 128)
                .with("llm.cost.total", 0.0004));

    var span = trace.spans().getFirst();
    assertThat(span.type()).isEqualTo(SpanType.LLM);
    assertThat(span.model()).isEqualTo("gpt-3.5-turbo-0613");
    assertThat(span.tokenUsage()).isEqualTo(new TokenUsage(259, 14, 273, 128L));
    assertThat(span.costUsd()).isEqualTo(0.0004);
    assertThat(span.messages())
        .containsExactly(
            new Message("system", "Be brief"),
            new Message("user", "what is 23 times 87"),
            new Message("assistant", ""),
            new Message("tool", "2001"),
            new Message("assistant", "The product of 23 times 87 is 2001."));
    assertThat(span.attributes().keySet()).noneMatch(key -> key.startsWith("llm.input_messages"));
    assertThat(trace.question()).isEqualTo("what is 23 times 87");
    assertThat(trace.answer()).isEqualTo("The product of 23 times 87 is 2001.");
    assertThat(trace.outputs()).isEqualTo("\"The product of 23 times 87 is 2001.\"");
    assertThat(trace.costUsd()).isEqualTo(0.0004);
  }

  @Test
  void messagesAloneAreInputsAndOutputs() {
    var trace =
        trace(
            span(1, 0, "llm")
                .with("openinference.span.kind", "LLM")
                .with("llm.input_messages.0.message.role", "user")
                .with("llm.input_messages.0.message.content", "Hello")
                .with("llm.output_messages.0.message.role", "assistant")
                .with("llm.output_messages.0.message.content", "Hi."));

    assertThat(trace.inputs()).isEqualTo("[{\"role\":\"user\",\"content\":\"Hello\"}]");
    assertThat(trace.question()).isEqualTo("Hello");
    assertThat(trace.answer()).isEqualTo("Hi.");
  }

  @Test
  void aRetrieverWithFlattenedDocuments() {
    var span =
        Mapped.span(
            span(1, 0, "retriever")
                .with("openinference.span.kind", "RETRIEVER")
                .with("input.value", "opening hours")
                .with("retrieval.documents.0.document.id", "d1")
                .with("retrieval.documents.0.document.content", "We open at nine.")
                .with("retrieval.documents.0.document.score", 0.83)
                .with("retrieval.documents.1.document.content", "Closed on Sunday.")
                .with("retrieval.documents.1.document.metadata", "{\"source\": \"faq\"}"));

    assertThat(span.type()).isEqualTo(SpanType.RETRIEVER);
    assertThat(span.documents())
        .containsExactly(
            new Document("d1", "We open at nine.", 0.83),
            new Document("faq", "Closed on Sunday.", null));
    assertThat(span.outputs()).startsWith("[{").contains("We open at nine.");
  }

  @Test
  void aToolByItsInputsAndOutputs() {
    var span =
        Mapped.span(
            span(1, 0, "multiply")
                .with("openinference.span.kind", "TOOL")
                .with("tool.name", "multiply")
                .with("tool.parameters", "{\"type\": \"object\"}")
                .with("input.value", "{\"a\": 23, \"b\": 87}")
                .with("input.mime_type", "application/json")
                .with("output.value", "2001"));

    assertThat(span.toolCall())
        .isEqualTo(new ToolCall("multiply", "{\"a\": 23, \"b\": 87}", "\"2001\"", span.status()));
    assertThat(span.attributes()).containsKey("tool.parameters");
  }

  @Test
  void contextOfTheWholeTraceOnAnySpan() {
    var trace =
        trace(
            span(1, 0, "POST /chat"),
            span(2, 1, "agent")
                .with("openinference.span.kind", "AGENT")
                .with("session.id", "s-1")
                .with("user.id", "u-1")
                .with("metadata", "{\"tenant\": \"acme\", \"plan\": {\"seats\": 3}}")
                .with("tag.tags", List.of("beta", "eu")));

    assertThat(trace.header().sessionId()).isEqualTo("s-1");
    assertThat(trace.header().userId()).isEqualTo("u-1");
    assertThat(trace.header().metadata())
        .contains(entry("tenant", "acme"), entry("plan", "{\"seats\":3}"));
    assertThat(trace.header().tags()).containsOnly(entry("beta", "true"), entry("eu", "true"));
  }

  @Test
  void plainTextThatLooksLikeJsonStaysText() {
    var trace =
        trace(
            span(1, 0, "llm")
                .with("openinference.span.kind", "LLM")
                .with("output.value", "{\"answer\": \"42\"}")
                .with("output.mime_type", "text/plain"));

    assertThat(trace.answer()).isEqualTo("{\"answer\": \"42\"}");
  }

  @Test
  void aSparseIndexTakesNoRoom() {
    var spec = span(1, 0, "llm").with("openinference.span.kind", "LLM");
    for (int i = 0; i < 100; i++) {
      spec.with("llm.input_messages." + (999_999_899 + i) + ".message.role", "user");
      spec.with("llm.input_messages." + (999_999_899 + i) + ".message.content", "m" + i);
    }

    var span = Mapped.span(spec);

    assertThat(span.messages()).hasSize(100);
    assertThat(span.messages().getFirst()).isEqualTo(new Message("user", "m0"));
    assertThat(span.messages().getLast()).isEqualTo(new Message("user", "m99"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "__proto__.polluted",
        "constructor.prototype.x",
        "-1.message.content",
        "99999999999999999999.message.content",
        "0",
        "",
        ".",
        "....",
        "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0"
      })
  void hostileKeysAreHarmless(String path) {
    var span =
        Mapped.span(
            span(1, 0, "llm")
                .with("openinference.span.kind", "LLM")
                .with("llm.input_messages." + path, "x")
                .with("llm.input_messages.0.message.role", "user")
                .with("llm.input_messages.0.message.content", "Hello"));

    assertThat(span.type()).isEqualTo(SpanType.LLM);
  }

  @Test
  void slotsAreBounded() {
    var flattened = new Flattened();
    for (int i = 0; i < 50_000; i++) {
      flattened.put(i + ".message.content", dev.assay.wire.TestOtlp.any("x"));
    }

    assertThat(Objects.requireNonNull(flattened.tree()).size())
        .isBetween(1, Flattened.MAX_SLOTS / 3 + 1);
  }
}
