package dev.assay.api;

import dev.assay.model.ScorerSpec;
import dev.assay.wire.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts a scorer's page together. */
final class ScorerDetail {
  private final Quality quality;
  private final Supplier<List<ScorerSpec>> scorers;

  ScorerDetail(Quality quality, Supplier<List<ScorerSpec>> scorers) {
    this.quality = quality;
    this.scorers = scorers;
  }

  private record Place(String app, String environment) {}

  ScorerPage page(
      String name, String windowText, Duration window, FailingList failing, FailingList errors) {
    var spec =
        scorers.get().stream().filter(candidate -> candidate.name().equals(name)).findFirst();
    var places = new LinkedHashSet<Place>();
    quality.rows(window, Quality.Grouping.SCORER).stream()
        .filter(row -> row.scorer().equals(name))
        .sorted(Comparator.comparing(QualityRow::app).thenComparing(QualityRow::environment))
        .forEach(row -> places.add(new Place(row.app(), row.environment())));
    if (spec.isEmpty() && places.isEmpty() && failing.rows().isEmpty()) {
      throw Problem.notFound("no scorer is called " + name);
    }
    var versions = Overview.Versions.of(quality, window);
    var definition = spec.orElse(null);
    return new ScorerPage(
        name,
        definition == null ? null : Pages.scorerRow(definition),
        definition == null ? List.of() : facts(definition),
        definition == null || definition.parameters().isEmpty()
            ? null
            : pretty(definition.parameters()),
        windowText,
        Pages.windows(quality),
        places.stream().map(place -> app(place, name, definition, versions)).toList(),
        failing,
        errors);
  }

  private static List<ScorerPage.Fact> facts(ScorerSpec spec) {
    var facts = new ArrayList<ScorerPage.Fact>();
    facts.add(new ScorerPage.Fact("Kind", spec.kind()));
    facts.add(new ScorerPage.Fact("Version", spec.version()));
    facts.add(new ScorerPage.Fact("Looks at", "each " + Words.of(spec.level())));
    facts.add(new ScorerPage.Fact("Sample rate", Formats.target(spec.sampleRate())));
    facts.add(new ScorerPage.Fact("Passes", Words.of(spec.pass())));
    facts.add(
        new ScorerPage.Fact(
            "Objective", spec.objective() == null ? "none" : Words.of(spec.objective())));
    spec.filter()
        .forEach((field, allowed) ->
            facts.add(new ScorerPage.Fact("Only where " + field, String.join(" or ", allowed))));
    if (spec.owner() != null) {
      facts.add(new ScorerPage.Fact("Owner", spec.owner()));
    }
    return facts;
  }

  private static String pretty(Object parameters) {
    return TraceDetail.pretty(Json.mapper().valueToTree(parameters));
  }

  private static ScorerPage.App app(
      Place place, String scorer, @Nullable ScorerSpec spec, Overview.Versions versions) {
    var rows = new ArrayList<ScorerPage.VersionRow>();
    var objective = spec == null ? null : spec.objective();
    for (var version : versions.names(place.app(), place.environment())) {
      var estimate =
          versions.estimates().get(List.of(place.app(), place.environment(), scorer, version));
      if (estimate == null) {
        continue;
      }
      var rate = estimate.passRate();
      var mean = estimate.mean();
      var counts = estimate.counts();
      rows.add(
          new ScorerPage.VersionRow(
              version,
              rate == null ? "–" : Formats.percent(rate.ratio()),
              rate == null ? null : Formats.interval(rate.lower(), rate.upper()),
              rate == null ? "–" : Formats.count(rate.effectiveSamples()),
              Formats.count(counts.passed()),
              Formats.count(counts.failed()),
              Formats.count(counts.unjudged()),
              Formats.count(counts.errors()),
              // The mean of yes and no is the pass rate once more.
              mean == null || (rate != null && Math.abs(mean - rate.ratio()) < 1e-9)
                  ? null
                  : Formats.number(mean),
              Standing.of(objective, estimate),
              versions.worse(place.app(), place.environment(), scorer, version)));
    }
    return new ScorerPage.App(
        place.app(),
        place.environment(),
        objective == null ? "" : Double.toString(objective.target()),
        rows);
  }
}
