package dev.assay.api;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.assay.lookup.AssessmentFilter;
import dev.assay.lookup.Lookup;
import dev.assay.model.EpochNanos;
import dev.assay.model.Outcome;
import dev.assay.model.ScorerSpec;
import dev.assay.quality.VersionMark;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** {@code /api/v1}: what the pages show, as JSON. */
final class ApiV1 {
  private static final Duration DEFAULT_WINDOW = Duration.ofHours(1);
  private static final Duration LEAST_COVERED = Duration.ofMinutes(10);

  private final Lookup lookup;
  private final Quality quality;
  private final Supplier<List<ScorerSpec>> scorers;
  private final Clock clock;

  ApiV1(Lookup lookup, Quality quality, Supplier<List<ScorerSpec>> scorers, Clock clock) {
    this.lookup = lookup;
    this.quality = quality;
    this.scorers = scorers;
    this.clock = clock;
  }

  HttpResponse scorers(ServiceRequestContext context) {
    Parameters.of(context).only();
    var all =
        scorers.get().stream()
            .sorted(Comparator.comparing(ScorerSpec::name))
            .map(JsonViews::scorer)
            .toList();
    return Respond.json(Map.of("scorers", all));
  }

  HttpResponse trace(ServiceRequestContext context) {
    var id = Parameters.of(context).only().traceId();
    return Respond.json(JsonViews.trace(lookup.trace(id).orElseThrow(() -> unknownTrace(id))));
  }

  HttpResponse traceAssessments(ServiceRequestContext context) {
    var id = Parameters.of(context).only().traceId();
    var assessments = lookup.assessments(id);
    if (assessments.isEmpty() && lookup.trace(id).isEmpty()) {
      throw unknownTrace(id);
    }
    return Respond.json(Map.of("assessments", JsonViews.assessments(assessments)));
  }

  static Problem unknownTrace(String id) {
    return Problem.notFound(
        "no trace "
            + id
            + ": it never came, is still open, or is older than the topic's retention");
  }

  HttpResponse assessments(ServiceRequestContext context) {
    var parameters = Parameters.of(context).only("app", "scorer", "outcome", "limit");
    var filter =
        new AssessmentFilter(
            parameters.app(), parameters.scorer(), parameters.constant("outcome", Outcome.class));
    var found = lookup.latestAssessments(filter, parameters.limit(20));
    return Respond.json(Map.of("assessments", JsonViews.assessments(found)));
  }

  HttpResponse quality(ServiceRequestContext context) {
    var parameters = Parameters.of(context).only("window", "app", "scorer", "by");
    var window = parameters.window(DEFAULT_WINDOW, quality.reach());
    var grouping = parameters.constant("by", Quality.Grouping.class, Quality.Grouping.VERSION);
    var app = parameters.app();
    var scorer = parameters.scorer();
    var rows =
        quality.rows(window, grouping).stream()
            .filter(row -> app == null || app.equals(row.app()))
            .filter(row -> scorer == null || scorer.equals(row.scorer()))
            .sorted(
                Comparator.comparing(QualityRow::app)
                    .thenComparing(QualityRow::environment)
                    .thenComparing(QualityRow::scorer)
                    .thenComparing(row -> row.appVersion() == null ? "" : row.appVersion()))
            .map(JsonViews::row)
            .toList();
    var now = clock.instant();
    return Respond.json(
        new JsonViews.Fields()
            .with("from", now.minus(window).toString())
            .with("to", now.toString())
            .with("quality", rows));
  }

  HttpResponse timeline(ServiceRequestContext context) {
    var parameters = Parameters.of(context).only("window", "app", "scorer", "by");
    var asked = parameters.window(DEFAULT_WINDOW, quality.reach());
    var grouping = parameters.constant("by", Quality.Grouping.class, Quality.Grouping.SCORER);
    var app = parameters.app();
    var scorer = parameters.scorer();
    var now = clock.instant();
    var versions =
        quality.versions().stream().filter(mark -> app == null || app.equals(mark.app())).toList();
    var window = covered(asked, versions, now);
    var step = step(window);
    var timelines = quality.timelines(window, step, grouping, app, scorer);
    return Respond.json(
        new JsonViews.Fields()
            .with("from", now.minus(window).toString())
            .with("to", now.toString())
            .with("step_seconds", step.toSeconds())
            .with("timelines", timelines.stream().map(JsonViews::timeline).toList())
            .with(
                "versions",
                versions.stream()
                    .map(mark ->
                        new JsonViews.Fields()
                            .with("app", mark.app())
                            .with("environment", mark.environment())
                            .with("app_version", mark.appVersion())
                            .with("first_seen", JsonViews.time(mark.firstSeenNanos())))
                    .toList()));
  }

  /**
   * The part of a window in which there can be figures: an hour of which 55 minutes are from before
   * the first trace would draw as a dot.
   */
  private static Duration covered(Duration window, List<VersionMark> versions, Instant now) {
    var first =
        versions.stream()
            .map(mark -> EpochNanos.instant(mark.firstSeenNanos()))
            .min(Comparator.naturalOrder());
    if (first.isEmpty()) {
      return window;
    }
    var since = Duration.between(first.get(), now).plusMinutes(1);
    var least = since.compareTo(LEAST_COVERED) < 0 ? LEAST_COVERED : since;
    return least.compareTo(window) < 0 ? least : window;
  }

  /**
   * A length of whole minutes that gives some tens of points, at most 48: few enough that each has
   * traces behind it.
   */
  static Duration step(Duration window) {
    var steps = new ArrayList<Duration>();
    for (int minutes : new int[] {1, 2, 5, 10, 15, 30, 60, 120, 240, 720}) {
      steps.add(Duration.of(minutes, ChronoUnit.MINUTES));
    }
    return steps.stream()
        .filter(step -> window.dividedBy(step) <= 48)
        .findFirst()
        .orElse(steps.getLast());
  }
}
