package dev.assay.demo;

import java.time.Duration;

/**
 * How long each phase but the last one lasts; {@link Phase#RECOVERED} lasts until the end.
 * Durations may be zero, which leaves the phase out.
 */
public record Schedule(
    Duration baseline,
    Duration canary,
    Duration half,
    Duration full,
    Duration degraded,
    Duration rollback) {
  private static final Duration WHOLE = Duration.ofMinutes(10);

  public Schedule {
    for (var phase : new Duration[] {baseline, canary, half, full, degraded, rollback}) {
      if (phase.isNegative()) {
        throw new IllegalArgumentException("a phase must last >= 0 s, was " + phase);
      }
    }
  }

  /** The whole story within ten minutes, two and a half of them recovered. */
  public static Schedule ofTenMinutes() {
    return new Schedule(
        Duration.ofSeconds(120),
        Duration.ofSeconds(45),
        Duration.ofSeconds(30),
        Duration.ofSeconds(45),
        Duration.ofSeconds(180),
        Duration.ofSeconds(30));
  }

  /**
   * The story for a run of this length: that of ten minutes, compressed if the run is shorter.
   *
   * @throws IllegalArgumentException if the run is not longer than zero
   */
  public static Schedule over(Duration run) {
    if (!run.isPositive()) {
      throw new IllegalArgumentException("a run must last > 0 s, was " + run);
    }
    return run.compareTo(WHOLE) >= 0
        ? ofTenMinutes()
        : ofTenMinutes().scaled((double) run.toNanos() / WHOLE.toNanos());
  }

  private Schedule scaled(double factor) {
    return new Schedule(
        scaled(baseline, factor),
        scaled(canary, factor),
        scaled(half, factor),
        scaled(full, factor),
        scaled(degraded, factor),
        scaled(rollback, factor));
  }

  private static Duration scaled(Duration duration, double factor) {
    return Duration.ofNanos((long) (duration.toNanos() * factor));
  }

  /** The phase at a time after the start. */
  public Phase at(Duration elapsed) {
    var now = Phase.BASELINE;
    for (var phase : Phase.values()) {
      if (elapsed.compareTo(startOf(phase)) >= 0) {
        now = phase;
      }
    }
    return now;
  }

  /** When a phase begins, after the start. */
  public Duration startOf(Phase phase) {
    var start = Duration.ZERO;
    for (var before : Phase.values()) {
      if (before.compareTo(phase) < 0) {
        start = start.plus(lengthOf(before));
      }
    }
    return start;
  }

  private Duration lengthOf(Phase phase) {
    return switch (phase) {
      case BASELINE -> baseline;
      case CANARY -> canary;
      case HALF -> half;
      case FULL -> full;
      case DEGRADED -> degraded;
      case ROLLBACK -> rollback;
      case RECOVERED -> throw new IllegalArgumentException("RECOVERED has no end");
    };
  }
}
