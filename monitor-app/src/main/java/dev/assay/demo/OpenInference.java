package dev.assay.demo;

import static io.opentelemetry.api.common.AttributeKey.doubleKey;
import static io.opentelemetry.api.common.AttributeKey.longKey;
import static io.opentelemetry.api.common.AttributeKey.stringKey;

import dev.assay.demo.PlannedSpan.Failure;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Spans in OpenInference's conventions: lists are spread over dotted keys. */
final class OpenInference {
  private OpenInference() {}

  static PlannedSpan chain(
      String name,
      String sessionId,
      String userId,
      String input,
      @Nullable String output,
      Duration length,
      @Nullable Failure failure,
      List<PlannedSpan> children) {
    var attributes =
        kind("CHAIN")
            .put(stringKey("session.id"), sessionId)
            .put(stringKey("user.id"), userId)
            .put(stringKey("input.value"), input)
            .put(stringKey("input.mime_type"), "text/plain");
    if (output != null) {
      attributes
          .put(stringKey("output.value"), output)
          .put(stringKey("output.mime_type"), "text/plain");
    }
    return span(name, Duration.ZERO, length, attributes, failure, children);
  }

  static PlannedSpan embedding(String model, String text, Duration start, Duration length) {
    var attributes =
        kind("EMBEDDING")
            .put(stringKey("embedding.model_name"), model)
            .put(stringKey("embedding.embeddings.0.embedding.text"), text);
    return span("CreateEmbeddings", start, length, attributes, null, List.of());
  }

  static PlannedSpan retriever(
      String query, List<Map<String, Object>> documents, Duration start, Duration length) {
    var attributes = kind("RETRIEVER").put(stringKey("input.value"), query);
    for (int i = 0; i < documents.size(); i++) {
      var document = documents.get(i);
      var key = "retrieval.documents." + i + ".document.";
      attributes
          .put(stringKey(key + "id"), (String) document.get("id"))
          .put(stringKey(key + "content"), (String) document.get("content"))
          .put(doubleKey(key + "score"), (Double) document.get("score"));
    }
    return span("VectorStoreRetriever", start, length, attributes, null, List.of());
  }

  /**
   * A call of a chat model.
   *
   * @param output null if the call failed
   */
  static PlannedSpan llm(
      GenAi.Model model,
      String system,
      String input,
      @Nullable String output,
      Duration start,
      Duration length,
      @Nullable Failure failure) {
    var attributes =
        kind("LLM")
            .put(stringKey("llm.provider"), model.provider())
            .put(stringKey("llm.model_name"), model.answeredAs())
            .put(stringKey("llm.invocation_parameters"), "{\"max_tokens\":1024}");
    message(attributes, "llm.input_messages.0.message.", "system", system);
    message(attributes, "llm.input_messages.1.message.", "user", input);
    if (output != null) {
      long read = GenAi.tokens(system.length() + input.length());
      long written = GenAi.tokens(output.length());
      message(attributes, "llm.output_messages.0.message.", "assistant", output);
      attributes
          .put(longKey("llm.token_count.prompt"), read)
          .put(longKey("llm.token_count.completion"), written)
          .put(longKey("llm.token_count.total"), read + written);
    }
    return span("ChatModel", start, length, attributes, failure, List.of());
  }

  private static void message(
      AttributesBuilder attributes, String key, String role, String content) {
    attributes.put(stringKey(key + "role"), role).put(stringKey(key + "content"), content);
  }

  private static AttributesBuilder kind(String kind) {
    return Attributes.builder().put(stringKey("openinference.span.kind"), kind);
  }

  private static PlannedSpan span(
      String name,
      Duration start,
      Duration length,
      AttributesBuilder attributes,
      @Nullable Failure failure,
      List<PlannedSpan> children) {
    return new PlannedSpan(
        name, SpanKind.INTERNAL, start, length, attributes.build(), failure, children);
  }
}
