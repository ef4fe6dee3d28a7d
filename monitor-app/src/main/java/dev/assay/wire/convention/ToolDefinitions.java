package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Names out of definitions of tools in whatever shape: OpenAI's {@code {type, function: {name}}},
 * {@code {name, …}}, Gemini's {@code {function_declarations: […]}}, Bedrock's {@code {toolSpec}},
 * each also as JSON text.
 */
final class ToolDefinitions {
  private static final int MAX_TOOLS = 1_000;
  private static final int MAX_DEPTH = 6;
  private static final List<String> ENVELOPES =
      List.of(
          "function",
          "tool",
          "json_schema",
          "toolSpec",
          "tools",
          "function_declarations",
          "functionDeclarations",
          "function_tools");

  private ToolDefinitions() {}

  /** Each name once, in order; empty where there is none. */
  static List<String> names(@Nullable JsonNode definitions) {
    var names = new LinkedHashSet<String>();
    collect(definitions, names, 0);
    return new ArrayList<>(names);
  }

  private static void collect(@Nullable JsonNode node, Set<String> into, int depth) {
    if (node == null || depth > MAX_DEPTH || into.size() >= MAX_TOOLS) {
      return;
    }
    if (node.isTextual() && Content.looksLikeContainer(node.textValue())) {
      collect(Content.parse(node.textValue()), into, depth + 1);
    } else if (node.isArray()) {
      node.forEach(item -> collect(item, into, depth + 1));
    } else if (node.path("name").isTextual()) {
      into.add(node.get("name").textValue());
    } else if (node.isObject()) {
      for (var envelope : ENVELOPES) {
        collect(node.get(envelope), into, depth + 1);
      }
    }
  }
}
