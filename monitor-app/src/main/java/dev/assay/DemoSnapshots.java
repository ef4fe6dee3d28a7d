package dev.assay;

import dev.assay.demo.Snapshot;
import dev.assay.demo.Traffic;
import dev.assay.model.Objective;
import dev.assay.model.QualityWindow.Counts;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScorerState;
import dev.assay.quality.Estimate;
import dev.assay.quality.SeriesFilter;
import dev.assay.quality.SeriesSummary;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The moments of a demo that its terminal shows. */
final class DemoSnapshots implements Supplier<Snapshot> {
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final double ENOUGH = 30;
  // a version that has gone quiet is not what runs
  private static final Duration GONE = Duration.ofMinutes(3);

  private final Monitor monitor;
  private final Traffic traffic;
  private final String judge;
  private final boolean simulated;
  private final InstantSource clock;
  private final Instant start;

  DemoSnapshots(
      Monitor monitor, Traffic traffic, String judge, boolean simulated, InstantSource clock) {
    this.monitor = monitor;
    this.traffic = traffic;
    this.judge = judge;
    this.simulated = simulated;
    this.clock = clock;
    this.start = clock.instant();
  }

  @Override
  public Snapshot get() {
    var scorers =
        monitor.scorers().stream()
            .collect(Collectors.toMap(ScorerSpec::name, Function.identity(), (a, _) -> a));
    var now = clock.instant();
    var rows = new ArrayList<Snapshot.Row>();
    for (var summary : monitor.quality().summaries(WINDOW)) {
      if (summary.lastSeenNanos() / 1_000_000 > now.minus(GONE).toEpochMilli()) {
        rows.add(row(summary, scorers.get(summary.series().scorer())));
      }
    }
    rows.sort(
        java.util.Comparator.comparing(Snapshot.Row::app)
            .thenComparing(Snapshot.Row::version)
            .thenComparing(Snapshot.Row::scorer));
    return new Snapshot(
        Duration.between(start, now),
        traffic.phase().label(),
        traffic.rate(),
        traffic.ledger().traces(),
        monitor.judgeCallsInFlight(),
        simulated ? "simulated (knows the planted truth, errs at stated rates)" : judge,
        scorers.values().stream()
            .filter(scorer -> scorer.state() == ScorerState.PAUSED)
            .map(scorer -> "%s is paused: %s".formatted(scorer.name(), scorer.stateReason()))
            .sorted()
            .toList(),
        rows,
        links());
  }

  private List<Snapshot.Link> links() {
    var http = "http://localhost:" + monitor.httpPort();
    return List.of(
        new Snapshot.Link("pages", URI.create(http + "/")),
        new Snapshot.Link("metrics", URI.create(http + "/metrics")),
        new Snapshot.Link("send OTLP to", URI.create("http://localhost:" + monitor.otlpPort())),
        new Snapshot.Link("Kafka", URI.create("kafka://" + monitor.bootstrapServers())));
  }

  private Snapshot.Row row(SeriesSummary summary, @Nullable ScorerSpec scorer) {
    var series = summary.series();
    var estimate = summary.estimate();
    var objective = scorer == null ? null : scorer.objective();
    return new Snapshot.Row(
        series.app(),
        series.appVersion(),
        series.scorer(),
        simulated && scorer != null && scorer.parameters().containsKey("model"),
        count(summary.total()),
        rate(summary.counts()),
        before(summary),
        objective,
        state(scorer, estimate, objective));
  }

  private static Snapshot.@Nullable Rate rate(Counts counts) {
    var estimate = Estimate.of(counts);
    return estimate == null
        ? null
        : new Snapshot.Rate(
            estimate.ratio(),
            estimate.lower(),
            estimate.upper(),
            counts.passed() + counts.failed());
  }

  // the two whole minutes before the window, which holds the running one and the one before
  private Snapshot.@Nullable Rate before(SeriesSummary summary) {
    var minutes =
        monitor
            .quality()
            .timeline(SeriesFilter.of(summary.series()), WINDOW.multipliedBy(3), WINDOW);
    var counts = Counts.ZERO;
    for (var point : minutes.subList(0, Math.min(2, minutes.size()))) {
      counts = counts.plus(point.counts());
    }
    return rate(counts);
  }

  private static Snapshot.State state(
      @Nullable ScorerSpec scorer, @Nullable Estimate estimate, @Nullable Objective objective) {
    if (scorer != null && scorer.state() == ScorerState.PAUSED) {
      return Snapshot.State.PAUSED;
    }
    if (objective == null) {
      return Snapshot.State.NO_OBJECTIVE;
    }
    if (estimate == null || estimate.effectiveSamples() < ENOUGH) {
      return Snapshot.State.TOO_FEW;
    }
    boolean missed =
        switch (objective.direction()) {
          case AT_LEAST -> estimate.upper() < objective.target();
          case AT_MOST -> estimate.lower() > objective.target();
        };
    return missed ? Snapshot.State.BURNING : Snapshot.State.OK;
  }

  private static long count(Counts counts) {
    return counts.passed() + counts.failed() + counts.unjudged() + counts.errors();
  }
}
