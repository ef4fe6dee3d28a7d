package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * What a tool was called with and what it returned, out of the envelopes that SDKs put around them:
 * a Python call's {@code {args, kwargs}}, LangChain's {@code {input_str, inputs, …}}, tool messages
 * and blocks of text.
 */
final class ToolContent {
  private static final int MAX_DEPTH = 4;

  /** What LangChain's callbacks and Traceloop's decorators put beside the arguments. */
  private static final Set<String> BESIDE_ARGUMENTS =
      Set.of(
          "args",
          "kwargs",
          "inputs",
          "input_str",
          "tags",
          "metadata",
          "input",
          "color",
          "sanitize_inputs_outputs");

  private ToolContent() {}

  static @Nullable Content arguments(@Nullable Content content) {
    return content == null ? null : same(content, arguments(content.tree(), 0));
  }

  static @Nullable Content result(@Nullable Content content) {
    return content == null ? null : same(content, result(content.tree(), 0));
  }

  /** Whether what came back says of itself that it is an error (LangChain, Anthropic, MCP). */
  static boolean isError(@Nullable Content content) {
    return content != null && isError(content.tree(), 0);
  }

  private static @Nullable Content same(Content content, JsonNode tree) {
    return tree.equals(content.tree()) ? content : Content.ofTree(tree);
  }

  private static JsonNode arguments(JsonNode node, int depth) {
    if (depth > MAX_DEPTH) {
      return node;
    }
    var parsed = parsed(node);
    if (!parsed.isObject() || parsed.isEmpty() || !onlyEnvelope(parsed)) {
      return parsed;
    }
    for (var key : List.of("inputs", "kwargs", "args", "input", "input_str")) {
      var inner = parsed.get(key);
      // {"input": "Paris"} may be a tool whose parameter is called so; {"input": {…}} is not
      boolean isParameter = parsed.size() == 1 && inner != null && inner.isValueNode();
      if (inner != null && !isParameter && !isNothing(inner)) {
        return arguments(inner, depth + 1);
      }
    }
    return parsed;
  }

  private static boolean onlyEnvelope(JsonNode object) {
    for (var field : object.properties()) {
      if (!BESIDE_ARGUMENTS.contains(field.getKey())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNothing(JsonNode node) {
    return node.isNull() || (node.isContainerNode() && node.isEmpty());
  }

  private static JsonNode result(JsonNode node, int depth) {
    if (depth == 0 && node.isTextual() && node.textValue().startsWith("\"")) {
      // several SDKs write a string in its JSON quotes
      var quoted = Content.parse(node.textValue());
      return quoted != null && quoted.isTextual() ? quoted : node;
    }
    if (depth > MAX_DEPTH) {
      return node;
    }
    if (!node.isObject()) {
      return plain(node);
    }
    var body = toolMessage(node);
    if (body != null) {
      return result(body.get("content"), depth + 1);
    }
    if (node.has("isError") && isBlocks(node.path("content"))) {
      return text(node.get("content"));
    }
    if (LlamaIndex.isToolOutput(node)) {
      return node.get("raw_output");
    }
    for (var key : List.of("output", "outputs")) {
      // with {"output": …, "kwargs": {…}} as Traceloop's callbacks write it
      if (node.has(key) && (node.size() == 1 || (node.size() == 2 && node.has("kwargs")))) {
        return result(node.get(key), depth + 1);
      }
    }
    return node;
  }

  /** What the tool returned: of blocks of text, the text. */
  static JsonNode plain(JsonNode result) {
    return isBlocks(result) ? text(result) : result;
  }

  /** Whether all of it is text, in blocks as models take it (Anthropic, Bedrock, MCP). */
  private static boolean isBlocks(JsonNode node) {
    if (!node.isArray() || node.isEmpty()) {
      return false;
    }
    for (var block : node) {
      boolean isText =
          block.path("text").isTextual()
              && (block.size() == 1
                  || (block.size() == 2 && (block.has("type") || block.has("block_type"))));
      if (!isText) {
        return false;
      }
    }
    return true;
  }

  private static JsonNode text(JsonNode blocks) {
    var text = new StringJoiner("\n");
    blocks.forEach(block -> text.add(block.get("text").textValue()));
    return TextNode.valueOf(text.toString());
  }

  /** The part of a tool's message that holds its content; null where it is no such message. */
  private static @Nullable JsonNode toolMessage(JsonNode node) {
    var body = Messages.body(node);
    return body.has("content")
            && (body.path("type").asText().equals("tool")
                || body.path("role").asText().equals("tool")
                || body.has("tool_call_id"))
        ? body
        : null;
  }

  private static boolean isError(JsonNode node, int depth) {
    if (depth > MAX_DEPTH || !node.isObject()) {
      return false;
    }
    var body = toolMessage(node);
    if (body != null) {
      return body.path("status").asText().equals("error") || body.path("is_error").asBoolean();
    }
    if (node.path("isError").asBoolean() && node.has("content")) {
      return true;
    }
    if (LlamaIndex.isToolOutput(node)) {
      return node.path("is_error").asBoolean();
    }
    return node.has("output") && isError(node.get("output"), depth + 1);
  }

  private static JsonNode parsed(JsonNode node) {
    if (node.isTextual() && Content.looksLikeContainer(node.textValue())) {
      var tree = Content.parse(node.textValue());
      return tree == null ? node : tree;
    }
    return node;
  }
}
