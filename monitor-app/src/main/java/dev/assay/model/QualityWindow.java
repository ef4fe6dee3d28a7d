package dev.assay.model;

import org.jspecify.annotations.Nullable;

/**
 * One series in one window of time: weighted counts that add up, from which every estimate is made.
 * Windows are minutes by the end of the trace; beside them a series has one window of all time, its
 * running total.
 *
 * @param startNanos by trace end, nanoseconds since 1970-01-01T00:00:00Z, a whole minute; 0 for the
 *     running total
 * @param lengthNanos of the window: {@link #MINUTE}, or {@link #ALL_TIME} for the running total
 * @param counts what was counted
 * @param lastFailedTraceId an example to look at
 */
public record QualityWindow(
    QualitySeries series,
    long startNanos,
    long lengthNanos,
    Counts counts,
    @Nullable String lastFailedTraceId) {
  /** One minute in nanoseconds. */
  public static final long MINUTE = 60_000_000_000L;

  /** The length that says: since the series began. */
  public static final long ALL_TIME = Long.MAX_VALUE;

  public QualityWindow {
    if (lengthNanos <= 0) {
      throw new IllegalArgumentException("window_nanos must be > 0, was " + lengthNanos);
    }
  }

  /** The running total of a series. */
  public static QualityWindow total(
      QualitySeries series, Counts counts, @Nullable String lastFailedTraceId) {
    return new QualityWindow(series, 0, ALL_TIME, counts, lastFailedTraceId);
  }

  /**
   * The minute that holds a point of time.
   *
   * @param atNanos nanoseconds since 1970-01-01T00:00:00Z, ≥ 0
   */
  public static QualityWindow minute(
      QualitySeries series, long atNanos, Counts counts, @Nullable String lastFailedTraceId) {
    return new QualityWindow(series, atNanos - atNanos % MINUTE, MINUTE, counts, lastFailedTraceId);
  }

  /** Whether this is the running total of its series. */
  public boolean isTotal() {
    return lengthNanos == ALL_TIME;
  }

  /** With a difference to the same window added; its failed trace, where it has one, is newer. */
  public QualityWindow plus(QualityWindow difference) {
    return new QualityWindow(
        series,
        startNanos,
        lengthNanos,
        counts.plus(difference.counts),
        difference.lastFailedTraceId == null ? lastFailedTraceId : difference.lastFailedTraceId);
  }

  /**
   * Counts and sums of weights (1/sampling probability) of assessments. They may be negative for a
   * while in a difference.
   *
   * @param judgedWeightSquared over passed and failed: gives the effective sample size
   * @param failedWeightSquared the part of it that failed
   * @param values assessments with a number
   * @param valueWeightedSum weight × number over those
   */
  public record Counts(
      long passed,
      long failed,
      long unjudged,
      long errors,
      double passedWeight,
      double failedWeight,
      double unjudgedWeight,
      double errorWeight,
      double judgedWeightSquared,
      double failedWeightSquared,
      long values,
      double valueWeight,
      double valueWeightedSum) {
    public static final Counts ZERO = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** What one assessment adds. */
    public static Counts of(Outcome outcome, double weight, @Nullable Double number) {
      boolean pass = outcome == Outcome.PASS;
      boolean fail = outcome == Outcome.FAIL;
      boolean none = outcome == Outcome.NONE;
      boolean error = outcome == Outcome.ERROR;
      return new Counts(
          pass ? 1 : 0,
          fail ? 1 : 0,
          none ? 1 : 0,
          error ? 1 : 0,
          pass ? weight : 0,
          fail ? weight : 0,
          none ? weight : 0,
          error ? weight : 0,
          pass || fail ? weight * weight : 0,
          fail ? weight * weight : 0,
          number == null ? 0 : 1,
          number == null ? 0 : weight,
          number == null ? 0 : weight * number);
    }

    public Counts plus(Counts other) {
      return new Counts(
          passed + other.passed,
          failed + other.failed,
          unjudged + other.unjudged,
          errors + other.errors,
          passedWeight + other.passedWeight,
          failedWeight + other.failedWeight,
          unjudgedWeight + other.unjudgedWeight,
          errorWeight + other.errorWeight,
          judgedWeightSquared + other.judgedWeightSquared,
          failedWeightSquared + other.failedWeightSquared,
          values + other.values,
          valueWeight + other.valueWeight,
          valueWeightedSum + other.valueWeightedSum);
    }

    public Counts minus(Counts other) {
      return new Counts(
          passed - other.passed,
          failed - other.failed,
          unjudged - other.unjudged,
          errors - other.errors,
          passedWeight - other.passedWeight,
          failedWeight - other.failedWeight,
          unjudgedWeight - other.unjudgedWeight,
          errorWeight - other.errorWeight,
          judgedWeightSquared - other.judgedWeightSquared,
          failedWeightSquared - other.failedWeightSquared,
          values - other.values,
          valueWeight - other.valueWeight,
          valueWeightedSum - other.valueWeightedSum);
    }

    /** The count of one outcome. */
    public long count(Outcome outcome) {
      return switch (outcome) {
        case PASS -> passed;
        case FAIL -> failed;
        case NONE -> unjudged;
        case ERROR -> errors;
      };
    }

    /** The sum of weights of one outcome. */
    public double weight(Outcome outcome) {
      return switch (outcome) {
        case PASS -> passedWeight;
        case FAIL -> failedWeight;
        case NONE -> unjudgedWeight;
        case ERROR -> errorWeight;
      };
    }
  }
}
