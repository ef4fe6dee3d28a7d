package dev.assay.scoring;

import dev.assay.model.Feedback;
import dev.assay.model.Trace;
import java.util.List;

/** Passes when a text contains none of some strings. */
final class ExcludesScorer implements Scorer {
  static final ScorerFactory KIND =
      new BuiltIn(
          "excludes",
          "The text contains none of the needles. Passes where there is no text.",
          List.of(Needles.PARAMETER, Needles.CASE_SENSITIVE, TextField.PARAMETER),
          "boolean",
          "{needles: [\"as an AI language model\", \"TODO\"]}",
          parameters -> new ExcludesScorer(Needles.of(parameters), TextField.of(parameters)));

  private final Needles needles;
  private final TextField field;

  private ExcludesScorer(Needles needles, TextField field) {
    this.needles = needles;
    this.field = field;
  }

  @Override
  public List<Feedback> score(Trace trace) {
    var text = field.in(trace);
    if (text == null) {
      return List.of(Feedback.of(true, field.label() + " is missing"));
    }
    var found = needles.foundIn(text);
    return List.of(
        Feedback.of(
            found.isEmpty(),
            found.isEmpty()
                ? field.label() + " contains none of " + needles.size() + " needles"
                : field.label() + " contains " + Needles.quoted(found)));
  }
}
