package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tools that a model asked for and what it was told that they returned, out of the messages of
 * its calls: OpenAI's {@code tool_calls} and responses, OpenTelemetry's parts, Anthropic's {@code
 * tool_use}, Gemini's {@code function_call} or {@code functionCall}, LangChain's, LlamaIndex's and
 * Vercel's. One thread.
 */
public final class CallsInMessages {
  private static final int MAX_NODES = 20_000;
  private static final int MAX_DEPTH = 40;

  private static final List<String> IDS =
      List.of("id", "tool_call_id", "tool_use_id", "call_id", "toolCallId");
  private static final List<String> RESULT_IDS =
      List.of("tool_call_id", "tool_use_id", "call_id", "toolCallId", "id");
  private static final List<String> NAMES = List.of("name", "toolName", "tool_name");
  private static final List<String> ARGUMENTS = List.of("arguments", "args", "input");
  private static final List<String> RESULTS =
      List.of("response", "result", "output", "content", "blocks");

  /**
   * A call that a model asked for.
   *
   * @param id by which messages and spans refer to it; null where there is none
   * @param arguments a JSON object
   */
  public record Call(@Nullable String id, String name, JsonNode arguments) {}

  private final Map<Object, Call> calls = new LinkedHashMap<>(); // by id, or by what they are
  private final Map<String, JsonNode> results = new HashMap<>();
  private final Set<String> failures = new HashSet<>();
  private int left = MAX_NODES;

  /** Takes in inputs or outputs of a model call, JSON text. */
  public void read(@Nullable String content) {
    if (content != null
        && (content.contains("call") || content.contains("tool") || content.contains("function"))) {
      var tree = Content.parse(content);
      if (tree != null) {
        read(tree, 0);
      }
    }
  }

  /** Those found, each id once, in the order of the messages. */
  public List<Call> calls() {
    return List.copyOf(calls.values());
  }

  /** What a call returned, as JSON text; null where no message tells. */
  public @Nullable String result(Call call) {
    var result = call.id() == null ? null : results.get(call.id());
    return result == null ? null : result.toString();
  }

  /** Whether a function with these inputs, JSON text, may be the call; null: it says nothing. */
  public static boolean isOf(Call call, @Nullable String inputs) {
    var given = ToolContent.arguments(inputs == null ? null : Content.ofJson(inputs));
    return given == null || given.tree().equals(call.arguments());
  }

  /** Whether a message says that the call failed. */
  public boolean failed(Call call) {
    return call.id() != null && failures.contains(call.id());
  }

  private void read(JsonNode node, int depth) {
    if (depth > MAX_DEPTH || left-- <= 0) {
      return;
    }
    if (node.isTextual() && Content.looksLikeContainer(node.textValue())) {
      var tree = Content.parse(node.textValue());
      if (tree != null) {
        read(tree, depth + 1);
      }
    } else if (node.isContainerNode()) {
      if (node.isObject()) {
        call(node);
        result(node);
      }
      node.forEach(child -> read(child, depth + 1));
    }
  }

  private void call(JsonNode node) {
    // {id, function: {name, arguments}}, {function_call: {name, args}}, {type: tool_call, name, …}
    var inner = child(node, List.of("function", "function_call", "functionCall"));
    boolean isCall =
        inner != null
            || switch (node.path("type").asText()) {
              case "tool_call", "tool-call", "tool_use", "function_call" -> true;
              default -> false;
            };
    if (!isCall) {
      return;
    }
    inner = inner == null ? node : inner;
    var name = text(inner, NAMES);
    var arguments = arguments(inner);
    if (name == null || arguments == null) {
      return;
    }
    var id = text(node, IDS);
    if (id == null) {
      id = text(inner, IDS);
    }
    var call = new Call(id, name, arguments);
    calls.putIfAbsent(id == null ? call : id, call);
  }

  /** An object, or JSON text of one. */
  private static @Nullable JsonNode arguments(JsonNode call) {
    for (var key : ARGUMENTS) {
      var value = call.get(key);
      var tree = value != null && value.isTextual() ? Content.parse(value.textValue()) : value;
      if (tree != null && tree.isObject()) {
        return tree;
      }
    }
    return null;
  }

  private void result(JsonNode node) {
    var inner = Messages.functionResponse(node);
    boolean isResult =
        inner != null
            || node.path("role").asText().equals("tool")
            || switch (node.path("type").asText()) {
              case "tool_call_response",
                  "tool-result",
                  "tool_result",
                  "function_call_output",
                  "tool" ->
                  true;
              default -> false;
            };
    inner = inner == null ? node : inner;
    var id = isResult ? text(inner, RESULT_IDS) : null;
    if (isResult && id == null) {
      id = text(inner.path("additional_kwargs"), RESULT_IDS); // LlamaIndex
    }
    if (id == null) {
      return;
    }
    if (inner.path("is_error").asBoolean()
        || inner.path("status").asText().equals("error")
        || isAdksError(inner.path("response"))) {
      failures.add(id);
    }
    for (var key : RESULTS) {
      var value = inner.get(key);
      if (value != null && !value.isNull()) {
        results.putIfAbsent(id, ToolContent.plain(unwrapped(value)));
        return;
      }
    }
  }

  /** What ADK for JavaScript makes of a tool that throws. */
  private static boolean isAdksError(JsonNode response) {
    return response.size() == 1 && response.path("error").isTextual();
  }

  /** Gemini's {@code {result: …}}, Vercel's {@code {type, value}}. */
  private static JsonNode unwrapped(JsonNode value) {
    if (value.size() == 1 && value.has("result")) {
      return value.get("result");
    }
    return value.size() == 2 && value.path("type").isTextual() && value.has("value")
        ? value.get("value")
        : value;
  }

  private static @Nullable JsonNode child(JsonNode node, List<String> keys) {
    for (var key : keys) {
      if (node.path(key).isObject()) {
        return node.get(key);
      }
    }
    return null;
  }

  private static @Nullable String text(JsonNode node, List<String> keys) {
    for (var key : keys) {
      var text = node.path(key).textValue();
      if (text != null && !text.isEmpty()) {
        return text;
      }
    }
    return null;
  }
}
