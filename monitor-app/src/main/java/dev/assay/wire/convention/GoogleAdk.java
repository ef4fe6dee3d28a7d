package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.model.SpanType;
import org.jspecify.annotations.Nullable;

/**
 * Google's Agent Development Kit, beyond OpenTelemetry's conventions: requests and responses of
 * Gemini and the arguments and results of tools, as JSON text; {@code {}} stands for nothing.
 */
final class GoogleAdk implements Convention {
  private static final String PREFIX = "gcp.vertex.agent.";

  @Override
  public String title() {
    return "Google ADK";
  }

  @Override
  public void fill(SpanDraft span) {
    if (!span.hasPrefix(PREFIX)) {
      return;
    }
    var request = something(span.takeContent(PREFIX + "llm_request"));
    var response = something(span.takeContent(PREFIX + "llm_response"));
    if (request != null || response != null) {
      span.type(SpanType.CHAT_MODEL);
    }
    if (request != null) {
      span.inputs(request);
      span.asked(
          OpenTelemetryGenAi.asked(
              Content.ofTree(
                  either(request.tree().path("config"), "system_instruction", "systemInstruction")),
              request.tree().path("contents")));
      span.offered(ToolDefinitions.names(request.tree().path("config").get("tools")));
    }
    if (response != null) {
      span.outputs(response);
      var model = either(response.tree(), "model_version", "modelVersion");
      span.model(model == null ? null : model.textValue());
      span.answered(Messages.read(response.tree().get("content"), "assistant"));
      var usage = either(response.tree(), "usage_metadata", "usageMetadata");
      if (usage != null) {
        span.usage(
            Values.number(either(usage, "prompt_token_count", "promptTokenCount")),
            output(usage),
            Values.number(either(usage, "total_token_count", "totalTokenCount")),
            Values.number(either(usage, "cached_content_token_count", "cachedContentTokenCount")));
      }
    }
    var arguments = something(span.takeContent(PREFIX + "tool_call_args"));
    if (arguments != null) {
      span.type(SpanType.TOOL);
      span.arguments(arguments);
    }
    span.result(returned(something(span.takeContent(PREFIX + "tool_response"))));
    span.result(returned(span.takeContent("gen_ai.tool.call.result")));
    span.trace().session(span.text(PREFIX + "session_id"));
  }

  /** As Python names it, or as JavaScript does. */
  private static @Nullable JsonNode either(JsonNode node, String snake, String camel) {
    return node.has(snake) ? node.get(snake) : node.get(camel);
  }

  /** Gemini counts its thoughts apart. */
  private static @Nullable Double output(JsonNode usage) {
    var candidates = Values.number(either(usage, "candidates_token_count", "candidatesTokenCount"));
    var thoughts = Values.number(either(usage, "thoughts_token_count", "thoughtsTokenCount"));
    return candidates == null || thoughts == null
        ? candidates
        : Double.valueOf(candidates + thoughts);
  }

  /** What a tool returned: ADK puts whatever is no object into one, as its {@code result}. */
  private static @Nullable Content returned(@Nullable Content response) {
    return response != null && response.tree().size() == 1 && response.tree().has("result")
        ? Content.ofTree(response.tree().get("result"))
        : response;
  }

  private static @Nullable Content something(@Nullable Content content) {
    return content == null
            || (content.tree().isContainerNode() && content.tree().isEmpty())
            || content.json().equals("\"<not serializable>\"")
        ? null
        : content;
  }
}
