package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.assay.model.Message;
import dev.assay.model.SpanType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Vercel's AI SDK for JavaScript, versions 3 to 6: {@code ai.generateText} around one {@code
 * ai.generateText.doGenerate} a model call, the usage of which it repeats, and {@code ai.toolCall}.
 * From version 7 on it speaks OpenTelemetry's conventions, and puts the application's context
 * beside them.
 */
final class VercelAi implements Convention {
  private static final String METADATA = "ai.telemetry.metadata.";
  private static final String CONTEXT = "ai.settings.context.";
  private static final String[] MODEL = {
    "ai.response.model", "gen_ai.response.model", "ai.model.id", "gen_ai.request.model"
  };
  private static final String[] INPUT_TOKENS = {
    "ai.usage.inputTokens", "ai.usage.promptTokens", "gen_ai.usage.input_tokens", "ai.usage.tokens"
  };
  private static final String[] OUTPUT_TOKENS = {
    "ai.usage.outputTokens", "ai.usage.completionTokens", "gen_ai.usage.output_tokens"
  };
  private static final String[] CACHE_READ = {
    "ai.usage.cachedInputTokens", "ai.usage.inputTokenDetails.cacheReadTokens"
  };

  @Override
  public String title() {
    return "Vercel AI SDK";
  }

  @Override
  public void fill(SpanDraft span) {
    facts(span, CONTEXT);
    var operation = operation(span);
    if (operation == null) {
      return;
    }
    span.type(type(operation));
    span.model(span.text(MODEL));
    span.usage(
        span.number(INPUT_TOKENS),
        span.number(OUTPUT_TOKENS),
        span.number("ai.usage.totalTokens"),
        span.number(CACHE_READ));
    asked(span);
    answered(span);
    span.tool(span.text("ai.toolCall.name"));
    span.arguments(Content.ofJson(span.takeText("ai.toolCall.args")));
    span.result(Content.ofJson(span.takeText("ai.toolCall.result")));
    facts(span, METADATA);
    span.trace().metadata("ai.telemetry.functionId", span.text("ai.telemetry.functionId"));
  }

  /** {@code ai.generateText.doGenerate} and the like; null on spans of others. */
  private static @Nullable String operation(SpanDraft span) {
    var id = span.text("ai.operationId");
    if (id != null) {
      return id;
    }
    // the operation and, after a space, the name the application gave the function
    var name = span.text("operation.name");
    return name != null && name.startsWith("ai.") ? name.split(" ", 2)[0] : null;
  }

  private static @Nullable SpanType type(String operation) {
    return switch (operation.substring(operation.lastIndexOf('.') + 1)) {
      case "doGenerate", "doStream" -> SpanType.CHAT_MODEL;
      case "doEmbed", "embed", "embedMany" -> SpanType.EMBEDDING;
      case "doRerank", "rerank" -> SpanType.RERANKER;
      case "toolCall" -> SpanType.TOOL;
      case "generateText", "streamText", "generateObject", "streamObject" -> SpanType.CHAIN;
      default -> null;
    };
  }

  private static void asked(SpanDraft span) {
    var messages = span.takeContent("ai.prompt.messages");
    if (messages != null) {
      span.inputs(messages);
      span.asked(Messages.read(messages.tree(), "user"));
    }
    span.inputs(span.takeContent("ai.prompt", "ai.value", "ai.values"));
    var tools = span.content("ai.prompt.tools");
    span.offered(ToolDefinitions.names(tools == null ? null : tools.tree()));
  }

  private static void answered(SpanDraft span) {
    var text = span.takeText("ai.response.text");
    text = text == null ? span.takeText("ai.result.text") : text;
    var calls = span.takeContent("ai.response.toolCalls", "ai.result.toolCalls");
    if (calls != null && calls.tree().isArray() && !calls.tree().isEmpty()) {
      span.outputs(Content.ofTree(message(text, calls.tree())));
    } else {
      span.outputs(Content.ofText(text));
    }
    span.outputs(span.takeContent("ai.response.object", "ai.result.object"));
    if (text != null) {
      span.answered(List.of(new Message("assistant", text)));
    }
  }

  private static JsonNode message(@Nullable String text, JsonNode calls) {
    var message = JsonNodeFactory.instance.objectNode();
    message.put("role", "assistant");
    message.put("content", text);
    message.set("tool_calls", calls);
    return message;
  }

  /** What the application says of the trace, by names that people give it. */
  private static void facts(SpanDraft span, String prefix) {
    var trace = span.trace();
    trace.tags(span.content(prefix + "tags"));
    span.below(prefix)
        .forEach((key, value) -> {
          switch (key) {
            case "sessionId", "session_id", "threadId", "conversationId", "chatId" ->
                trace.session(value);
            case "userId", "user_id" -> trace.user(value);
            case "tags" -> {}
            default -> trace.metadata(key, value);
          }
        });
  }
}
