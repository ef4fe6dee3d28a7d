package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.model.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Chat messages in whatever shape: OpenAI's {@code {role, content}} with a string or parts,
 * OpenTelemetry's {@code {role, parts}}, LangChain's {@code {type: human, content}} and its
 * serialised constructors, Gemini's {@code {role, parts: [{text}]}}, OpenInference's {@code
 * {message: {…}}}, pairs of role and text.
 */
final class Messages {
  private static final int MAX_MESSAGES = 1_000;
  private static final int MAX_DEPTH = 8;

  private Messages() {}

  /**
   * The messages of a list, of an object that holds one, or of a single message; empty where there
   * are none.
   *
   * @param role of text that stands alone
   */
  static List<Message> read(@Nullable JsonNode node, String role) {
    var messages = new ArrayList<Message>();
    if (node != null) {
      read(node, role, messages, 0);
    }
    return messages;
  }

  private static void read(JsonNode node, String role, List<Message> into, int depth) {
    if (depth > MAX_DEPTH || into.size() >= MAX_MESSAGES) {
      return;
    }
    if (node.isTextual()) {
      into.add(new Message(role, node.textValue()));
    } else if (isMessage(node)) {
      into.add(new Message(role(node, role), orEmpty(text(node))));
    } else if (node.isArray()) {
      for (var item : node) {
        if (!item.isTextual() || node.size() == 1) {
          read(item, role, into, depth + 1);
        }
      }
    } else if (node.isObject()) {
      for (var envelope :
          List.of("messages", "message", "choices", "delta", "candidates", "output")) {
        if (node.hasNonNull(envelope)) {
          read(node.get(envelope), role, into, depth + 1);
          return;
        }
      }
    }
  }

  /** Whether the node is one message: it says who speaks, and holds content or tool calls. */
  static boolean isMessage(JsonNode node) {
    if (isPair(node)) {
      return true;
    }
    var body = body(node);
    return body.isObject()
        && (body.path("role").isTextual() || knownRole(body.path("type").textValue()) != null)
        && (body.has("content")
            || body.has("parts")
            || body.has("contents")
            || body.has("text")
            || body.has("tool_calls"));
  }

  /** {@code ["user", "hello"]}, as LangChain takes it. */
  private static boolean isPair(JsonNode node) {
    return node.isArray()
        && node.size() == 2
        && node.get(1).isTextual()
        && knownRole(node.get(0).textValue()) != null;
  }

  /** Who speaks: system, user, assistant or tool; an unknown role as it came, in lower case. */
  static String role(JsonNode message, String otherwise) {
    if (isPair(message)) {
      return orElse(knownRole(message.get(0).textValue()), otherwise);
    }
    var body = body(message);
    var role = body.path("role").textValue();
    if (role == null) {
      return orElse(knownRole(body.path("type").textValue()), otherwise);
    }
    var known = knownRole(role);
    return known != null ? known : role.isBlank() ? otherwise : role.toLowerCase(Locale.ROOT);
  }

  private static @Nullable String knownRole(@Nullable String role) {
    if (role == null || role.length() > 16) {
      return null;
    }
    return switch (role.toLowerCase(Locale.ROOT)) {
      case "user", "human", "humanmessage" -> "user";
      case "assistant", "ai", "model", "bot", "aimessage", "aimessagechunk" -> "assistant";
      case "system", "developer", "systemmessage" -> "system";
      case "tool", "function", "toolmessage" -> "tool";
      default -> null;
    };
  }

  /** The text of one message; null where it has none (tool calls only). */
  static @Nullable String text(JsonNode message) {
    if (isPair(message)) {
      return message.get(1).textValue();
    }
    var body = body(message);
    for (var key : List.of("content", "parts", "contents", "text")) {
      var text = plain(body.get(key), true, 0);
      if (text != null) {
        return text;
      }
    }
    return null;
  }

  /** The text a person wrote in one message: as {@link #text}, without tools' results. */
  static @Nullable String spoken(JsonNode message) {
    if (isPair(message)) {
      return message.get(1).textValue();
    }
    var body = body(message);
    for (var key : List.of("content", "parts", "contents", "text")) {
      var text = plain(body.get(key), false, 0);
      if (text != null) {
        return text;
      }
    }
    return null;
  }

  /**
   * Plain text of content: a string, a list of parts, one part. Reasoning, tool calls, images and
   * other blobs are not text.
   *
   * @param results whether what a tool returned counts as text
   */
  static @Nullable String plain(@Nullable JsonNode node, boolean results, int depth) {
    if (node == null || node.isNull() || depth > MAX_DEPTH) {
      return null;
    }
    if (node.isValueNode()) {
      var text = node.asText();
      return text.isEmpty() ? null : text;
    }
    if (node.isArray()) {
      var joined = new StringJoiner("\n");
      for (var part : node) {
        var text = plain(part, results, depth + 1);
        if (text != null) {
          joined.add(text);
        }
      }
      return joined.length() == 0 ? null : joined.toString();
    }
    return part(node, results, depth);
  }

  private static @Nullable String part(JsonNode part, boolean results, int depth) {
    if (part.has("message_content")) {
      return plain(part.get("message_content"), results, depth + 1);
    }
    var type = part.path("type").asText();
    if (type.equals("tool_call_response") || type.equals("tool_result")) {
      return results ? result(part, depth) : null;
    }
    if (isPartType(type)) {
      for (var key : List.of("text", "content", "value", "output_text")) {
        var text = plain(part.get(key), results, depth + 1);
        if (text != null) {
          return text;
        }
      }
    }
    return null;
  }

  private static boolean isPartType(String type) {
    return switch (type) {
      case "", "text", "input_text", "output_text", "text_delta", "refusal", "document" -> true;
      default -> false;
    };
  }

  private static @Nullable String result(JsonNode part, int depth) {
    for (var key : List.of("result", "response", "content")) {
      var result = part.get(key);
      if (result != null && !result.isNull()) {
        var text = plain(result, true, depth + 1);
        return text != null ? text : result.toString();
      }
    }
    return null;
  }

  /** What carries role and content: the message itself, or what its envelope holds. */
  private static JsonNode body(JsonNode message) {
    if (message.path("message").isObject()) {
      return message.get("message");
    }
    // LangChain's serialised form: {"lc": 1, "type": "constructor", "id": […], "kwargs": {…}}
    if (message.path("kwargs").isObject() && message.has("lc")) {
      return message.get("kwargs");
    }
    return message;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static String orElse(@Nullable String text, String otherwise) {
    return text == null ? otherwise : text;
  }
}
