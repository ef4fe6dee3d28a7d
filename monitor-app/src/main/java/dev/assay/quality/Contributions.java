package dev.assay.quality;

import dev.assay.metrics.LabelBounds;
import dev.assay.model.Assessment;
import dev.assay.model.Outcome;
import dev.assay.model.QualitySeries;
import dev.assay.model.QualityWindow;
import dev.assay.model.QualityWindow.Counts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What an assessment changes: differences to windows of its series. */
final class Contributions {
  /**
   * The largest weight: an application states its own sampling probability, and one of 1e-200 would
   * make its squares infinite for ever.
   */
  static final double MAX_WEIGHT = 1e9;

  /** Numbers further from 0 are left out of averages, for the same reason. */
  static final double MAX_NUMBER = 1e15;

  private Contributions() {}

  /**
   * One difference for the assessment, and a negative one for what it supersedes; of a withdrawal,
   * that alone. A trace counts in the minute in which it ended; what is backfilled, in the running
   * total only.
   */
  static List<QualityWindow> of(Assessment assessment) {
    var series =
        new QualitySeries(
            cut(assessment.app()),
            cut(assessment.environment()),
            cut(assessment.appVersion()),
            cut(assessment.name()),
            cut(assessment.scorerVersion()),
            assessment.source());
    var changes = new ArrayList<QualityWindow>(2);
    if (!assessment.isWithdrawal()) {
      var score = assessment.score();
      changes.add(
          window(
              series,
              assessment.backfill(),
              assessment.traceEndNanos(),
              counts(
                  assessment.outcome(),
                  assessment.weight(),
                  score == null ? null : score.asNumber()),
              assessment.outcome() == Outcome.FAIL ? assessment.traceId() : null));
    }
    var superseded = assessment.supersedes();
    if (superseded != null) {
      changes.add(
          window(
              series,
              assessment.backfill(),
              superseded.traceEndNanos(),
              Counts.ZERO.minus(
                  counts(superseded.outcome(), superseded.weight(), superseded.number())),
              null));
    }
    return List.copyOf(changes);
  }

  /** What takes a difference back. */
  static QualityWindow negated(QualityWindow change) {
    return new QualityWindow(
        change.series(),
        change.startNanos(),
        change.lengthNanos(),
        Counts.ZERO.minus(change.counts()),
        null);
  }

  private static QualityWindow window(
      QualitySeries series,
      boolean totalOnly,
      long endNanos,
      Counts counts,
      @Nullable String failedTraceId) {
    return totalOnly || endNanos < 0
        ? QualityWindow.total(series, counts, failedTraceId)
        : QualityWindow.minute(series, endNanos, counts, failedTraceId);
  }

  private static Counts counts(Outcome outcome, double weight, @Nullable Double number) {
    return Counts.of(
        outcome,
        Math.clamp(weight, 1, MAX_WEIGHT),
        number != null && Math.abs(number) <= MAX_NUMBER ? number : null);
  }

  private static String cut(String label) {
    return label.length() > LabelBounds.MAX_LENGTH
        ? label.substring(0, LabelBounds.MAX_LENGTH)
        : label;
  }
}
