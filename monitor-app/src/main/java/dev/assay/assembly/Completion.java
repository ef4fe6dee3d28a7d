package dev.assay.assembly;

import java.time.Duration;

/**
 * When a trace of an application is complete, and for how long it may be reopened. All times are
 * counted on the clock of arrival, never on the spans' own.
 *
 * @param rootGrace from the end of the root to the close: other hosts' exporters send in batches
 * @param idle from the last span to the close, where no root has ended
 * @param maxAge from the first span to the close, whatever is still running
 * @param reopenWindow from the first close, in which a late span may make a new revision; zero:
 *     never
 */
public record Completion(
    Duration rootGrace, Duration idle, Duration maxAge, Duration reopenWindow) {
  public static final Completion DEFAULT =
      new Completion(
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofMinutes(10));

  public Completion {
    requireUpToADay("root grace", rootGrace, Duration.ZERO);
    requireUpToADay("idle", idle, Duration.ofMillis(1));
    requireUpToADay("max age", maxAge, Duration.ofMillis(1));
    requireUpToADay("reopen window", reopenWindow, Duration.ZERO);
  }

  private static void requireUpToADay(String name, Duration value, Duration atLeast) {
    if (value.compareTo(atLeast) < 0 || value.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "%s must be %s to PT24H, was %s".formatted(name, atLeast, value));
    }
  }
}
