package dev.assay.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one way to count. A meter is registered when it is first used, with the name, help and labels
 * of its {@link Meter}; label values are bounded. Thread-safe.
 */
public final class Metrics {
  private static final double[] SECONDS = {
    .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120
  };
  private static final double[] SCORES = {0, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1, 2, 5, 10, 100};

  private final PrometheusRegistry registry;
  private final LabelBounds bounds;
  private final Map<Meter, Counter> counters = new EnumMap<>(Meter.class);
  private final Map<Meter, Gauge> gauges = new EnumMap<>(Meter.class);
  private final Map<Meter, Histogram> histograms = new EnumMap<>(Meter.class);

  public Metrics(PrometheusRegistry registry, LabelBounds bounds) {
    this.registry = registry;
    this.bounds = bounds;
    // Registered at once: a series that has not moved yet is then described on the page, and
    // lookups need no lock. The quality stage's own meters are exposed by its collector.
    for (var meter : Meter.values()) {
      if (meter.exposedByQuality()) {
        continue;
      }
      var labels = meter.labels().toArray(String[]::new);
      switch (meter.type()) {
        case COUNTER ->
            counters.put(
                meter,
                Counter.builder()
                    .name(meter.baseName())
                    .help(meter.help())
                    .labelNames(labels)
                    .register(registry));
        case GAUGE ->
            gauges.put(
                meter,
                Gauge.builder()
                    .name(meter.baseName())
                    .help(meter.help())
                    .labelNames(labels)
                    .register(registry));
        case HISTOGRAM -> {
          var histogram =
              Histogram.builder().name(meter.baseName()).help(meter.help()).labelNames(labels);
          histograms.put(
              meter,
              (meter == Meter.SCORE
                      ? histogram.classicUpperBounds(SCORES)
                      : histogram.unit(Unit.SECONDS).classicUpperBounds(SECONDS))
                  .register(registry));
        }
      }
    }
  }

  /** For tests and tools: a registry of its own, 1,000 values a label. */
  public static Metrics standalone() {
    return new Metrics(new PrometheusRegistry(), new LabelBounds(1_000));
  }

  public PrometheusRegistry registry() {
    return registry;
  }

  public LabelBounds bounds() {
    return bounds;
  }

  /**
   * One more.
   *
   * @param labels values in the order of {@link Meter#labels}
   */
  public void count(Meter meter, String... labels) {
    add(meter, 1, labels);
  }

  /** One series of a counter, for whoever counts in it often: saves looking it up each time. */
  public Runnable counter(Meter meter, String... labels) {
    return of(counters, meter, Meter.Type.COUNTER).labelValues(bound(meter, labels))::inc;
  }

  /** So much more; ≥ 0. */
  public void add(Meter meter, double amount, String... labels) {
    of(counters, meter, Meter.Type.COUNTER).labelValues(bound(meter, labels)).inc(amount);
  }

  /** A gauge's value. */
  public void set(Meter meter, double value, String... labels) {
    of(gauges, meter, Meter.Type.GAUGE).labelValues(bound(meter, labels)).set(value);
  }

  /** Moves a gauge. */
  public void move(Meter meter, double by, String... labels) {
    of(gauges, meter, Meter.Type.GAUGE).labelValues(bound(meter, labels)).inc(by);
  }

  /** Takes a gauge's series off the page. */
  public void remove(Meter meter, String... labels) {
    of(gauges, meter, Meter.Type.GAUGE).remove(bound(meter, labels));
  }

  /**
   * One observation of a histogram.
   *
   * @param exemplarTraceId a trace to look at, shown with the bucket
   */
  public void observe(
      Meter meter, double value, @Nullable String exemplarTraceId, String... labels) {
    var point = of(histograms, meter, Meter.Type.HISTOGRAM).labelValues(bound(meter, labels));
    if (exemplarTraceId == null || exemplarTraceId.length() > 64) {
      point.observe(value);
    } else {
      point.observeWithExemplar(value, Labels.of("trace_id", exemplarTraceId));
    }
  }

  /** The sum of a gauge's or counter's series now; for views of one's own. */
  public double sum(Meter meter) {
    double sum = 0;
    for (var snapshot : registry.scrape(meter.baseName()::equals)) {
      for (var point : snapshot.getDataPoints()) {
        sum +=
            switch (point) {
              case GaugeSnapshot.GaugeDataPointSnapshot gauge -> gauge.getValue();
              case CounterSnapshot.CounterDataPointSnapshot counter -> counter.getValue();
              default -> 0;
            };
      }
    }
    return sum;
  }

  private String[] bound(Meter meter, String[] values) {
    var names = meter.labels();
    if (values.length != names.size()) {
      throw new IllegalArgumentException(
          "%s takes the labels %s, was given %d values"
              .formatted(meter.baseName(), names, values.length));
    }
    var bounded = new String[values.length];
    for (int i = 0; i < values.length; i++) {
      bounded[i] = bounds.bound(names.get(i), values[i]);
    }
    return bounded;
  }

  private static <M> M of(Map<Meter, M> metrics, Meter meter, Meter.Type wanted) {
    var metric = metrics.get(meter);
    if (metric == null) {
      throw new IllegalArgumentException(
          meter.type() == wanted
              ? meter + " is exposed by the quality collector"
              : "%s is a %s, not a %s".formatted(meter, meter.type(), wanted));
    }
    return metric;
  }
}
