package dev.assay.quality;

import dev.assay.model.QualityWindow.Counts;
import org.jspecify.annotations.Nullable;

/**
 * The share of all traces that pass, as far as the sampled ones tell.
 *
 * @param ratio in [0, 1]
 * @param lower end of the 95 % interval, in [0, ratio]
 * @param upper end of the 95 % interval, in [ratio, 1]
 * @param effectiveSamples how many equally weighted judgements tell as much, > 0
 */
public record Estimate(double ratio, double lower, double upper, double effectiveSamples) {
  /** Effective judgements of either outcome from which the variance is well enough known. */
  private static final double ENOUGH = 10;

  public Estimate {
    if (!(0 <= lower && lower <= ratio && ratio <= upper && upper <= 1)) {
      throw new IllegalArgumentException(
          "needed 0 <= lower <= ratio <= upper <= 1, were %s, %s, %s"
              .formatted(lower, ratio, upper));
    }
    if (!(effectiveSamples > 0)) {
      throw new IllegalArgumentException("effective samples must be > 0, were " + effectiveSamples);
    }
  }

  /**
   * From weighted counts; null where nothing passed or failed.
   *
   * <p>The ratio is Hájek's: Σw over passed / Σw over passed and failed, w = 1 / sampling
   * probability (J. Hájek, in "Foundations of Statistical Inference", 1971). It is unbiased but for
   * O(1/n), whatever the probabilities depend on.
   *
   * <p>The interval is {@linkplain Wilson Wilson's} on the effective sample size n* = p(1−p) /
   * V(p), V the linearised variance of the ratio, (Σw² over passed · (1−p)² + Σw² over failed · p²)
   * / (Σw)², which is 1 / (p(1−p) (1/a + 1/b)) with a and b Kish's sizes (Σw)²/Σw² (L. Kish,
   * "Survey Sampling", 1965) of the passed and of the failed. Equal weights give n; weights that do
   * not depend on the outcome give about (Σw)²/Σw²; and where they do, as when a collector keeps
   * every error and one in twenty of the rest, the interval still covers, which Kish's size of both
   * together does not. n* is at most n (Korn and Graubard, Survey Methodology 24, 1998), unless
   * there are ten effective judgements of either outcome to estimate V from.
   */
  public static @Nullable Estimate of(Counts counts) {
    // Weights are sums of differences, so nothing left may be 1e-17 in them; the counts are exact.
    double passed = counts.passed() > 0 ? Math.max(counts.passedWeight(), 0) : 0;
    double failed = counts.failed() > 0 ? Math.max(counts.failedWeight(), 0) : 0;
    if (passed + failed == 0) {
      return null;
    }
    double ratio = passed / (passed + failed);
    return Wilson.interval(ratio, effectiveSamples(counts, passed, failed, ratio));
  }

  private static double effectiveSamples(
      Counts counts, double passed, double failed, double ratio) {
    double ofPassed =
        kish(counts.passed(), passed, counts.judgedWeightSquared() - counts.failedWeightSquared());
    double ofFailed = kish(counts.failed(), failed, counts.failedWeightSquared());
    if (passed == 0 || failed == 0) {
      return ofPassed + ofFailed;
    }
    double samples = 1 / (ratio * (1 - ratio) * (1 / ofPassed + 1 / ofFailed));
    boolean enough = Math.min(ofPassed, ofFailed) >= ENOUGH;
    return enough ? samples : Math.min(samples, (double) counts.passed() + counts.failed());
  }

  private static double kish(long count, double weight, double weightSquared) {
    if (weight == 0) {
      return 0;
    }
    // At most the count, by Cauchy and Schwarz; the rest is rounding.
    return weightSquared > 0
        ? Math.min((double) count, weight * weight / weightSquared)
        : (double) count;
  }
}
