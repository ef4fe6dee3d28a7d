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
  private static final List<String> ENVELOPES =
      List.of(
          "messages",
          "message",
          "choices",
          "delta",
          "candidates",
          "generations",
          "contents",
          "content",
          "output",
          "input",
          "prompt",
          "text");
  private static final List<String> BODIES =
      List.of("content", "parts", "contents", "text", "blocks", "output");

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
      system(node, into);
      for (var envelope : ENVELOPES) {
        if (node.hasNonNull(envelope)) {
          read(node.get(envelope), role, into, depth + 1);
          return;
        }
      }
    }
  }

  /** Instructions that a request carries beside its messages. */
  private static void system(JsonNode request, List<Message> into) {
    for (var key : List.of("system", "instructions", "system_instruction", "systemInstruction")) {
      var text = into.isEmpty() ? plainOrParts(request.get(key)) : null;
      if (text != null) {
        into.add(new Message("system", text));
      }
    }
  }

  private static @Nullable String plainOrParts(@Nullable JsonNode node) {
    return plain(node != null && node.has("parts") ? node.get("parts") : node, false, 0);
  }

  /** Whether the node is one message: it says who speaks, and holds content or tool calls. */
  static boolean isMessage(JsonNode node) {
    if (isPair(node)) {
      return true;
    }
    var body = body(node);
    return body.isObject()
        && (body.path("role").isTextual() || roleByType(node, body) != null)
        && (body.has("content")
            || body.has("parts")
            || body.has("contents")
            || body.has("text")
            || body.has("blocks")
            || body.has("tool_calls")
            || isItem(body));
  }

  /** A tool's call or its result among the items of OpenAI's responses. */
  private static boolean isItem(JsonNode body) {
    return body.has("call_id") && (body.has("output") || body.has("arguments"));
  }

  /** The role that a message's type stands for: in the message, or in LangChain's class name. */
  private static @Nullable String roleByType(JsonNode message, JsonNode body) {
    var role = knownRole(body.path("type").textValue());
    if (role == null) {
      role = knownRole(message.path("type").textValue());
    }
    var id =
        message.path("message").isObject() ? message.get("message").path("id") : message.path("id");
    return role == null && id.isArray() ? knownRole(id.path(id.size() - 1).textValue()) : role;
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
      return orElse(roleByType(message, body), otherwise);
    }
    var known = knownRole(role);
    return known != null ? known : role.isBlank() ? otherwise : role.toLowerCase(Locale.ROOT);
  }

  private static @Nullable String knownRole(@Nullable String role) {
    if (role == null || role.length() > 24) {
      return null;
    }
    return switch (role.toLowerCase(Locale.ROOT)) {
      case "user", "human", "humanmessage" -> "user";
      case "assistant",
          "ai",
          "model",
          "bot",
          "chatbot",
          "aimessage",
          "aimessagechunk",
          "function_call" ->
          "assistant";
      case "system", "developer", "systemmessage" -> "system";
      case "tool",
          "function",
          "toolmessage",
          "functionmessage",
          "function_call_output",
          "tool-response",
          "tool_response" ->
          "tool";
      default -> null;
    };
  }

  /** The text of one message; null where it has none (tool calls only). */
  static @Nullable String text(JsonNode message) {
    if (isPair(message)) {
      return message.get(1).textValue();
    }
    var body = body(message);
    for (var key : BODIES) {
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
    for (var key : BODIES) {
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
    if (part.path("thought").asBoolean()) {
      return null;
    }
    if (part.has("message_content")) {
      return plain(part.get("message_content"), results, depth + 1);
    }
    var type = part.path("type").asText();
    if (isResultType(type) || functionResponse(part) != null) {
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

  /** What one of Gemini's parts says that a tool returned; null where it is no such part. */
  static @Nullable JsonNode functionResponse(JsonNode part) {
    var response =
        part.has("function_response")
            ? part.get("function_response")
            : part.get("functionResponse");
    return response != null && response.isObject() ? response : null;
  }

  private static boolean isResultType(String type) {
    return switch (type) {
      case "tool_call_response", "tool_result", "tool-result", "function_call_output" -> true;
      default -> false;
    };
  }

  private static boolean isPartType(String type) {
    return switch (type) {
      case "", "text", "input_text", "output_text", "text_delta", "refusal", "document" -> true;
      default -> false;
    };
  }

  private static @Nullable String result(JsonNode part, int depth) {
    var response = functionResponse(part);
    var body = response == null ? part : response;
    for (var key : List.of("result", "response", "output", "content")) {
      var result = body.get(key);
      if (result != null && result.path("type").isTextual() && result.has("value")) {
        // Vercel's {"type": "json", "value": …}
        result = result.get("value");
      }
      if (result != null && !result.isNull()) {
        var text = plain(result, true, depth + 1);
        return text != null ? text : result.toString();
      }
    }
    return null;
  }

  /** What carries role and content: the message itself, or what its envelopes hold. */
  static JsonNode body(JsonNode message) {
    var body = message.path("message").isObject() ? message.get("message") : message;
    // LangChain's serialised form: {"lc": 1, "type": "constructor", "id": […], "kwargs": {…}}
    if (body.path("kwargs").isObject() && (body.has("lc") || body.get("kwargs").has("content"))) {
      return body.get("kwargs");
    }
    // and its other one: {"type": "human", "data": {"content": …}}
    return body.path("data").has("content") && body.path("type").isTextual()
        ? body.get("data")
        : body;
  }

  private static String orEmpty(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static String orElse(@Nullable String text, String otherwise) {
    return text == null ? otherwise : text;
  }
}
