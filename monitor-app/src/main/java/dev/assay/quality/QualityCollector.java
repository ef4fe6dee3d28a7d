package dev.assay.quality;

import dev.assay.metrics.LabelBounds;
import dev.assay.metrics.Meter;
import dev.assay.model.Outcome;
import dev.assay.model.QualitySeries;
import dev.assay.model.QualityWindow.Counts;
import io.prometheus.metrics.model.registry.MetricType;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricFamilyDescriptor;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Quality where Prometheus looks, made at the scrape: what this process has counted of the series
 * it owns since it became their owner, and the ratios of their windows.
 *
 * <p><b>Counters</b> follow the committed running totals of the {@link QualityView}, less what was
 * there when the task was opened, so that an aborted transaction is never seen and a series that
 * moves away and comes back is not counted twice. Backfilled assessments are left out: alerts read
 * these. A counter never falls: where a later revision of a trace takes an outcome back, the
 * counter stands until new assessments have made up for it. A series is shown at 0, in every
 * outcome, by the first scrape that meets it, and with its counts from the next one on, because a
 * counter whose first sample is 17 has, for {@code increase}, counted nothing.
 *
 * <p><b>Ratios</b> are of the windows the view defines, absent where nothing passed or failed, and
 * while the view is still loading. See {@link RatioSeries} for what they are summed over.
 *
 * <p>Label values over their bound are {@link LabelBounds#OTHER}: counters and windows of the
 * series that meet there are added up.
 */
public final class QualityCollector implements MultiCollector {
  private static final List<Meter> METERS =
      Arrays.stream(Meter.values()).filter(Meter::exposedByQuality).toList();

  private final OwnedSeries owned;
  private final QualityView view;
  private final LabelBounds bounds;
  private final List<Duration> windows;
  private final Duration retention;
  private final Clock clock;

  // What scrapes have seen so far; guarded by this.
  private final Map<QualitySeries, Seen> seen = new HashMap<>();
  private final Map<List<String>, Exposed> exposed = new TreeMap<>(QualityCollector::compare);

  /** What has been shown of a series. */
  private static final class Seen {
    final List<String> labels;
    final long term;
    final Map<Outcome, Double> counts = new EnumMap<>(Outcome.class);
    final Map<Outcome, Double> weights = new EnumMap<>(Outcome.class);

    Seen(List<String> labels, long term) {
      this.labels = labels;
      this.term = term;
    }
  }

  /** One label set: of one series, or of all that meet in {@code __other__}. */
  private static final class Exposed {
    final long createdMillis;
    final Map<Outcome, Double> counts = new EnumMap<>(Outcome.class);
    final Map<Outcome, Double> weights = new EnumMap<>(Outcome.class);

    Exposed(long createdMillis) {
      this.createdMillis = createdMillis;
    }
  }

  /**
   * To be registered on the registry of {@code /metrics}.
   *
   * @param config whose windows are exposed; a series silent for its window retention is not
   */
  public QualityCollector(
      OwnedSeries owned, QualityView view, LabelBounds bounds, QualityConfig config, Clock clock) {
    this.owned = owned;
    this.view = view;
    this.bounds = bounds;
    this.windows = config.windows();
    this.retention = config.windowRetention();
    this.clock = clock;
  }

  @Override
  public synchronized MetricSnapshots collect() {
    follow();
    var snapshots = MetricSnapshots.builder();
    for (var meter : List.of(Meter.ASSESSMENTS, Meter.ASSESSMENT_WEIGHT)) {
      snapshots.metricSnapshot(counter(meter));
    }
    gauges().forEach((_, gauge) -> snapshots.metricSnapshot(gauge.build()));
    return snapshots.build();
  }

  @Override
  public List<MetricFamilyDescriptor> getMetricFamilyDescriptors() {
    return METERS.stream()
        .map(meter ->
            MetricFamilyDescriptor.of(
                switch (meter.type()) {
                  case COUNTER -> MetricType.COUNTER;
                  case GAUGE -> MetricType.GAUGE;
                  case HISTOGRAM -> MetricType.HISTOGRAM;
                },
                new MetricMetadata(meter.baseName(), meter.help()),
                meter.labels()))
        .toList();
  }

  // ---- counters

  private void follow() {
    var present = new HashSet<QualitySeries>();
    long oldest = clock.millis() - retention.toMillis();
    owned.forEach((series, ownership) -> {
      if (ownership.changedMillis() >= oldest) {
        present.add(series);
        follow(series, ownership);
      }
    });
    seen.keySet().retainAll(present);
    var labels = new HashSet<List<String>>();
    seen.values().forEach(series -> labels.add(series.labels));
    exposed.keySet().retainAll(labels);
  }

  private void follow(QualitySeries series, OwnedSeries.Ownership ownership) {
    var last = seen.get(series);
    if (last == null || last.term != ownership.term()) {
      var labels = bounded(Meter.ASSESSMENTS, labels(series));
      seen.put(series, new Seen(labels, ownership.term()));
      exposed.computeIfAbsent(labels, _ -> new Exposed(ownership.sinceMillis()));
      return;
    }
    var shown = exposed.get(last.labels);
    if (shown == null) {
      throw new IllegalStateException("a series that was seen has a label set");
    }
    var committed = view.total(series);
    var counted = ownership.counted();
    var before = ownership.baseline().plus(ownership.backfilled());
    for (var outcome : Outcome.values()) {
      raise(
          shown.counts,
          last.counts,
          outcome,
          (double) Math.min(committed.count(outcome), counted.count(outcome))
              - before.count(outcome));
      raise(
          shown.weights,
          last.weights,
          outcome,
          Math.min(committed.weight(outcome), counted.weight(outcome)) - before.weight(outcome));
    }
  }

  /** By what is more than was ever seen: a counter does not fall. */
  private static void raise(
      Map<Outcome, Double> shown, Map<Outcome, Double> last, Outcome outcome, double now) {
    double highest = last.getOrDefault(outcome, 0.0);
    if (now > highest) {
      last.put(outcome, now);
      shown.merge(outcome, now - highest, Double::sum);
    }
  }

  private CounterSnapshot counter(Meter meter) {
    var counter = CounterSnapshot.builder().name(meter.baseName()).help(meter.help());
    exposed.forEach((labels, shown) -> {
      for (var outcome : Outcome.values()) {
        var values = new ArrayList<>(labels);
        values.add(outcome.name());
        counter.dataPoint(
            CounterDataPointSnapshot.builder()
                .labels(Labels.of(meter.labels(), values))
                .value(
                    (meter == Meter.ASSESSMENTS ? shown.counts : shown.weights)
                        .getOrDefault(outcome, 0.0))
                .createdTimestampMillis(shown.createdMillis)
                .build());
      }
    });
    return counter.build();
  }

  // ---- ratios

  private Map<Meter, GaugeSnapshot.Builder> gauges() {
    var gauges = new TreeMap<Meter, GaugeSnapshot.Builder>();
    for (var meter : METERS) {
      if (meter.type() == Meter.Type.GAUGE) {
        gauges.put(meter, GaugeSnapshot.builder().name(meter.baseName()).help(meter.help()));
      }
    }
    if (view.isComplete()) {
      var groups = new TreeMap<List<String>, Set<RatioSeries>>(QualityCollector::compare);
      for (var series : seen.keySet()) {
        var ratio = RatioSeries.of(series);
        groups
            .computeIfAbsent(bounded(Meter.QUALITY_RATIO, labels(ratio)), _ -> new HashSet<>())
            .add(ratio);
      }
      groups.forEach(
          (labels, ratios) -> windows.forEach(window -> gauge(gauges, labels, ratios, window)));
    }
    return gauges;
  }

  private void gauge(
      Map<Meter, GaugeSnapshot.Builder> gauges,
      List<String> labels,
      Set<RatioSeries> ratios,
      Duration window) {
    var counts = Counts.ZERO;
    for (var ratio : ratios) {
      counts = counts.plus(view.counts(ratio, window));
    }
    var estimate = Estimate.of(counts);
    gauges.forEach((meter, gauge) -> {
      double value = value(meter, estimate);
      if (!Double.isNaN(value)) {
        var values = new ArrayList<>(labels);
        values.add(label(window));
        gauge.dataPoint(
            GaugeDataPointSnapshot.builder()
                .labels(Labels.of(meter.labels(), values))
                .value(value)
                .build());
      }
    });
  }

  /** NaN: not to be shown. */
  private static double value(Meter meter, @Nullable Estimate estimate) {
    if (estimate == null) {
      return meter == Meter.QUALITY_EFFECTIVE_SAMPLES ? 0 : Double.NaN;
    }
    return switch (meter) {
      case QUALITY_RATIO -> estimate.ratio();
      case QUALITY_RATIO_LOWER -> estimate.lower();
      case QUALITY_RATIO_UPPER -> estimate.upper();
      case QUALITY_EFFECTIVE_SAMPLES -> estimate.effectiveSamples();
      default -> throw new IllegalArgumentException(meter + " is not a figure of a window");
    };
  }

  /** As Prometheus writes a duration of whole minutes: {@code 5m}, {@code 1h}, {@code 1d}. */
  static String label(Duration window) {
    long minutes = window.toMinutes();
    return minutes % 1_440 == 0
        ? minutes / 1_440 + "d"
        : minutes % 60 == 0 ? minutes / 60 + "h" : minutes + "m";
  }

  // ---- labels

  private static List<String> labels(QualitySeries series) {
    return List.of(
        series.app(),
        series.environment(),
        series.appVersion(),
        series.scorer(),
        series.scorerVersion(),
        series.source().name());
  }

  private static List<String> labels(RatioSeries series) {
    return List.of(series.app(), series.environment(), series.appVersion(), series.scorer());
  }

  private List<String> bounded(Meter meter, List<String> values) {
    var bounded = new ArrayList<String>(values.size());
    for (int i = 0; i < values.size(); i++) {
      bounded.add(bounds.bound(meter.labels().get(i), values.get(i)));
    }
    return List.copyOf(bounded);
  }

  private static int compare(List<String> a, List<String> b) {
    return Arrays.compare(a.toArray(String[]::new), b.toArray(String[]::new));
  }
}
