package dev.assay.api;

import dev.assay.model.QualityWindow.Counts;
import dev.assay.quality.Estimate;
import org.jspecify.annotations.Nullable;

/**
 * What was counted, and what it says about the population.
 *
 * @param passRate absent where nothing passed or failed
 */
record QualityEstimate(Counts counts, @Nullable Estimate passRate) {
  static QualityEstimate of(Counts counts) {
    return new QualityEstimate(counts, Estimate.of(counts));
  }

  /** The weighted mean of the values that are numbers; absent where there are none. */
  @Nullable Double mean() {
    return counts.values() > 0 && counts.valueWeight() > 0
        ? counts.valueWeightedSum() / counts.valueWeight()
        : null;
  }
}
