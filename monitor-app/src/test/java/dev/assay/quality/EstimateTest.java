package dev.assay.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.assay.model.Outcome;
import dev.assay.model.QualityWindow.Counts;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EstimateTest {
  /** Method 3 of Newcombe, Statistics in Medicine 17, 1998, table I; and 10 of 10. */
  @ParameterizedTest
  @CsvSource({
    "81, 263, 0.2553, 0.3662",
    "15, 148, 0.0624, 0.1605",
    "0, 20, 0.0000, 0.1611",
    "1, 29, 0.0061, 0.1718",
    "10, 10, 0.7225, 1.0000",
    "5, 10, 0.2366, 0.7634"
  })
  void theIntervalIsThePublishedOne(int passed, int of, double lower, double upper) {
    var estimate = Estimate.of(counts(passed, 1, of - passed, 1));

    assertThat(estimate).isNotNull();
    assertThat(estimate.ratio()).isEqualTo((double) passed / of);
    assertThat(estimate.lower()).isEqualTo(lower, within(5e-5));
    assertThat(estimate.upper()).isEqualTo(upper, within(5e-5));
    assertThat(estimate.effectiveSamples()).isEqualTo(of, within(1e-9));
  }

  @Test
  void nothingJudgedIsNoEstimate() {
    assertThat(Estimate.of(Counts.ZERO)).isNull();
    assertThat(Estimate.of(Counts.of(Outcome.ERROR, 1, null))).isNull();
    assertThat(Estimate.of(Counts.of(Outcome.NONE, 4, 0.5))).isNull();
  }

  @Test
  void theRatioIsWeighted() {
    // one in ten of the passed was looked at, every failed one
    var estimate = Estimate.of(counts(90, 10, 100, 1));

    assertThat(estimate).isNotNull();
    assertThat(estimate.ratio()).isEqualTo(0.9);
  }

  @Test
  void equalWeightsOfAnySizeAreWorthTheirNumber() {
    assertThat(Estimate.of(counts(70, 20, 30, 20)))
        .isNotNull()
        .extracting(Estimate::effectiveSamples)
        .isEqualTo(100.0);
  }

  @Test
  void weightsThatDoNotDependOnTheOutcomeGiveKishsSize() {
    var counts = counts(40, 1, 10, 1).plus(counts(40, 5, 10, 5));

    var estimate = Estimate.of(counts);

    assertThat(estimate).isNotNull();
    double kish = Math.pow(50 + 250, 2) / (50 + 50 * 25);
    assertThat(estimate.effectiveSamples()).isEqualTo(kish, within(1e-9));
  }

  @Test
  void aHandfulOfUnequalWeightsIsNeverWorthMoreThanItsNumber() {
    var estimate = Estimate.of(counts(1, 1, 1, 100));

    assertThat(estimate).isNotNull();
    assertThat(estimate.effectiveSamples()).isEqualTo(2);
  }

  @Test
  void whatIsTakenBackLeavesNoTrace() {
    var counts = counts(3, 1 / 0.3, 0, 1).minus(counts(2, 1 / 0.3, 0, 1));
    var fewer = counts.plus(counts(0, 1, 1, 1 / 0.7)).minus(counts(1, 1 / 0.3, 0, 1));

    var estimate = Estimate.of(fewer);

    assertThat(estimate).isNotNull();
    assertThat(estimate.ratio()).isZero();
    assertThat(estimate.effectiveSamples()).isEqualTo(1, within(1e-9));
  }

  @Test
  void anEstimateIsInOrder() {
    assertThatThrownBy(() -> new Estimate(0.5, 0.6, 0.7, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0 <= lower <= ratio <= upper <= 1");
    assertThatThrownBy(() -> new Estimate(0.5, 0.4, 0.7, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("effective samples");
  }

  /**
   * Traces pass with a probability; which of them are looked at depends on a sampling probability,
   * which may depend on the outcome. Over many populations the ratio is right on average, and the
   * interval holds the truth in about 95 of 100.
   */
  @ParameterizedTest(name = "p={0}, n={1}: sampled at {2} if passed, {3} if failed, half at {4}×")
  @CsvSource({
    // every trace is looked at
    "0.50,   60, 1,    1,    1",
    "0.90,  100, 1,    1,    1",
    "0.95,  400, 1,    1,    1",
    // one rate for all
    "0.90, 2000, 0.1,  0.1,  1",
    "0.70, 2000, 0.05, 0.05, 1",
    // half of the traces at a fifth of the rate, whatever their outcome
    "0.90, 2000, 0.5,  0.5,  0.2",
    // a collector that keeps every failed trace and one in twenty of the rest
    "0.95, 8000, 0.05, 1,    1",
    // and one that keeps the good
    "0.80, 8000, 1,    0.1,  1"
  })
  void theIntervalCoversSampledPopulations(
      double passRatio, int traces, double ofPassed, double ofFailed, double half) {
    int populations = 2_000;
    var random = new SplittableRandom(42);
    int covered = 0;
    double sum = 0;
    for (int i = 0; i < populations; i++) {
      var counts = Counts.ZERO;
      for (int trace = 0; trace < traces; trace++) {
        boolean passed = random.nextDouble() < passRatio;
        double probability = (passed ? ofPassed : ofFailed) * (trace % 2 == 0 ? 1 : half);
        if (random.nextDouble() < probability) {
          counts =
              counts.plus(Counts.of(passed ? Outcome.PASS : Outcome.FAIL, 1 / probability, null));
        }
      }
      var estimate = Estimate.of(counts);
      assertThat(estimate).isNotNull();
      sum += estimate.ratio();
      if (estimate.lower() <= passRatio && passRatio <= estimate.upper()) {
        covered++;
      }
    }
    assertThat(sum / populations).as("mean of the ratio").isEqualTo(passRatio, within(0.003));
    assertThat((double) covered / populations).as("coverage").isBetween(0.93, 0.97);
  }

  @Test
  void theUnweightedRatioWouldNotDo() {
    // the same collector: 95 of 100 pass, but of what is seen nearly every second one failed
    var counts = counts(95, 20, 100, 1);

    assertThat((double) counts.passed() / (counts.passed() + counts.failed())).isLessThan(0.5);
    assertThat(Estimate.of(counts)).isNotNull().extracting(Estimate::ratio).isEqualTo(0.95);
  }

  private static Counts counts(int passed, double passedWeight, int failed, double failedWeight) {
    var counts = Counts.ZERO;
    for (int i = 0; i < passed; i++) {
      counts = counts.plus(Counts.of(Outcome.PASS, passedWeight, null));
    }
    for (int i = 0; i < failed; i++) {
      counts = counts.plus(Counts.of(Outcome.FAIL, failedWeight, null));
    }
    return counts;
  }
}
