package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a user asked and what an application answered, as plain text, whatever envelope the SDK put
 * around it: a string, messages, {@code {"question": …}}, a provider's request or response, parts.
 *
 * <p>A string found in an envelope is final: an answer that is itself JSON stays JSON. Structured
 * content without a known envelope stands as its JSON text. Content without any text (an answer of
 * tool calls alone) is no text: null.
 */
public final class PlainText {
  private static final int MAX_DEPTH = 8;

  /** Recognised, and without text. */
  private static final String NONE = "";

  private static final PlainText QUESTION =
      new PlainText(
          "user",
          List.of(
              "question",
              "query",
              "user_query",
              "user_input",
              "user_message",
              "user_msg",
              "user_prompt",
              "new_message",
              "query_str",
              "query_bundle",
              "str_or_query_bundle",
              "input_str",
              "task",
              "input",
              "inputs",
              "messages",
              "prompt",
              "prompts",
              "message",
              "request",
              "text",
              "content",
              "contents",
              "parts",
              "state",
              "kwargs",
              "args"));
  private static final PlainText ANSWER =
      new PlainText(
          "assistant",
          List.of(
              "answer",
              "final_answer",
              "final_output",
              "final_result",
              "final_response",
              "choices",
              "candidates",
              "generations",
              "output_text",
              "output",
              "outputs",
              "response",
              "result",
              "completion",
              "messages",
              "message",
              "delta",
              "reply",
              "replies",
              "raw",
              "text",
              "content",
              "parts",
              "generation",
              "generated_text",
              "return_values"));

  private final String speaker;
  private final List<String> envelopes;

  private PlainText(String speaker, List<String> envelopes) {
    this.speaker = speaker;
    this.envelopes = envelopes;
  }

  /**
   * What the user asked, or null.
   *
   * @param inputs JSON text; text that is not JSON is taken as the question itself
   */
  public static @Nullable String question(@Nullable String inputs) {
    return QUESTION.of(inputs);
  }

  /**
   * What the application answered, or null.
   *
   * @param outputs JSON text; text that is not JSON is taken as the answer itself
   */
  public static @Nullable String answer(@Nullable String outputs) {
    return ANSWER.of(outputs);
  }

  private @Nullable String of(@Nullable String json) {
    if (json == null || json.isBlank()) {
      return null;
    }
    var tree = Content.parse(json);
    if (tree == null) {
      return json;
    }
    if (tree.isNull() || (tree.isContainerNode() && tree.isEmpty())) {
      return null;
    }
    var text = find(tree, 0);
    if (text != null && this == QUESTION && Content.looksLikeContainer(text)) {
      text = withinMessage(text);
    }
    return text == null ? json : text.isBlank() ? null : text;
  }

  /** LangGraph's state, written as the text of a user's message; other JSON is what was asked. */
  private String withinMessage(String json) {
    var tree = Content.parse(json);
    for (var key : List.of("question", "query", "input", "messages")) {
      if (tree != null && tree.has(key)) {
        var text = find(tree, 1);
        return text == null ? json : text;
      }
    }
    return json;
  }

  /** The text, {@link #NONE}, or null where nothing was recognised. */
  private @Nullable String find(JsonNode node, int depth) {
    if (depth > MAX_DEPTH) {
      return null;
    }
    if (node.isValueNode()) {
      return node.isNull() ? null : node.asText();
    }
    if (Messages.isMessage(node)) {
      return orNone(Messages.spoken(node));
    }
    return node.isArray() ? inArray(node, depth) : inObject(node, depth);
  }

  private @Nullable String inObject(JsonNode object, int depth) {
    boolean recognised = false;
    for (var envelope : envelopes) {
      var inner = object.get(envelope);
      if (inner != null && !inner.isNull()) {
        // The first of n alternatives is the one that was used.
        var text =
            envelope.equals("args")
                ? firstOf(inner, depth + 1)
                : find(isAlternatives(envelope, inner) ? inner.get(0) : inner, depth + 1);
        if (text != null && !text.isBlank()) {
          return text;
        }
        recognised |= text != null;
      }
    }
    if (recognised) {
      return NONE;
    }
    // The arguments of a traced function, its parameter named as its author liked.
    return object.size() == 1 ? find(object.elements().next(), depth + 1) : null;
  }

  /** Of a call's arguments, the first with text; the object it was called on has none. */
  private @Nullable String firstOf(JsonNode args, int depth) {
    for (var arg : args) {
      var text = arg.isTextual() && isObjectOfPython(arg.textValue()) ? null : find(arg, depth);
      if (text != null && !text.isBlank()) {
        return text;
      }
    }
    return null;
  }

  /** Python's {@code <Stream object at 0x…>}. */
  static boolean isObjectOfPython(String text) {
    return text.startsWith("<") && text.endsWith(">") && text.contains(" object at 0x");
  }

  private static boolean isAlternatives(String envelope, JsonNode inner) {
    return inner.isArray()
        && !inner.isEmpty()
        && switch (envelope) {
          case "choices", "candidates", "generations" -> true;
          default -> false;
        };
  }

  private @Nullable String inArray(JsonNode array, int depth) {
    if (array.isEmpty()) {
      return null;
    }
    var streamed = Streamed.text(array);
    if (streamed != null) {
      return streamed;
    }
    var messages = new ArrayList<JsonNode>();
    for (var item : array) {
      if (Messages.isMessage(item)) {
        messages.add(item);
      }
    }
    if (!messages.isEmpty()) {
      return lastSpoken(messages);
    }
    // A batch of one: [[message, …]]
    if (array.size() == 1) {
      return find(array.get(0), depth + 1);
    }
    return Messages.plain(array, false, depth);
  }

  /** What the speaker said last; of others, nothing: a question is no answer. */
  private String lastSpoken(List<JsonNode> messages) {
    for (var message : messages.reversed()) {
      if (Messages.role(message, speaker).equals(speaker)) {
        var text = Messages.spoken(message);
        if (text != null) {
          return text;
        }
      }
    }
    return NONE;
  }

  private static String orNone(@Nullable String text) {
    return text == null ? NONE : text;
  }
}
