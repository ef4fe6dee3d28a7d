package dev.assay.judging;

import dev.assay.model.ScorerSpec;
import dev.assay.scoring.InvalidScorerException;
import dev.assay.scoring.Parameter;
import dev.assay.scoring.Scorer;
import dev.assay.scoring.ScorerFactory;
import java.util.List;

/** {@code guidelines}: one verdict over all rules, true only if every one is kept. */
final class GuidelinesFactory implements ScorerFactory {
  private static final int MAX_RULES = 50;

  private final Models models;

  GuidelinesFactory(Models models) {
    this.models = models;
  }

  @Override
  public String kind() {
    return "guidelines";
  }

  @Override
  public String description() {
    return "A model says whether the answer keeps all of the given rules.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.required(
            "guidelines",
            "list of strings",
            "rules in plain words, or one rule as a string; at most " + MAX_RULES),
        JudgeParameters.MODEL);
  }

  @Override
  public String example() {
    return """
    model: openai:/gpt-4o-mini
    guidelines:
      - The answer is polite.
      - The answer never promises a refund.
    """;
  }

  @Override
  public Scorer create(ScorerSpec spec) throws InvalidScorerException {
    var parameters = JudgeParameters.of(spec);
    var rules = parameters.strings("guidelines", MAX_RULES);
    return new Judge(
        spec.name(),
        PromptTemplate.parse("parameters.guidelines", instructions(rules)),
        new ValueType.Bool(),
        models.model("parameters.model", parameters.string("model")),
        models);
  }

  private static String instructions(List<String> rules) throws InvalidScorerException {
    var text =
        new StringBuilder(
            "Does the application's answer keep every one of these guidelines? Judge only by them:"
                + " an answer that is bad in another way still keeps them. A guideline that does"
                + " not apply is kept.\n");
    for (int i = 0; i < rules.size(); i++) {
      var rule = rules.get(i);
      // A rule is text, not a template: braces would be taken for a variable.
      if (rule.contains("{{") || rule.contains("}}")) {
        throw new InvalidScorerException(
            "parameters.guidelines",
            "a guideline holds no variables; for instructions with variables use kind: prompt");
      }
      text.append("\n").append(i + 1).append(". ").append(rule.strip());
    }
    return text.append(
            "\n\n"
                + "What the user asked:\n"
                + "{{ inputs }}\n\n"
                + "What the application answered:\n"
                + "{{ outputs }}\n\n"
                + "The value is true if all guidelines are kept, otherwise false. The rationale"
                + " names the number of each guideline that is broken.")
        .toString();
  }
}
