package dev.assay.quality;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import java.util.Locale;
import org.apache.kafka.streams.kstream.ForeachAction;

/**
 * Feeds the histograms: scores, with the trace as exemplar, and the time from a trace's end to its
 * assessment. What is backfilled is left out: its scores are old news and its delay is no delay.
 *
 * <p>Histograms are not rolled back: an assessment whose transaction is aborted is observed again
 * when it is processed again. Counts that must be exact come from {@link QualityCollector}.
 */
public final class ObserveAssessments implements ForeachAction<String, Counted> {
  private final Metrics metrics;

  public ObserveAssessments(Metrics metrics) {
    this.metrics = metrics;
  }

  @Override
  public void apply(String traceId, Counted counted) {
    var assessment = counted.assessment();
    if (assessment.backfill() || assessment.isWithdrawal()) {
      return;
    }
    var score = assessment.score();
    var number = score == null ? null : score.asNumber();
    if (number != null) {
      metrics.observe(
          Meter.SCORE,
          number,
          assessment.traceId(),
          assessment.app(),
          assessment.environment(),
          assessment.appVersion(),
          assessment.name());
    }
    metrics.observe(
        Meter.SCORING_SECONDS,
        Math.max(0, assessment.createdNanos() - assessment.traceEndNanos()) / 1e9,
        assessment.traceId(),
        assessment.scorer(),
        assessment.lane().name().toLowerCase(Locale.ROOT));
  }
}
