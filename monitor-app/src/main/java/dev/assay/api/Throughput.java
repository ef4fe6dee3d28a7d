package dev.assay.api;

import dev.assay.metrics.Meter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What this process did over the last minute, from its own counters: the overview's figures. Where
 * a role runs in another process, its counters do not move here and there is no figure.
 */
final class Throughput {
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final int KEPT = 31;
  private static final String ALL = "\u0000all";

  // Which outcomes of a counter make its figure; none: all of them.
  private static final Map<Meter, Set<String>> COUNTED =
      Map.of(
          Meter.SPANS, Set.of("read"),
          Meter.TRACES, Set.of("assembled", "published"),
          Meter.ASSESSMENTS, Set.of(),
          Meter.DEAD_LETTERS, Set.of());

  private record Sample(long nanos, Map<Meter, Map<String, Double>> totals) {}

  private final PrometheusRegistry registry;
  private final Deque<Sample> samples = new ArrayDeque<>();

  Throughput(PrometheusRegistry registry) {
    this.registry = registry;
  }

  /** Samples for as long as the executor runs. */
  ScheduledExecutorService start() {
    var timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("assay-throughput").daemon().factory());
    var _ =
        timer.scheduleAtFixedRate(
            () -> sample(System.nanoTime()), 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    return timer;
  }

  /**
   * Takes a sample.
   *
   * @param nanos of a clock that only goes forward
   */
  synchronized void sample(long nanos) {
    samples.addLast(new Sample(nanos, totals()));
    if (samples.size() > KEPT) {
      samples.removeFirst();
    }
  }

  /** A second, over the last minute at most; empty before the second sample or without counts. */
  OptionalDouble rate(Meter meter) {
    return rate(meter, ALL);
  }

  /** The same of one application. */
  OptionalDouble rate(Meter meter, String app) {
    Sample first;
    Sample last;
    synchronized (this) {
      if (samples.size() < 2) {
        return OptionalDouble.empty();
      }
      first = samples.getFirst();
      last = samples.getLast();
    }
    var now = last.totals().getOrDefault(meter, Map.of()).get(app);
    if (now == null) {
      return OptionalDouble.empty();
    }
    double before = first.totals().getOrDefault(meter, Map.of()).getOrDefault(app, 0.0);
    double seconds = (last.nanos() - first.nanos()) / 1e9;
    // A series that was handed over starts again at 0, as Prometheus knows.
    return seconds <= 0
        ? OptionalDouble.empty()
        : OptionalDouble.of((now >= before ? now - before : now) / seconds);
  }

  /** Whether there are figures yet. */
  synchronized boolean isReady() {
    return samples.size() >= 2;
  }

  /** Since the process started. */
  double total(Meter meter) {
    synchronized (this) {
      return samples.isEmpty()
          ? 0
          : samples.getLast().totals().getOrDefault(meter, Map.of()).getOrDefault(ALL, 0.0);
    }
  }

  private Map<Meter, Map<String, Double>> totals() {
    var totals = new HashMap<Meter, Map<String, Double>>();
    var names =
        COUNTED.keySet().stream()
            .flatMap(meter -> List.of(meter.baseName(), meter.prometheusName()).stream())
            .collect(java.util.stream.Collectors.toSet());
    for (var snapshot : registry.scrape(names::contains)) {
      if (!(snapshot instanceof CounterSnapshot counter)) {
        continue;
      }
      for (var meter : COUNTED.keySet()) {
        if (counter.getMetadata().getName().equals(meter.baseName())) {
          var byApp = totals.computeIfAbsent(meter, _ -> new HashMap<>());
          counter.getDataPoints().forEach(point -> add(byApp, meter, point));
        }
      }
    }
    return totals;
  }

  private static void add(Map<String, Double> byApp, Meter meter, CounterDataPointSnapshot point) {
    var outcomes = COUNTED.getOrDefault(meter, Set.of());
    var outcome = point.getLabels().get("outcome");
    if (!outcomes.isEmpty() && (outcome == null || !outcomes.contains(outcome))) {
      return;
    }
    byApp.merge(ALL, point.getValue(), Double::sum);
    var app = point.getLabels().get("app");
    if (app != null) {
      byApp.merge(app, point.getValue(), Double::sum);
    }
  }
}
