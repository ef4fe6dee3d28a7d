package dev.assay.api;

import dev.assay.metrics.Meter;
import dev.assay.model.QualityWindow.Counts;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScorerState;
import dev.assay.quality.Estimate;
import dev.assay.quality.VersionMark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts the overview together. */
final class Overview {
  private static final int MAX_SECTIONS = 30;

  private final Quality quality;
  private final Supplier<List<ScorerSpec>> scorers;
  private final Throughput throughput;

  Overview(Quality quality, Supplier<List<ScorerSpec>> scorers, Throughput throughput) {
    this.quality = quality;
    this.scorers = scorers;
    this.throughput = throughput;
  }

  private record Place(String app, String environment) {}

  OverviewPage page(
      String windowText,
      Duration window,
      @Nullable String app,
      List<HealthPage.Part> parts,
      FailingList failing) {
    var specs = scorers.get();
    var byName =
        specs.stream()
            .collect(Collectors.toMap(ScorerSpec::name, Function.identity(), (a, _) -> a));
    var rows = quality.rows(window, Quality.Grouping.SCORER);
    var versions = Versions.of(quality, window);

    var places =
        new TreeMap<Place, List<QualityRow>>(
            Comparator.comparing(Place::app).thenComparing(Place::environment));
    for (var row : rows) {
      places
          .computeIfAbsent(new Place(row.app(), row.environment()), _ -> new ArrayList<>())
          .add(row);
    }
    var attention = new ArrayList<OverviewPage.Attention>();
    for (var part : parts) {
      if (!part.up()) {
        attention.add(
            new OverviewPage.Attention("bad", "Not ready", part.name(), part.detail(), null));
      }
    }
    for (var spec : specs) {
      if (spec.state() == ScorerState.PAUSED) {
        attention.add(
            new OverviewPage.Attention(
                "bad",
                "Scorer paused",
                spec.name(),
                spec.stateReason() == null ? "no reason given" : spec.stateReason(),
                "/scorers/" + spec.name()));
      }
    }
    var sections = new ArrayList<OverviewPage.AppSection>();
    int burning = 0;
    var more = new LinkedHashSet<String>();
    for (var place : places.entrySet()) {
      if (app != null && !app.equals(place.getKey().app())) {
        continue;
      }
      if (sections.size() == MAX_SECTIONS) {
        more.add(place.getKey().app());
        continue;
      }
      var section = section(place.getKey(), place.getValue(), byName, versions);
      sections.add(section);
      for (var row : section.rows()) {
        if (row.standing() == Standing.BURNING) {
          burning++;
        }
        attention(section, row, byName.get(row.scorer())).ifPresent(attention::add);
      }
    }
    boolean empty = rows.isEmpty() && failing.rows().isEmpty() && noTraces();
    return new OverviewPage(
        windowText,
        Pages.windows(quality),
        tiles(specs, burning, rows, window),
        parts,
        attention,
        app == null ? "" : app,
        sections,
        List.copyOf(more),
        failing,
        specs.isEmpty(),
        empty);
  }

  private boolean noTraces() {
    return throughput.total(Meter.TRACES) == 0 && throughput.total(Meter.SPANS) == 0;
  }

  private List<OverviewPage.Tile> tiles(
      List<ScorerSpec> specs, int burning, List<QualityRow> rows, Duration window) {
    var tiles = new ArrayList<OverviewPage.Tile>();
    tiles.add(perMinute("Traces finished", throughput.rate(Meter.TRACES)));
    tiles.add(perMinute("Spans read", throughput.rate(Meter.SPANS)));
    var assessments = throughput.rate(Meter.ASSESSMENTS);
    long counted = rows.stream().mapToLong(row -> total(row.estimate().counts())).sum();
    tiles.add(
        assessments.isPresent()
            ? perMinute("Assessments", assessments)
            : new OverviewPage.Tile("Assessments", Formats.count(counted), "in this window", ""));
    long active = specs.stream().filter(Pages::isActive).count();
    long paused = specs.stream().filter(spec -> spec.state() == ScorerState.PAUSED).count();
    tiles.add(
        new OverviewPage.Tile(
            "Scorers active",
            Formats.count(active),
            paused > 0 ? paused + " paused" : "of " + specs.size(),
            paused > 0 ? "bad" : ""));
    tiles.add(
        new OverviewPage.Tile(
            "Objectives burning",
            Formats.count(burning),
            "over " + words(window),
            burning > 0 ? "bad" : ""));
    double deadLetters = throughput.total(Meter.DEAD_LETTERS);
    tiles.add(
        new OverviewPage.Tile(
            "Dead letters",
            Formats.count(deadLetters),
            "since start",
            deadLetters > 0 ? "warn" : ""));
    return tiles;
  }

