package dev.assay.demo;

import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;

/** How long a trace takes: log-normal, and far from each other when normal and when slow. */
final class Latency {
  /** No other trace takes longer. */
  static final Duration NORMAL = Duration.ofSeconds(7);

  /** A slow trace takes at least this long. */
  static final Duration SLOW = Duration.ofSeconds(12);

  private static final Duration SLOWEST = Duration.ofSeconds(45);

  private Latency() {}

  static Duration draw(Duration median, Set<Defect> defects, SplittableRandom random) {
    double factor = Math.exp(0.35 * random.nextGaussian());
    return defects.contains(Defect.SLOW)
        ? clamp(Duration.ofSeconds(17), factor, SLOW, SLOWEST)
        : clamp(median, factor, Duration.ofMillis(80), NORMAL);
  }

  private static Duration clamp(Duration median, double factor, Duration min, Duration max) {
    long nanos = (long) (median.toNanos() * factor);
    return Duration.ofNanos(Math.clamp(nanos, min.toNanos(), max.toNanos()));
  }
}
