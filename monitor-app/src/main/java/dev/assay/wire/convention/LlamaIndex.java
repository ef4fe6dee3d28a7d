package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/**
 * LlamaIndex, as OpenInference, MLflow and OpenLLMetry tell of it: a span for every method, each
 * typed by its class.
 */
final class LlamaIndex {
  private LlamaIndex() {}

  /**
   * Whether the span says nothing of what the application was asked or answered: a step of a
   * workflow, whose inputs and outputs are the engine's state as Python prints it, or a method that
   * readies a model's call and is typed as one.
   */
  static boolean isPlumbing(SpanDraft span) {
    return span.span().getName().endsWith("._prepare_chat_with_tools")
        || isState(span.text("input.value"));
  }

  /** Whether a call's inputs are its messages as Python prints them, and so no content. */
  static boolean isPrinted(SpanDraft span) {
    var inputs = span.text("input.value");
    return inputs != null && inputs.startsWith("{\"messages\": [\"ChatMessage(role=<MessageRole.");
  }

  /** Whether this is its account of a tool's call. */
  static boolean isToolOutput(JsonNode output) {
    return output.has("raw_output") && output.path("tool_name").isTextual();
  }

  private static boolean isState(@Nullable String inputs) {
    return inputs != null
        && (inputs.startsWith("{\"init_state\": {")
            || (inputs.startsWith("{\"ctx\": \"<") && inputs.contains(", \"ev\": \"")));
  }
}
