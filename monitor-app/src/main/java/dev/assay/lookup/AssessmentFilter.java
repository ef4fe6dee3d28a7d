package dev.assay.lookup;

import dev.assay.model.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Which assessments to list; what is absent does not matter.
 *
 * @param scorer the scorer's name, or that of one of its feedbacks
 */
public record AssessmentFilter(
    @Nullable String app, @Nullable String scorer, @Nullable Outcome outcome) {
  public static final AssessmentFilter FAILING = new AssessmentFilter(null, null, Outcome.FAIL);

  boolean accepts(AssessmentRow row) {
    return (app == null || app.equals(row.app()))
        && (scorer == null || scorer.equals(row.scorer()) || scorer.equals(row.name()))
        && (outcome == null || outcome == row.outcome());
  }
}
