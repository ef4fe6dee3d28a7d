package dev.assay.scoring;

import com.google.common.primitives.UnsignedLong;
import dev.assay.model.Feedback;
import dev.assay.model.ScorerError;
import dev.assay.model.Trace;
import dev.cel.common.CelErrorCode;
import dev.cel.runtime.CelEvaluationException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The value of a CEL expression over the whole trace. */
final class ExpressionScorer implements Scorer {
  static final ScorerFactory KIND =
      new BuiltIn(
          "expression",
          "The value of a [CEL](https://cel.dev) expression over `trace`: its fields, the parsed"
              + " `inputs` and `outputs`, and its `spans`. Checked against the fields' types when"
              + " it is loaded; bounded in cost when it runs.",
          List.of(
              Parameter.required(
                  "expression", "string", "CEL, of a boolean, number or string; see below")),
          "boolean, number or string",
          "{expression: \"!trace.spans.exists(s, s.type == 'TOOL' && s.status == 'ERROR')\"}",
          parameters ->
              new ExpressionScorer(
                  Expression.compile(parameters.text("expression", Expression.MAX_CHARS))));

  private final Expression expression;
  private final String shown;

  private ExpressionScorer(Expression expression) {
    this.expression = expression;
    this.shown = Excerpt.of(expression.source(), 500);
  }

  @Override
  public List<Feedback> score(Trace trace) {
    Map<Long, Boolean> conjuncts = new HashMap<>();
    expression.conjuncts().keySet().forEach(id -> conjuncts.put(id, true));
    var budget = new ExpressionBudget(conjuncts);
    try {
      var value = expression.evaluate(trace, budget);
      if (budget.isSpent()) {
        return List.of(Feedback.failed(overBudget()));
      }
      return List.of(feedback(value, conjuncts));
    } catch (CelEvaluationException e) {
      boolean over = budget.isSpent() || e.getErrorCode() == CelErrorCode.ITERATION_BUDGET_EXCEEDED;
      return List.of(
          Feedback.failed(
              over
                  ? overBudget()
                  : new ScorerError(
                      "EXPRESSION_ERROR", Excerpt.of(String.valueOf(e.getMessage()), 500))));
    }
  }

  private Feedback feedback(Object value, Map<Long, Boolean> conjuncts) {
    return switch (value) {
      case Boolean bool ->
          Feedback.of(bool, bool ? "true: " + shown : "false: " + failing(conjuncts));
      case Double number when !Double.isFinite(number) ->
          Feedback.failed(
              new ScorerError("EXPRESSION_VALUE", "the value is " + number + ", not a number"));
      case Double number -> Feedback.of(number, shown);
      case Long number -> Feedback.of(number, shown);
      case UnsignedLong number -> Feedback.of(number.doubleValue(), shown);
      case String text when text.length() <= Expression.MAX_CHARS -> Feedback.of(text, shown);
      case Object other ->
          Feedback.failed(
              new ScorerError(
                  "EXPRESSION_VALUE",
                  "the value is neither a boolean nor a number nor a string of at most %d characters"
                      .formatted(Expression.MAX_CHARS)));
    };
  }

  /** Of a conjunction, what was false; for the rest, the expression. */
  private String failing(Map<Long, Boolean> conjuncts) {
    return Optional.of(
            conjuncts.entrySet().stream()
                .filter(entry -> !entry.getValue())
                .map(entry -> expression.conjuncts().get(entry.getKey()))
                .map(text -> Excerpt.of(String.valueOf(text), 300))
                .limit(3)
                .collect(Collectors.joining("; ")))
        .filter(text -> !text.isEmpty())
        .orElse(shown);
  }

  private static ScorerError overBudget() {
    return new ScorerError(
        "EXPRESSION_BUDGET",
        "stopped after %d units of work: the expression does too much on this trace"
            .formatted(ExpressionBudget.UNITS));
  }
}
