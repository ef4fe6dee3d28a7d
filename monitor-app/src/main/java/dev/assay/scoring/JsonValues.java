package dev.assay.scoring;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableList;
import dev.cel.common.values.NullValue;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** JSON text as CEL values: maps, lists, strings, int or double, bool, null. */
final class JsonValues {
  private JsonValues() {}

  /** Text that is not JSON, or beyond the reader's bounds, is a string. */
  static Object of(String text) {
    try (var parser = JsonText.MAPPER.getFactory().createParser(text)) {
      if (parser.nextToken() == null) {
        return text;
      }
      var value = value(parser);
      return parser.nextToken() == null ? value : text;
    } catch (IOException notJson) {
      return text;
    }
  }

  /** How many values there are within a value, itself included. */
  static long weight(@Nullable Object value) {
    return switch (value) {
      case JsonObject object -> object.weight();
      case List<?> list -> {
        long weight = 1;
        for (var item : list) {
          weight += weight(item);
        }
        yield weight;
      }
      case null, default -> 1;
    };
  }

  private static Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> {
        var items = ImmutableList.builder();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(value(parser));
        }
        yield items.build();
      }
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT ->
          switch (parser.getNumberType()) {
            case INT, LONG -> (Object) parser.getLongValue();
            case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> parser.getDoubleValue();
          };
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_NULL -> NullValue.NULL_VALUE;
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new IllegalStateException("a value cannot start with " + parser.currentToken());
    };
  }

  private static JsonObject object(JsonParser parser) throws IOException {
    var fields = new LinkedHashMap<String, Object>();
    long weight = 1;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      var name = parser.currentName();
      parser.nextToken();
      var value = value(parser);
      fields.put(name, value);
      weight += weight(value);
    }
    return new JsonObject(fields, weight);
  }
}
