package dev.assay.assembly;

import java.time.Duration;

/**
 * When sessions are complete, and what they may take. Times are counted on the clock of arrival.
 *
 * @param idle from the last turn to the close
 * @param maxAge from the first turn to the close, whatever is still said
 * @param reopenWindow after the close, in which a later turn makes the next revision; later, a
 *     session of its own
 * @param maxTurns kept, 1 to 10,000; the earliest to arrive go first
 * @param maxBytes of turns kept, 64 KiB to 7 MiB; likewise
 */
public record SessionConfig(
    Duration idle, Duration maxAge, Duration reopenWindow, int maxTurns, int maxBytes) {
  public static final SessionConfig DEFAULT =
      new SessionConfig(
          Duration.ofMinutes(5), Duration.ofDays(1), Duration.ofDays(1), 500, 1024 * 1024);

  public SessionConfig {
    within("idle", idle, Duration.ofMillis(1));
    within("max age", maxAge, Duration.ofMillis(1));
    within("reopen window", reopenWindow, Duration.ZERO);
    if (maxTurns < 1 || maxTurns > 10_000) {
      throw new IllegalArgumentException("max turns must be 1 to 10,000, was " + maxTurns);
    }
    if (maxBytes < 64 * 1024 || maxBytes > 7 * 1024 * 1024) {
      throw new IllegalArgumentException("max bytes must be 65,536 to 7 MiB, was " + maxBytes);
    }
  }

  private static void within(String name, Duration value, Duration atLeast) {
    if (value.compareTo(atLeast) < 0 || value.compareTo(Duration.ofDays(7)) > 0) {
      throw new IllegalArgumentException(
          "%s must be %s to PT168H, was %s".formatted(name, atLeast, value));
    }
  }
}