  private OverviewPage.Tile perMinute(String label, OptionalDouble rate) {
    return rate.isEmpty()
        ? new OverviewPage.Tile(
            label, "–", throughput.isReady() ? "not by this process" : "being measured", "")
        : new OverviewPage.Tile(label, Formats.perMinute(rate.getAsDouble()), "a minute", "");
  }

  static String words(Duration window) {
    return window.toDays() > 0 && window.toHoursPart() == 0
        ? window.toDays() + " d"
        : window.toHours() > 0 && window.toMinutesPart() == 0
            ? window.toHours() + " h"
            : window.toMinutes() + " min";
  }

  private OverviewPage.AppSection section(
      Place place, List<QualityRow> rows, Map<String, ScorerSpec> specs, Versions versions) {
    var rate = throughput.rate(Meter.TRACES, place.app());
    var sorted =
        rows.stream()
            .map(row -> row(row, specs.get(row.scorer()), versions))
            .sorted(
                Comparator.comparing(OverviewPage.Row::standing)
                    .reversed()
                    .thenComparing(OverviewPage.Row::scorer))
            .toList();
    return new OverviewPage.AppSection(
        place.app(),
        place.environment(),
        rate.isPresent() ? Formats.perMinute(rate.getAsDouble()) : null,
        versions.shares(place.app(), place.environment()),
        sorted);
  }

  private static OverviewPage.Row row(
      QualityRow row, @Nullable ScorerSpec spec, Versions versions) {
    var estimate = row.estimate();
    var rate = estimate.passRate();
    var mean = estimate.mean();
    var counts = estimate.counts();
    var objective = spec == null ? null : spec.objective();
    var standing = Standing.of(objective, estimate);
    return new OverviewPage.Row(
        Words.elementId("q", row.app(), row.environment(), row.scorer()),
        row.scorer(),
        spec == null ? "" : spec.kind(),
        spec == null || Pages.isActive(spec) ? null : Words.of(spec.state()),
        rate != null,
        rate != null
            ? Formats.percent(rate.ratio())
            : mean != null ? "mean " + Formats.number(mean) : "–",
        rate == null ? null : Formats.interval(rate.lower(), rate.upper()),
        Formats.count(rate == null ? total(counts) : counts.passed() + counts.failed()),
        counts.errors() > 0
            ? Formats.count(counts.errors()) + (counts.errors() == 1 ? " error" : " errors")
            : null,
        objective == null ? null : Words.of(objective),
        standing,
        objective != null && rate != null && standing == Standing.BURNING
            ? Formats.number(Math.round(Standing.burnRate(objective, rate) * 10) / 10.0) + "×"
            : null,
        versions.rates(row.app(), row.environment(), row.scorer()));
  }

