package dev.assay.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RetryDelaysTest {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  @Property
  void delaysDoubleUpToTheLongest(
      @ForAll @IntRange(min = 1, max = 1_000) int attempt, @ForAll long seed) {
    var delay = new RetryDelays(FIRST, LONGEST, seed).afterAttempt(attempt, null);
    var full = Duration.ofSeconds(Math.min(60, 1L << Math.min(attempt - 1, 30)));
    assertThat(delay).isBetween(full.dividedBy(2), full);
  }

  @Property
  void nobodyComesBackBeforeTheProviderAllowsIt(
      @ForAll @IntRange(min = 1, max = 5) int attempt,
      @ForAll @IntRange(min = 0, max = 600) int seconds,
      @ForAll long seed) {
    var asked = Duration.ofSeconds(seconds);
    var delays = new RetryDelays(FIRST, LONGEST, seed);
    assertThat(delays.afterAttempt(attempt, asked)).isGreaterThanOrEqualTo(asked);
    assertThat(delays.whileUnavailable(Duration.ZERO, asked)).isGreaterThanOrEqualTo(asked);
  }

  @Property(tries = 50)
  void aDayOfOutageIsFewRounds(@ForAll long seed) {
    var delays = new RetryDelays(FIRST, LONGEST, seed);
    var age = Duration.ZERO;
    int rounds = 0;
    for (; age.compareTo(Duration.ofDays(1)) < 0; rounds++) {
      age = age.plus(delays.whileUnavailable(age, null));
    }
    // a dozen while young, then one in five minutes
    assertThat(rounds).isBetween(200, 310);
  }
}
