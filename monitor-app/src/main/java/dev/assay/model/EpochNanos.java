package dev.assay.model;

import java.time.Instant;
import java.time.InstantSource;

/** Time as records hold it: nanoseconds since 1970-01-01T00:00:00Z, which end in 2262. */
public final class EpochNanos {
  private static final long SECOND = 1_000_000_000;

  private EpochNanos() {}

  /**
   * Of an instant.
   *
   * @throws ArithmeticException if it is before 1677 or after 2262
   */
  public static long of(Instant instant) {
    return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), SECOND), instant.getNano());
  }

  /** Now. */
  public static long now(InstantSource clock) {
    return of(clock.instant());
  }

  /** The instant they stand for. */
  public static Instant instant(long nanos) {
    return Instant.ofEpochSecond(0, nanos);
  }
}