  private static java.util.Optional<OverviewPage.Attention> attention(
      OverviewPage.AppSection section, OverviewPage.Row row, @Nullable ScorerSpec spec) {
    var worse = row.versions().stream().filter(OverviewPage.VersionRate::worse).findFirst();
    boolean burning = row.standing() == Standing.BURNING;
    if (!burning && worse.isEmpty()) {
      return java.util.Optional.empty();
    }
    var what = burning ? "Burning" : "Worse version";
    var detail = new StringBuilder();
    if (burning && spec != null && spec.objective() != null) {
      detail.append(
          "%s (%s) against an objective of %s: its budget goes %s as fast as allowed"
              .formatted(row.passRate(), row.interval(), row.objective(), row.burnRate()));
    }
    worse.ifPresent(version -> {
      if (!detail.isEmpty()) {
        detail.append("; ");
      }
      detail.append("version ").append(version.name()).append(": ").append(version.title());
    });
    return java.util.Optional.of(
        new OverviewPage.Attention(
            burning ? "bad" : "warn",
            what,
            section.app() + " · " + row.scorer(),
            detail.toString(),
            "/scorers/" + row.scorer()));
  }

  static long total(Counts counts) {
    return counts.passed() + counts.failed() + counts.unjudged() + counts.errors();
  }

  /** The figures by version, and the order versions came in. */
  record Versions(List<VersionMark> marks, Map<List<String>, QualityEstimate> estimates) {
    static Versions of(Quality quality, Duration window) {
      var estimates = new HashMap<List<String>, QualityEstimate>();
      for (var row : quality.rows(window, Quality.Grouping.VERSION)) {
        var version = row.appVersion();
        if (version != null) {
          estimates.put(
              List.of(row.app(), row.environment(), row.scorer(), version), row.estimate());
        }
      }
      return new Versions(quality.versions(), estimates);
    }

    /** Newest first. */
    List<String> names(String app, String environment) {
      return marks.stream()
          .filter(mark -> mark.app().equals(app) && mark.environment().equals(environment))
          .map(VersionMark::appVersion)
          .toList()
          .reversed();
    }

    /** How much of the traffic each version has, by the scorer that saw most of it. */
    List<OverviewPage.Version> shares(String app, String environment) {
      var seen = new HashMap<String, Double>();
      estimates.forEach((key, estimate) -> {
        if (key.get(0).equals(app) && key.get(1).equals(environment)) {
          var counts = estimate.counts();
          seen.merge(
              key.get(3),
              counts.passedWeight()
                  + counts.failedWeight()
                  + counts.unjudgedWeight()
                  + counts.errorWeight(),
              Math::max);
        }
      });
      double all = seen.values().stream().mapToDouble(weight -> weight).sum();
      return names(app, environment).stream()
          .filter(seen::containsKey)
          .map(version ->
              new OverviewPage.Version(
                  version,
                  all <= 0 ? "" : Math.round(100 * seen.getOrDefault(version, 0.0) / all) + "%"))
          .toList();
    }

    /** Newest first, those that were judged. */
    List<OverviewPage.VersionRate> rates(String app, String environment, String scorer) {
      var rates = new ArrayList<OverviewPage.VersionRate>();
      for (var version : names(app, environment)) {
        var rate = passRate(app, environment, scorer, version);
        if (rate == null) {
          continue;
        }
        rates.add(
            new OverviewPage.VersionRate(
                version,
                Formats.percent(rate.ratio()),
                "%s (%s)"
                    .formatted(
                        Formats.percent(rate.ratio()),
                        Formats.interval(rate.lower(), rate.upper())),
                worse(app, environment, scorer, version)));
      }
      return rates;
    }

    @Nullable Estimate passRate(String app, String environment, String scorer, String version) {
      var estimate = estimates.get(List.of(app, environment, scorer, version));
      return estimate == null ? null : estimate.passRate();
    }

    /** Whether a version's interval lies wholly below that of the version before it. */
    boolean worse(String app, String environment, String scorer, String version) {
      var rate = passRate(app, environment, scorer, version);
      var newestFirst = names(app, environment);
      int at = newestFirst.indexOf(version);
      if (rate == null || at < 0) {
        return false;
      }
      return newestFirst.subList(at + 1, newestFirst.size()).stream()
          .map(before -> passRate(app, environment, scorer, before))
          .filter(java.util.Objects::nonNull)
          .findFirst()
          .map(before -> rate.upper() < before.lower())
          .orElse(false);
    }
  }
}
