package dev.assay.judging;

import dev.assay.model.ScorerSpec;
import dev.assay.scoring.InvalidScorerException;
import dev.assay.scoring.Parameter;
import dev.assay.scoring.Scorer;
import dev.assay.scoring.ScorerFactory;
import java.util.List;
import java.util.Set;

/** {@code prompt}: the owner's own instructions, and a value of a stated type. */
final class PromptFactory implements ScorerFactory {
  private static final int MAX_CHOICES = 50;

  private final Models models;

  PromptFactory(Models models) {
    this.models = models;
  }

  @Override
  public String kind() {
    return "prompt";
  }

  @Override
  public String description() {
    return "A model follows the given instructions and gives a value of the given type.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.required(
            "instructions",
            "string",
            "what to judge, with at least one of {{ inputs }}, {{ outputs }}, {{ expectations }}"),
        Parameter.optional(
            "value",
            "string",
            "type of the value: boolean (the default), number, string or one_of"),
        Parameter.optional("min", "number", "the least value, with value: number"),
        Parameter.optional("max", "number", "the greatest value, with value: number"),
        Parameter.optional(
            "one_of", "list of strings", "the allowed values; implies value: one_of"),
        JudgeParameters.MODEL);
  }

  @Override
  public String value() {
    return "boolean, number or string";
  }

  @Override
  public String example() {
    return """
    model: openai:/gpt-4o-mini
    instructions: |
      How well does the answer deal with the question, from 1 (not at all) to 5 (fully)?
      Question: {{ inputs }}
      Answer: {{ outputs }}
    value: number
    min: 1
    max: 5
    """;
  }

  @Override
  public Scorer create(ScorerSpec spec) throws InvalidScorerException {
    var parameters = JudgeParameters.of(spec);
    return new Judge(
        spec.name(),
        PromptTemplate.parse("parameters.instructions", parameters.string("instructions")),
        type(parameters),
        models.model("parameters.model", parameters.string("model")),
        models);
  }

  private static ValueType type(JudgeParameters parameters) throws InvalidScorerException {
    var type = parameters.string("value", parameters.has("one_of") ? "one_of" : "boolean");
    return switch (type) {
      case "boolean" -> {
        parameters.refuse(Set.of("min", "max", "one_of"), "with value: boolean");
        yield new ValueType.Bool();
      }
      case "string" -> {
        parameters.refuse(Set.of("min", "max", "one_of"), "with value: string");
        yield new ValueType.Text();
      }
      case "number" -> {
        parameters.refuse(Set.of("one_of"), "with value: number");
        var min = parameters.number("min");
        var max = parameters.number("max");
        if (min != null && max != null && min >= max) {
          throw new InvalidScorerException(
              "parameters.max", "must be over min (%s), was %s".formatted(min, max));
        }
        yield new ValueType.Number(min, max);
      }
      case "one_of" -> {
        parameters.refuse(Set.of("min", "max"), "with value: one_of");
        yield new ValueType.OneOf(parameters.strings("one_of", MAX_CHOICES));
      }
      default ->
          throw new InvalidScorerException(
              "parameters.value",
              "'%s' is not a type; allowed: boolean, number, string, one_of".formatted(type));
    };
  }
}
