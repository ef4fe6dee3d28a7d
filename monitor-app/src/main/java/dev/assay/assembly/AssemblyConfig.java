package dev.assay.assembly;

import dev.assay.wire.RootSelector;
import java.time.Duration;

/**
 * When a trace is complete. All times are counted on the clock of arrival, never on the spans' own.
 *
 * @param rootGrace from the end of the root to the close: other hosts' exporters send in batches
 * @param idle from the last span to the close, where no root has ended
 * @param maxAge from the first span to the close, whatever is still running
 * @param maxSpans that close a trace at once, 1 to 10,000
 * @param maxBytes of OTLP that close a trace at once, 1,024 to 7 MiB
 * @param reopenWindow after a close, in which a span is late and not the first of a new trace
 * @param rootSelector the span whose inputs and outputs are the trace's, where spans do not tell
 */
public record AssemblyConfig(
    Duration rootGrace,
    Duration idle,
    Duration maxAge,
    int maxSpans,
    int maxBytes,
    Duration reopenWindow,
    RootSelector rootSelector) {
  private static final int MAX_BYTES = 7 * 1024 * 1024;

  public static final AssemblyConfig DEFAULT =
      new AssemblyConfig(
          Duration.ofSeconds(2),
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          10_000,
          5 * 1024 * 1024,
          Duration.ofMinutes(10));

  /** The application's root is found by what the spans say. */
  public AssemblyConfig(
      Duration rootGrace,
      Duration idle,
      Duration maxAge,
      int maxSpans,
      int maxBytes,
      Duration reopenWindow) {
    this(rootGrace, idle, maxAge, maxSpans, maxBytes, reopenWindow, RootSelector.NONE);
  }

  public AssemblyConfig {
    requireUpToADay("root grace", rootGrace, Duration.ZERO);
    requireUpToADay("idle", idle, Duration.ofMillis(1));
    requireUpToADay("max age", maxAge, Duration.ofMillis(1));
    requireUpToADay("reopen window", reopenWindow, Duration.ZERO);
    requireBetween("max spans", maxSpans, 1, 10_000);
    requireBetween("max bytes", maxBytes, 1_024, MAX_BYTES);
  }

  private static void requireUpToADay(String name, Duration value, Duration atLeast) {
    if (value.compareTo(atLeast) < 0 || value.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException(
          "%s must be %s to PT24H, was %s".formatted(name, atLeast, value));
    }
  }

  private static void requireBetween(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s must be %,d to %,d, was %,d".formatted(name, min, max, value));
    }
  }
}
