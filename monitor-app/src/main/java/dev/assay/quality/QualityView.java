package dev.assay.quality;

import dev.assay.model.QualitySeries;
import dev.assay.model.QualityWindow;
import dev.assay.model.QualityWindow.Counts;
import dev.assay.model.SourceType;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * All of {@code assay.quality} in memory, as far back as the retention: any instance answers any
 * question from it. Fed by one thread, {@link FollowQuality}; asked by any.
 *
 * <p>A window of k minutes is the minute that runs and the k whole ones before it, by the end of
 * the trace: the freshest figure that is never of less than k minutes. What ends in the future, by
 * an application's clock, counts once that time has come.
 */
public final class QualityView {
  /** Steps of a time line that are given at most. */
  public static final int MAX_POINTS = 10_000;

  private final Clock clock;
  private final Duration retention;
  private final Map<RatioSeries, Map<QualitySeries, History>> ratios = new ConcurrentHashMap<>();
  private volatile boolean complete;

  /** Null before the first total. */
  private record Cell(Counts counts, @Nullable String lastFailedTraceId) {}

  private static final class History {
    final ConcurrentNavigableMap<Long, Cell> minutes = new ConcurrentSkipListMap<>();
    volatile Counts total = Counts.ZERO;
    volatile long totalMillis;
  }

  /**
   * @param retention how far back minutes are held; what the topic still has beyond is passed over
   */
  public QualityView(Clock clock, Duration retention) {
    this.clock = clock;
    this.retention = retention;
  }

  /**
   * Whether everything that was on the topic when reading began is in. Until then figures are of a
   * part.
   */
  public boolean isComplete() {
    return complete;
  }

  /**
   * The scorers whose assessments are held, by app, environment, scorer and version, and how they
   * stand.
   *
   * @param window whole minutes, ≥ 1
   */
  public List<SeriesSummary> summaries(Duration window, SeriesFilter filter) {
    var summaries = new ArrayList<SeriesSummary>();
    forEachRatio(
        filter,
        (ratio, histories) -> {
          var counts = Counts.ZERO;
          var total = Counts.ZERO;
          long lastSeen = 0;
          long lastFailedAt = -1;
          String lastFailed = null;
          for (var history : histories) {
            total = total.plus(history.total);
            var last = history.minutes.lastEntry();
            lastSeen = last == null ? lastSeen : Math.max(lastSeen, last.getKey());
            for (var minute : within(history, window).entrySet()) {
              counts = counts.plus(minute.getValue().counts());
              if (minute.getValue().lastFailedTraceId() != null
                  && minute.getKey() >= lastFailedAt) {
                lastFailedAt = minute.getKey();
                lastFailed = minute.getValue().lastFailedTraceId();
              }
            }
          }
          summaries.add(
              new SeriesSummary(ratio, counts, Estimate.of(counts), total, lastSeen, lastFailed));
        });
    summaries.sort(Comparator.comparing(SeriesSummary::series));
    return List.copyOf(summaries);
  }

  /** Of all scorers. */
  public List<SeriesSummary> summaries(Duration window) {
    return summaries(window, SeriesFilter.ALL);
  }

  /**
   * The sum of the series that match, step by step, oldest first and without gaps. Steps start at
   * multiples of their length since 1970; the last one holds now.
   *
   * @param back how far, ≥ step
   * @param step whole minutes, ≥ 1
   * @throws IllegalArgumentException if that is not so, or more than {@value #MAX_POINTS} steps
   */
  public List<Point> timeline(SeriesFilter filter, Duration back, Duration step) {
    if (step.compareTo(Duration.ofMinutes(1)) < 0 || step.toNanos() % QualityWindow.MINUTE != 0) {
      throw new IllegalArgumentException("step must be whole minutes, >= 1, was " + step);
    }
    if (back.compareTo(step) < 0 || back.dividedBy(step) >= MAX_POINTS) {
      throw new IllegalArgumentException(
          "back must be from one step of %s to %d of them, was %s"
              .formatted(step, MAX_POINTS - 1, back));
    }
    long length = step.toNanos();
    long now = nowNanos();
    long last = now - Math.floorMod(now, length);
    int steps = Math.toIntExact(back.dividedBy(step)) + 1;
    long first = last - (steps - 1) * length;
    var sums = new Counts[steps];
    Arrays.fill(sums, Counts.ZERO);
    forEachRatio(
        filter,
        (_, histories) -> {
          for (var history : histories) {
            for (var minute : history.minutes.subMap(first, true, now, true).entrySet()) {
              int at = Math.toIntExact((minute.getKey() - first) / length);
              sums[at] = sums[at].plus(minute.getValue().counts());
            }
          }
        });
    var points = new ArrayList<Point>(steps);
    for (int at = 0; at < steps; at++) {
      points.add(new Point(first + at * length, sums[at], Estimate.of(sums[at])));
    }
    return List.copyOf(points);
  }

