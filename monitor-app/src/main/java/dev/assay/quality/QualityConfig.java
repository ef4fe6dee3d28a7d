package dev.assay.quality;

import java.time.Duration;
import java.util.List;

/**
 * Settings of the quality stage.
 *
 * @param flushInterval how long counts gather before they go to their series' owner, 10 ms to 1
 *     min; default 500 ms
 * @param windowRetention how long minutes are kept and still counted into, from the longest window
 *     and a minute to 30 days; default 25 h
 * @param idRetention how long ids of worker-lane and human assessments are remembered at least, 1
 *     min to 30 days; default 25 h. A repeat after that counts twice
 * @param windows of the ratio gauges, whole minutes, ≥ 1; default 1m, 5m, 1h, 1d
 */
public record QualityConfig(
    Duration flushInterval,
    Duration windowRetention,
    Duration idRetention,
    List<Duration> windows) {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration MONTH = Duration.ofDays(30);

  public static final QualityConfig DEFAULTS =
      new QualityConfig(
          Duration.ofMillis(500),
          Duration.ofHours(25),
          Duration.ofHours(25),
          List.of(
              Duration.ofMinutes(1),
              Duration.ofMinutes(5),
              Duration.ofHours(1),
              Duration.ofDays(1)));

  public QualityConfig {
    within("flush interval", flushInterval, Duration.ofMillis(10), MINUTE);
    within("id retention", idRetention, MINUTE, MONTH);
    if (windows.isEmpty()) {
      throw new IllegalArgumentException("windows: at least one is needed");
    }
    windows = windows.stream().sorted().distinct().toList();
    for (var window : windows) {
      within("window", window, MINUTE, MONTH);
      if (!window.equals(Duration.ofMinutes(window.toMinutes()))) {
        throw new IllegalArgumentException("window must be whole minutes, was " + window);
      }
    }
    within("window retention", windowRetention, windows.getLast().plus(MINUTE), MONTH);
  }

  public QualityConfig withFlushInterval(Duration interval) {
    return new QualityConfig(interval, windowRetention, idRetention, windows);
  }

  private static void within(String name, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "%s must be from %s to %s, was %s".formatted(name, least, most, value));
    }
  }
}
