package dev.assay.wire.convention;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.assay.wire.Json;
import io.opentelemetry.proto.common.v1.AnyValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An input or an output: its JSON text, as the application gave it where that was JSON, and the
 * tree of it. Absent (null) where there is nothing to read: blank text, JSON null.
 */
record Content(String json, JsonNode tree) {
  /** Characters beyond which text is not parsed: a tree is many times as large. */
  private static final int MAX_PARSED = 1024 * 1024;

  private static final ObjectReader READER =
      Json.mapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Text that is meant as text, even where it looks like JSON. */
  static @Nullable Content ofText(@Nullable String text) {
    return text == null || text.isBlank() ? null : new Content(quote(text), new TextNode(text));
  }

  /** A tree, written out. */
  static @Nullable Content ofTree(@Nullable JsonNode tree) {
    return tree == null || tree.isNull() || tree.isMissingNode()
        ? null
        : new Content(tree.toString(), tree);
  }

  /** JSON of any kind; text where it is none. */
  static @Nullable Content ofJson(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    var tree = parse(text);
    if (tree == null) {
      return ofText(text);
    }
    return tree.isNull() ? null : new Content(text, tree);
  }

  /**
   * Text of which nobody said what it is: JSON if it is an object or an array, else plain text
   * ({@code 42} and {@code true} are what a user typed).
   */
  static @Nullable Content of(@Nullable String text) {
    return text == null || !looksLikeContainer(text) ? ofText(text) : ofJson(text);
  }

  /** A structured value as JSON; a string as {@link #of(String)} has it. */
  static @Nullable Content of(@Nullable AnyValue value) {
    if (value == null) {
      return null;
    }
    return value.hasStringValue() ? of(value.getStringValue()) : ofTree(Values.tree(value));
  }

  /** The tree of JSON text, or null where it is not JSON, or more than is worth a tree. */
  static @Nullable JsonNode parse(String text) {
    if (text.length() > MAX_PARSED) {
      return null;
    }
    try {
      var tree = READER.readTree(text);
      return tree == null || tree.isMissingNode() ? null : tree;
    } catch (JsonProcessingException notJson) {
      return null;
    }
  }

  static boolean looksLikeContainer(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!Character.isWhitespace(c)) {
        return c == '{' || c == '[';
      }
    }
    return false;
  }

  /** A value as text: a string without its quotes, anything else as JSON. */
  static String text(JsonNode node) {
    return node.isValueNode() ? node.asText() : node.toString();
  }

  /** The string in a JSON string; any other text as it stands. */
  static String unquoted(String text) {
    var tree = text.startsWith("\"") ? parse(text) : null;
    return tree != null && tree.isTextual() ? tree.textValue() : text;
  }

  /** Texts as a JSON list. */
  static String list(List<String> texts) {
    var array = JsonNodeFactory.instance.arrayNode(texts.size());
    texts.forEach(array::add);
    return array.toString();
  }

  /** The text as a JSON string. */
  static String quote(@Nullable String text) {
    return TextNode.valueOf(text == null ? "" : text).toString();
  }
}
