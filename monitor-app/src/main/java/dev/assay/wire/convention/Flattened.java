package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.opentelemetry.proto.common.v1.AnyValue;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lists and maps that an SDK spread over dotted keys ({@code 0.message.role}, {@code
 * 0.message.content}, {@code 1.message.role} …), put together again.
 *
 * <p>An index is an order, not an address: gaps take no room, so {@code 999999999.x} is one item.
 * At most {@value #MAX_SLOTS} nodes and {@value #MAX_DEPTH} levels are built; what lies beyond is
 * left out.
 */
final class Flattened {
  static final int MAX_SLOTS = 10_001;
  static final int MAX_DEPTH = 12;

  private final Node root = new Node();
  private int slots = MAX_SLOTS;

  /** What these paths and texts spell, or null if that is nothing. */
  static @Nullable JsonNode of(Map<String, String> texts) {
    var flattened = new Flattened();
    texts.forEach(
        (path, text) -> flattened.put(path, AnyValue.newBuilder().setStringValue(text).build()));
    return flattened.tree();
  }

  /** One value at its path, the prefix removed. */
  void put(String path, AnyValue value) {
    var node = root;
    int start = 0;
    for (int depth = 0; depth < MAX_DEPTH; depth++) {
      int dot = path.indexOf('.', start);
      var segment = dot < 0 ? path.substring(start) : path.substring(start, dot);
      var next = node.child(segment);
      if (next == null) {
        if (slots == 0) {
          return;
        }
        slots--;
        next = node.add(segment);
      }
      node = next;
      if (dot < 0) {
        node.value = value;
        return;
      }
      start = dot + 1;
    }
  }

  /** What was put, or null if that was nothing. */
  @Nullable JsonNode tree() {
    return root.isEmpty() ? null : root.tree();
  }

  private static final class Node {
    private @Nullable AnyValue value;
    private @Nullable Map<String, Node> fields;
    private @Nullable TreeMap<Integer, Node> items;

    @Nullable Node child(String segment) {
      int index = index(segment);
      if (index >= 0) {
        return items == null ? null : items.get(index);
      }
      return fields == null ? null : fields.get(segment);
    }

    Node add(String segment) {
      var node = new Node();
      int index = index(segment);
      if (index >= 0) {
        items = items == null ? new TreeMap<>() : items;
        items.put(index, node);
      } else {
        fields = fields == null ? new LinkedHashMap<>() : fields;
        fields.put(segment, node);
      }
      return node;
    }

    boolean isEmpty() {
      return value == null && fields == null && items == null;
    }

    JsonNode tree() {
      if (items != null) {
        var array = JsonNodeFactory.instance.arrayNode(items.size());
        items.values().forEach(item -> array.add(item.tree()));
        return array;
      }
      if (fields != null) {
        var object = JsonNodeFactory.instance.objectNode();
        fields.forEach((name, field) -> object.set(name, field.tree()));
        return object;
      }
      return value == null ? JsonNodeFactory.instance.nullNode() : Values.tree(value);
    }

    /** The number a segment of digits stands for, or −1. */
    private static int index(String segment) {
      if (segment.isEmpty() || segment.length() > 9) {
        return -1;
      }
      int index = 0;
      for (int i = 0; i < segment.length(); i++) {
        int digit = segment.charAt(i) - '0';
        if (digit < 0 || digit > 9) {
          return -1;
        }
        index = index * 10 + digit;
      }
      return index;
    }
  }
}
