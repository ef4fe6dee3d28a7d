package dev.assay.worker;

import java.time.Duration;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** When to try again. Delays are jittered, so that what failed together does not return so. */
final class RetryDelays {
  private static final Duration LEAST_WAIT = Duration.ofSeconds(1);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

  private final Duration first;
  private final Duration longest;
  // java.util.Random and no newer generator: threads share it.
  private final Random random;

  RetryDelays(Duration first, Duration longest, long seed) {
    this.first = first;
    this.longest = longest;
    this.random = new Random(seed);
  }

  /**
   * After an attempt failed: doubling from the first to the longest, half to all of it; or what the
   * scorer asked for and up to a fifth more, where that is later.
   *
   * @param attempt that failed, ≥ 1
   */
  Duration afterAttempt(int attempt, @Nullable Duration asked) {
    double backoff =
        Math.min(
            (double) longest.toMillis(), first.toMillis() * Math.pow(2, Math.min(attempt - 1, 40)));
    double millis = backoff * between(0.5, 1);
    return asked == null
        ? millis(millis)
        : millis(Math.max(millis, asked.toMillis() * between(1, 1.2)));
  }

  /**
   * When nobody was asked: half as long again as the request is old, so that a long outage does not
   * have every request go round and round; 1 s to 5 min, but not before what was asked for.
   */
  Duration whileUnavailable(Duration age, @Nullable Duration asked) {
    double wait = Math.clamp(age.toMillis() / 2.0, LEAST_WAIT.toMillis(), LONGEST_WAIT.toMillis());
    return millis(Math.max(wait, asked == null ? 0 : asked.toMillis()) * between(1, 1.2));
  }

  private double between(double low, double high) {
    return low + (high - low) * random.nextDouble();
  }

  private static Duration millis(double millis) {
    return Duration.ofMillis(Math.max(1, Math.round(millis)));
  }
}
