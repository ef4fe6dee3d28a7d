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
import java.util.Map;
import org.junit.jupiter.api.Test;

class LangSmithTest {
  @Test
  void aChainWithRetrievalAndAModelCall() {
    var trace =
        trace(
            span(1, 0, "RunnableSequence")
                .with("langsmith.span.kind", "chain")
                .with("langsmith.trace.name", "RunnableSequence")
                .with("langsmith.trace.session_name", "my-project")
                .with("gen_ai.operation.name", "chain")
                .with("gen_ai.prompt", "{\"input\":\"Are you open?\"}")
                .with("gen_ai.completion", "{\"output\":\"At nine.\"}")
                .with("langsmith.metadata.thread_id", "t-1")
                .with("langsmith.metadata.user_id", "u-1")
                .with("langsmith.span.tags", "beta, eu"),
            span(2, 1, "VectorStoreRetriever")
                .at(10, 20)
                .with("langsmith.span.kind", "retriever")
                .with("gen_ai.operation.name", "embeddings")
                .with("gen_ai.prompt", "{\"query\":\"hours\"}")
                .with(
                    "gen_ai.completion",
                    "{\"documents\":[{\"id\":\"d1\",\"page_content\":\"We open at nine.\","
                        + "\"metadata\":{\"source\":\"faq\"},\"type\":\"Document\"}]}"),
            span(3, 1, "ChatOpenAI")
                .at(30, 40)
                .with("langsmith.span.kind", "llm")
                .with("gen_ai.operation.name", "chat")
                .with("gen_ai.request.model", "gpt-4o")
                .with(
                    "gen_ai.prompt",
                    "{\"messages\":[[{\"lc\":1,\"type\":\"constructor\",\"id\":[\"langchain\","
                        + "\"schema\",\"messages\",\"HumanMessage\"],\"kwargs\":{\"content\":"
                        + "\"Are you open?\"}}]]}")
                .with(
                    "gen_ai.completion",
                    "{\"generations\":[[{\"text\":\"At nine.\",\"type\":\"ChatGeneration\","
                        + "\"message\":{\"lc\":1,\"type\":\"constructor\",\"id\":[\"langchain\","
                        + "\"schema\",\"messages\",\"AIMessage\"],\"kwargs\":{\"content\":"
                        + "\"At nine.\",\"type\":\"ai\"}}}]]}")
                .with("gen_ai.usage.input_tokens", 120)
                .with("gen_ai.usage.output_tokens", 7)
                .with("gen_ai.usage.total_tokens", 127)
                .with("gen_ai.usage.input_token_details", "{\"cache_read\":100}"));

    assertThat(trace.spans())
        .extracting(Span::type)
        .containsExactly(SpanType.CHAIN, SpanType.RETRIEVER, SpanType.CHAT_MODEL);
    assertThat(trace.question()).isEqualTo("Are you open?");
    assertThat(trace.answer()).isEqualTo("At nine.");
    assertThat(trace.documents()).containsExactly(new Document("d1", "We open at nine.", null));
    assertThat(trace.messages())
        .containsExactly(
            new Message("user", "Are you open?"), new Message("assistant", "At nine."));
    assertThat(trace.header().tokenUsage()).isEqualTo(new TokenUsage(120, 7, 127, 100L));
    assertThat(trace.header().sessionId()).isEqualTo("t-1");
    assertThat(trace.header().userId()).isEqualTo("u-1");
    assertThat(trace.header().tags()).containsOnly(entry("beta", "true"), entry("eu", "true"));
  }

  @Test
  void aRunWithAnExceptionFailedThoughItSaysOk() {
    var span =
        Mapped.span(
            span(1, 0, "lookup_order")
                .with("langsmith.span.kind", "tool")
                .with("gen_ai.prompt", "{\"order_id\":\"42\"}")
                .event("exception", Map.of("exception.message", "Error: the service is down")));

    assertThat(span.status()).isEqualTo(SpanStatus.ERROR);
    assertThat(span.statusMessage()).isEqualTo("Error: the service is down");
    assertThat(span.toolCall().status()).isEqualTo(SpanStatus.ERROR);
  }
}
