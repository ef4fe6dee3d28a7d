package dev.assay.scoring;

import dev.assay.model.Feedback;
import dev.assay.model.Trace;
import java.util.List;

/** Passes when a text contains all, or any, of some strings. */
final class ContainsScorer implements Scorer {
  static final ScorerFactory KIND =
      new BuiltIn(
          "contains",
          "The text contains every needle, or any of them. Fails where there is no text.",
          List.of(
              Needles.PARAMETER,
              Parameter.optional(
                  "match_any", "boolean", "one needle is enough; default false: all are needed"),
              Needles.CASE_SENSITIVE,
              TextField.PARAMETER),
          "boolean",
          "{needles: [\"Kind regards\"], case_sensitive: true}",
          parameters ->
              new ContainsScorer(
                  Needles.of(parameters),
                  parameters.flag("match_any", false),
                  TextField.of(parameters)));

  private final Needles needles;
  private final boolean any;
  private final TextField field;

  private ContainsScorer(Needles needles, boolean any, TextField field) {
    this.needles = needles;
    this.any = any;
    this.field = field;
  }

  @Override
  public List<Feedback> score(Trace trace) {
    var text = field.in(trace);
    if (text == null) {
      return List.of(Feedback.of(false, field.label() + " is missing"));
    }
    var found = needles.foundIn(text);
    boolean passed = any ? !found.isEmpty() : found.size() == needles.size();
    return List.of(
        Feedback.of(
            passed,
            passed
                ? field.label() + " contains " + Needles.quoted(found)
                : field.label() + " lacks " + Needles.quoted(needles.without(found))));
  }
}