  /** When each version of each application was first and last seen, oldest first. */
  public List<VersionMark> versions(SeriesFilter filter) {
    var marks = new TreeMap<RatioSeries, VersionMark>();
    forEachRatio(
        filter,
        (ratio, histories) -> {
          for (var history : histories) {
            var first = history.minutes.firstEntry();
            var last = history.minutes.lastEntry();
            if (first != null && last != null) {
              marks.merge(
                  new RatioSeries(ratio.app(), ratio.environment(), ratio.appVersion(), ""),
                  new VersionMark(
                      ratio.app(),
                      ratio.environment(),
                      ratio.appVersion(),
                      first.getKey(),
                      last.getKey()),
                  QualityView::earliestAndLatest);
            }
          }
        });
    return marks.values().stream()
        .sorted(
            Comparator.comparingLong(VersionMark::firstSeenNanos)
                .thenComparing(VersionMark::app)
                .thenComparing(VersionMark::appVersion))
        .toList();
  }

  /** Every series held, down to scorer version and source. */
  public List<QualitySeries> series() {
    return ratios.values().stream().flatMap(group -> group.keySet().stream()).toList();
  }

  /** Since the series began, backfilled assessments included; zero where none is held. */
  public Counts total(QualitySeries series) {
    var history = ratios.getOrDefault(RatioSeries.of(series), Map.of()).get(series);
    return history == null ? Counts.ZERO : history.total;
  }

  /** What a ratio is made of in a window. */
  Counts counts(RatioSeries ratio, Duration window) {
    var counts = Counts.ZERO;
    for (var history : judging(ratios.getOrDefault(ratio, Map.of()), _ -> true)) {
      for (var minute : within(history, window).values()) {
        counts = counts.plus(minute.counts());
      }
    }
    return counts;
  }

  /**
   * A window as it now stands; it replaces what was held of it. By the feeding thread only, as are
   * the two methods below.
   *
   * @param atMillis when it was written
   */
  void accept(QualityWindow window, long atMillis) {
    var oldest = clock.millis() - retention.toMillis();
    var age = window.isTotal() ? atMillis : TimeUnit.NANOSECONDS.toMillis(window.startNanos());
    if (age < oldest) {
      return;
    }
    var history =
        ratios
            .computeIfAbsent(RatioSeries.of(window.series()), _ -> new ConcurrentHashMap<>())
            .computeIfAbsent(window.series(), _ -> new History());
    if (window.isTotal()) {
      history.total = window.counts();
      history.totalMillis = atMillis;
    } else {
      history.minutes.put(
          window.startNanos(), new Cell(window.counts(), window.lastFailedTraceId()));
    }
  }

  /** Drops what is past the retention. */
  void prune() {
    long oldest = clock.millis() - retention.toMillis();
    for (var group : ratios.values()) {
      for (var history : group.values()) {
        history.minutes.headMap(TimeUnit.MILLISECONDS.toNanos(oldest)).clear();
      }
      group.values().removeIf(history -> history.minutes.isEmpty() && history.totalMillis < oldest);
    }
    ratios.values().removeIf(Map::isEmpty);
  }

  void complete(boolean isComplete) {
    complete = isComplete;
  }

  private interface RatioAction {
    void accept(RatioSeries ratio, Collection<History> histories);
  }

  private void forEachRatio(SeriesFilter filter, RatioAction action) {
    ratios.forEach((ratio, group) -> {
      if (filter.matches(ratio)) {
        var histories = judging(group, filter::matches);
        if (!histories.isEmpty()) {
          action.accept(ratio, histories);
        }
      }
    });
  }

  /** Without the verdicts of people, unless there are no others: see {@link RatioSeries}. */
  private static List<History> judging(
      Map<QualitySeries, History> group, Predicate<QualitySeries> wanted) {
    boolean onlyPeople =
        group.keySet().stream().allMatch(series -> series.source() == SourceType.HUMAN);
    return group.entrySet().stream()
        .filter(entry -> onlyPeople || entry.getKey().source() != SourceType.HUMAN)
        .filter(entry -> wanted.test(entry.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  private NavigableMap<Long, Cell> within(History history, Duration window) {
    long now = nowNanos();
    long from = now - Math.floorMod(now, QualityWindow.MINUTE) - window.toNanos();
    return history.minutes.subMap(from, true, now, true);
  }

  private static VersionMark earliestAndLatest(VersionMark a, VersionMark b) {
    return new VersionMark(
        a.app(),
        a.environment(),
        a.appVersion(),
        Math.min(a.firstSeenNanos(), b.firstSeenNanos()),
        Math.max(a.lastSeenNanos(), b.lastSeenNanos()));
  }

  private long nowNanos() {
    return TimeUnit.MILLISECONDS.toNanos(clock.millis());
  }
}
