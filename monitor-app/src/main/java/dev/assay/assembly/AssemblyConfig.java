package dev.assay.assembly;

import dev.assay.wire.RootSelector;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/**
 * When traces are complete, and what they may take.
 *
 * @param completion of an application that {@code apps} does not name
 * @param maxSpans that close a trace at once, 1 to 10,000
 * @param maxBytes of OTLP that close a trace at once, 1,024 to 7 MiB
 * @param keptBytes of closed traces a partition keeps so that a late span can reopen them, ≥ 0; the
 *     oldest go first
 * @param apps by {@code service.name} of a trace's first span
 * @param rootSelector the span whose inputs and outputs are the trace's, where spans do not tell
 */
public record AssemblyConfig(
    Completion completion,
    int maxSpans,
    int maxBytes,
    long keptBytes,
    Map<String, Completion> apps,
    RootSelector rootSelector) {
  private static final int MAX_BYTES = 7 * 1024 * 1024;

  public static final AssemblyConfig DEFAULT =
      new AssemblyConfig(Completion.DEFAULT, 10_000, 5 * 1024 * 1024, 256L << 20, Map.of());

  public AssemblyConfig {
    requireBetween("max spans", maxSpans, 1, 10_000);
    requireBetween("max bytes", maxBytes, 1_024, MAX_BYTES);
    if (keptBytes < 0) {
      throw new IllegalArgumentException("kept bytes must be >= 0, was " + keptBytes);
    }
    apps = Map.copyOf(apps);
  }

  /** The application's root is found by what the spans say. */
  public AssemblyConfig(
      Completion completion,
      int maxSpans,
      int maxBytes,
      long keptBytes,
      Map<String, Completion> apps) {
    this(completion, maxSpans, maxBytes, keptBytes, apps, RootSelector.NONE);
  }

  /** Alike for every application, whose root is found by what the spans say. */
  public AssemblyConfig(
      Duration rootGrace,
      Duration idle,
      Duration maxAge,
      int maxSpans,
      int maxBytes,
      Duration reopenWindow) {
    this(
        new Completion(rootGrace, idle, maxAge, reopenWindow),
        maxSpans,
        maxBytes,
        DEFAULT.keptBytes(),
        Map.of(),
        RootSelector.NONE);
  }

  Completion completion(String app) {
    return apps.getOrDefault(app, completion);
  }

  /** The longest time from one revision of a trace to the next, and some for a busy stage. */
  public Duration longestRevision() {
    return Stream.concat(Stream.of(completion), apps.values().stream())
        .map(each -> each.reopenWindow().plus(each.maxAge()))
        .reduce(Duration.ofMinutes(5), (a, b) -> a.compareTo(b) > 0 ? a : b)
        .plusMinutes(5);
  }

  private static void requireBetween(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s must be %,d to %,d, was %,d".formatted(name, min, max, value));
    }
  }
}
