package dev.assay.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The value of an assessment: a boolean, a number, a string, or a list or map of these. */
public sealed interface Score {
  record Bool(boolean value) implements Score {}

  /** Always finite. */
  record Num(double value) implements Score {
    public Num {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("a score must be a finite number, was " + value);
      }
    }
  }

  record Text(String value) implements Score {}

  /** Elements are Bool, Num or Text. */
  record Items(List<Score> values) implements Score {
    public Items {
      values = List.copyOf(values);
      values.forEach(Score::requirePrimitive);
    }
  }

  /** Values are Bool, Num or Text; in insertion order. */
  record Fields(Map<String, Score> values) implements Score {
    public Fields {
      values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
      values.values().forEach(Score::requirePrimitive);
    }
  }

  /**
   * What plain Java values mean: Boolean, Number, CharSequence, Enum, a List or a Map with string
   * keys of these.
   *
   * @throws IllegalArgumentException if it is anything else, nested deeper, or not finite
   */
  static Score of(@Nullable Object value) {
    return switch (value) {
      case null -> throw new IllegalArgumentException("a score must not be null");
      case Score score -> score;
      case Boolean bool -> new Bool(bool);
      case Number number -> new Num(number.doubleValue());
      case CharSequence text -> new Text(text.toString());
      case Enum<?> constant -> new Text(constant.name());
      case List<?> list -> {
        var items = new ArrayList<Score>();
        list.forEach(item -> items.add(of(item)));
        yield new Items(items);
      }
      case Map<?, ?> map -> {
        var fields = new LinkedHashMap<String, Score>();
        map.forEach((key, item) -> fields.put(String.valueOf(key), of(item)));
        yield new Fields(fields);
      }
      default ->
          throw new IllegalArgumentException(
              "a score must be a boolean, number, string, or a list or map of these, was "
                  + value.getClass().getName());
    };
  }

  /** The plain Java value: the inverse of {@link #of}. */
  default Object toObject() {
    return switch (this) {
      case Bool(var value) -> value;
      case Num(var value) -> value;
      case Text(var value) -> value;
      case Items(var values) -> values.stream().map(Score::toObject).toList();
      case Fields(var values) -> {
        var plain = new LinkedHashMap<String, Object>();
        values.forEach((key, value) -> plain.put(key, value.toObject()));
        yield plain;
      }
    };
  }

  /** As a number for averages: a boolean counts 1 or 0; a string, list or map has none. */
  default @Nullable Double asNumber() {
    return switch (this) {
      case Bool(var value) -> value ? 1.0 : 0.0;
      case Num(var value) -> value;
      case Text _, Items _, Fields _ -> null;
    };
  }

  private static void requirePrimitive(Score score) {
    if (score instanceof Items || score instanceof Fields) {
      throw new IllegalArgumentException(
          "a list or map score holds booleans, numbers and strings, not lists or maps");
    }
  }
}
