package dev.assay.judging;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.model.Score;
import dev.langchain4j.model.chat.request.json.JsonBooleanSchema;
import dev.langchain4j.model.chat.request.json.JsonEnumSchema;
import dev.langchain4j.model.chat.request.json.JsonNumberSchema;
import dev.langchain4j.model.chat.request.json.JsonSchemaElement;
import dev.langchain4j.model.chat.request.json.JsonStringSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the value of a judge's verdict may be: told to the model, and held against its answer. */
sealed interface ValueType {
  record Bool() implements ValueType {}

  /** Bounds are inclusive. */
  record Number(@Nullable Double min, @Nullable Double max) implements ValueType {}

  record Text() implements ValueType {}

  record OneOf(List<String> allowed) implements ValueType {
    public OneOf {
      allowed = List.copyOf(allowed);
    }
  }

  /** In words, for the prompt, for the schema, and for a model that got it wrong. */
  default String words() {
    return switch (this) {
      case Bool() -> "true or false";
      case Number(var min, var max) -> "a number" + range(min, max);
      case Text() -> "a string of at most " + Verdict.MAX_TEXT + " characters";
      case OneOf(var allowed) -> "one of \"" + String.join("\", \"", allowed) + "\"";
    };
  }

  /** As JSON Schema. Strict schemas know no minimum and maximum: the description has them. */
  default JsonSchemaElement schema() {
    return switch (this) {
      case Bool() -> JsonBooleanSchema.builder().description("the verdict").build();
      case Number _ -> JsonNumberSchema.builder().description("the verdict: " + words()).build();
      case Text() -> JsonStringSchema.builder().description("the verdict: " + words()).build();
      case OneOf(var allowed) ->
          JsonEnumSchema.builder().enumValues(allowed).description("the verdict").build();
    };
  }

  /** The score, or null where the node is no such value. */
  default @Nullable Score read(JsonNode value) {
    return switch (this) {
      case Bool() -> value.isBoolean() ? new Score.Bool(value.booleanValue()) : null;
      case Number(var min, var max) -> {
        var number = value.isNumber() ? value.doubleValue() : Double.NaN;
        yield Double.isFinite(number)
                && (min == null || number >= min)
                && (max == null || number <= max)
            ? new Score.Num(number)
            : null;
      }
      case Text() ->
          value.isTextual() && value.textValue().length() <= Verdict.MAX_TEXT
              ? new Score.Text(value.textValue())
              : null;
      case OneOf(var allowed) ->
          value.isTextual() && allowed.contains(value.textValue())
              ? new Score.Text(value.textValue())
              : null;
    };
  }

  private static String range(@Nullable Double min, @Nullable Double max) {
    return (min == null ? "" : " of at least " + plain(min))
        + (min == null || max == null ? "" : " and")
        + (max == null ? "" : " at most " + plain(max));
  }

  private static String plain(double number) {
    return number == Math.rint(number) && Math.abs(number) < 1e15
        ? Long.toString((long) number)
        : Double.toString(number);
  }
}
