package dev.assay.api;

import dev.assay.model.Outcome;
import dev.assay.model.QualityWindow.Counts;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts by minute in memory, with Wilson intervals as the quality stage would give them. */
final class FakeQuality implements QualityReader {
  record Key(String app, String environment, String version, String scorer) {}

  private final Clock clock;
  private final Map<Key, Map<Long, Counts>> minutes = new LinkedHashMap<>();

  FakeQuality(Clock clock) {
    this.clock = clock;
  }

  /** Adds verdicts so many minutes ago. */
  void add(String app, String version, String scorer, long minutesAgo, int passed, int failed) {
    var counts = Counts.ZERO;
    for (int i = 0; i < passed + failed; i++) {
      counts = counts.plus(Counts.of(i < passed ? Outcome.PASS : Outcome.FAIL, 1, null));
    }
    add(app, version, scorer, minutesAgo, counts);
  }

  void add(String app, String version, String scorer, long minutesAgo, Counts counts) {
    minutes
        .computeIfAbsent(new Key(app, "production", version, scorer), _ -> new LinkedHashMap<>())
        .merge(minute() - minutesAgo, counts, Counts::plus);
  }

  private long minute() {
    return clock.instant().getEpochSecond() / 60;
  }

  @Override
  public Duration reach() {
    return Duration.ofHours(25);
  }

  @Override
  public List<VersionMark> versions() {
    var first = new LinkedHashMap<Key, Long>();
    minutes.forEach((key, byMinute) ->
        byMinute
            .keySet()
            .forEach(minute ->
                first.merge(
                    new Key(key.app(), key.environment(), key.version(), ""), minute, Math::min)));
    return first.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .map(entry ->
            new VersionMark(
                entry.getKey().app(),
                entry.getKey().environment(),
                entry.getKey().version(),
                entry.getValue() * 60_000_000_000L))
        .toList();
  }

  @Override
  public List<QualityRow> rows(Duration window, Grouping grouping) {
    var sums = new LinkedHashMap<Key, Counts>();
    minutes.forEach((key, byMinute) ->
        byMinute.forEach((minute, counts) -> {
          if (minute > minute() - window.toMinutes()) {
            sums.merge(grouped(key, grouping), counts, Counts::plus);
          }
        }));
    return sums.entrySet().stream()
        .map(entry ->
            new QualityRow(
                entry.getKey().app(),
                entry.getKey().environment(),
                grouping == Grouping.VERSION ? entry.getKey().version() : null,
                entry.getKey().scorer(),
                estimate(entry.getValue())))
        .toList();
  }

  @Override
  public List<QualityTimeline> timelines(
      Duration window,
      Duration step,
      Grouping grouping,
      @Nullable String app,
      @Nullable String scorer) {
    var sums = new LinkedHashMap<Key, java.util.TreeMap<Long, Counts>>();
    long length = step.toMinutes();
    minutes.forEach((key, byMinute) -> {
      if ((app == null || app.equals(key.app()))
          && (scorer == null || scorer.equals(key.scorer()))) {
        byMinute.forEach((minute, counts) -> {
          if (minute > minute() - window.toMinutes()) {
            sums.computeIfAbsent(grouped(key, grouping), _ -> new java.util.TreeMap<>())
                .merge(minute / length * length, counts, Counts::plus);
          }
        });
      }
    });
    var timelines = new ArrayList<QualityTimeline>();
    sums.forEach((key, points) ->
        timelines.add(
            new QualityTimeline(
                key.app(),
                key.environment(),
                grouping == Grouping.VERSION ? key.version() : null,
                key.scorer(),
                points.entrySet().stream()
                    .map(point ->
                        new QualityTimeline.Point(
                            point.getKey() * 60_000_000_000L, estimate(point.getValue())))
                    .toList())));
    return timelines;
  }

  private static Key grouped(Key key, Grouping grouping) {
    return grouping == Grouping.VERSION
        ? key
        : new Key(key.app(), key.environment(), "", key.scorer());
  }

  static QualityEstimate estimate(Counts counts) {
    double n = counts.passed() + counts.failed();
    if (n == 0) {
      return new QualityEstimate(counts, null);
    }
    double p = counts.passed() / n;
    double z = 1.959964;
    double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
    double half = z * Math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
    return new QualityEstimate(
        counts,
        new QualityEstimate.PassRate(p, Math.max(0, centre - half), Math.min(1, centre + half), n));
  }
}
