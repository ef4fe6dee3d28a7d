package dev.assay.api;

import dev.assay.model.Objective;
import dev.assay.quality.Estimate;
import org.jspecify.annotations.Nullable;

/**
 * A pass rate held against its scorer's objective. It takes the whole 95 % interval on the wrong
 * side to call it broken: a bad minute with six samples is not news.
 */
enum Standing {
  /** Nothing was promised, or nothing passed or failed. */
  NONE("", "none"),
  /** On the right side. */
  MET("meets objective", "ok"),
  /** On the wrong side, but it may be chance. */
  AT_RISK("at risk", "warn"),
  /** On the wrong side, and not by chance. */
  BURNING("burning", "bad");

  private final String words;
  private final String css;

  Standing(String words, String css) {
    this.words = words;
    this.css = css;
  }

  String words() {
    return words;
  }

  String css() {
    return css;
  }

  static Standing of(@Nullable Objective objective, QualityEstimate estimate) {
    var rate = estimate.passRate();
    if (objective == null || rate == null) {
      return NONE;
    }
    double target = objective.target();
    return switch (objective.direction()) {
      case AT_LEAST -> rate.ratio() >= target ? MET : rate.upper() >= target ? AT_RISK : BURNING;
      case AT_MOST -> rate.ratio() <= target ? MET : rate.lower() <= target ? AT_RISK : BURNING;
    };
  }

  /**
   * How many times faster than the objective allows its budget is being used: 1 is exactly on the
   * objective.
   */
  static double burnRate(Objective objective, Estimate rate) {
    return switch (objective.direction()) {
      case AT_LEAST -> (1 - rate.ratio()) / (1 - objective.target());
      case AT_MOST -> rate.ratio() / objective.target();
    };
  }
}
