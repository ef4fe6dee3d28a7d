package dev.assay.scoring;

import dev.assay.model.Feedback;
import dev.assay.model.Trace;
import java.math.BigDecimal;
import java.util.List;

/** Passes when the trace took no longer than allowed. */
final class LatencyScorer implements Scorer {
  static final ScorerFactory KIND =
      new BuiltIn(
          "latency",
          "The trace took at most so long, from its first span's start to its last one's end.",
          List.of(Parameter.required("max_seconds", "number", "seconds, above 0, at most a day")),
          "boolean",
          "{max_seconds: 2.5}",
          parameters -> new LatencyScorer(parameters.positive("max_seconds", 86_400)));

  private final long maxNanos;

  private LatencyScorer(double maxSeconds) {
    this.maxNanos = Math.round(maxSeconds * 1e9);
  }

  @Override
  public List<Feedback> score(Trace trace) {
    long nanos = trace.header().durationNanos();
    return List.of(
        Feedback.of(
            nanos <= maxNanos,
            "took %s s, %s s allowed".formatted(seconds(nanos), seconds(maxNanos))));
  }

  private static String seconds(long nanos) {
    return BigDecimal.valueOf(nanos / 1_000_000, 3).stripTrailingZeros().toPlainString();
  }
}
