package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.opentelemetry.proto.common.v1.AnyValue;
import java.math.BigDecimal;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** OTLP's {@link AnyValue} as text, trees and numbers. Depth is bounded by protobuf's parser. */
final class Values {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private Values() {}

  /** Text form: lists and maps as JSON, bytes as base64; null where there is no value. */
  static @Nullable String text(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> value.getStringValue();
      case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
      case INT_VALUE -> Long.toString(value.getIntValue());
      case DOUBLE_VALUE -> Double.toString(value.getDoubleValue());
      case BYTES_VALUE -> base64(value);
      case ARRAY_VALUE, KVLIST_VALUE -> tree(value).toString();
      case STRING_VALUE_STRINDEX, VALUE_NOT_SET -> null;
    };
  }

  static JsonNode tree(AnyValue value) {
    return switch (value.getValueCase()) {
      case STRING_VALUE -> NODES.textNode(value.getStringValue());
      case BOOL_VALUE -> NODES.booleanNode(value.getBoolValue());
      case INT_VALUE -> NODES.numberNode(value.getIntValue());
      // JSON has no NaN and no infinity
      case DOUBLE_VALUE ->
          Double.isFinite(value.getDoubleValue())
              ? NODES.numberNode(value.getDoubleValue())
              : NODES.textNode(Double.toString(value.getDoubleValue()));
      case BYTES_VALUE -> NODES.textNode(base64(value));
      case ARRAY_VALUE -> {
        var array = NODES.arrayNode(value.getArrayValue().getValuesCount());
        value.getArrayValue().getValuesList().forEach(item -> array.add(tree(item)));
        yield array;
      }
      case KVLIST_VALUE -> {
        var object = NODES.objectNode();
        value
            .getKvlistValue()
            .getValuesList()
            .forEach(entry -> object.set(entry.getKey(), tree(entry.getValue())));
        yield object;
      }
      case STRING_VALUE_STRINDEX, VALUE_NOT_SET -> NODES.nullNode();
    };
  }

  /** A finite number, also where an SDK sent it as text; else null. */
  static @Nullable Double number(@Nullable AnyValue value) {
    if (value == null) {
      return null;
    }
    return switch (value.getValueCase()) {
      case INT_VALUE -> Double.valueOf((double) value.getIntValue());
      case DOUBLE_VALUE -> finite(value.getDoubleValue());
      case STRING_VALUE -> number(value.getStringValue());
      case BOOL_VALUE,
          BYTES_VALUE,
          ARRAY_VALUE,
          KVLIST_VALUE,
          STRING_VALUE_STRINDEX,
          VALUE_NOT_SET ->
          null;
    };
  }

  /** A finite number, also where it stands as text; else null. */
  static @Nullable Double number(@Nullable JsonNode node) {
    if (node == null) {
      return null;
    }
    return node.isNumber() ? finite(node.doubleValue()) : number(node.textValue());
  }

  /** A finite number that stands as text; else null. */
  static @Nullable Double number(@Nullable String text) {
    // Longer than any number an SDK writes; BigDecimal takes quadratic time on long ones.
    if (text == null || text.isEmpty() || text.length() > 32) {
      return null;
    }
    try {
      return finite(new BigDecimal(text.strip()).doubleValue());
    } catch (NumberFormatException notANumber) {
      return null;
    }
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? Double.valueOf(value) : null;
  }

  private static String base64(AnyValue value) {
    return Base64.getEncoder().encodeToString(value.getBytesValue().toByteArray());
  }
}
