package dev.assay.api;

import dev.assay.model.QualityWindow.Counts;
import org.jspecify.annotations.Nullable;

/**
 * What was counted, and what it says about the population.
 *
 * @param passRate absent where nothing passed or failed
 */
public record QualityEstimate(Counts counts, @Nullable PassRate passRate) {
  /**
   * The weighted share that passed, with its 95 % interval.
   *
   * @param ratio in [0, 1], as are the ends of the interval
   * @param effectiveSamples how many unweighted samples would be as precise
   */
  public record PassRate(double ratio, double lower, double upper, double effectiveSamples) {}

  /** The weighted mean of the values that are numbers; absent where there are none. */
  public @Nullable Double mean() {
    return counts.valueWeight() > 0 ? counts.valueWeightedSum() / counts.valueWeight() : null;
  }
}
