package dev.assay.api;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.assay.lookup.AssessmentFilter;
import dev.assay.lookup.AssessmentRow;
import dev.assay.lookup.Lookup;
import dev.assay.lookup.LookupUnavailableException;
import dev.assay.lookup.TraceFilter;
import dev.assay.model.Assessment;
import dev.assay.model.EpochNanos;
import dev.assay.model.Outcome;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScorerState;
import dev.assay.model.TraceStatus;
import dev.assay.quality.VersionMark;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/** The pages people look at. */
final class Pages {
  private static final List<Duration> WINDOWS =
      List.of(
          Duration.ofMinutes(15),
          Duration.ofHours(1),
          Duration.ofHours(6),
          Duration.ofDays(1),
          Duration.ofDays(7));
  private static final String DEFAULT_WINDOW = "1h";

  private final Templates templates;
  private final Lookup lookup;
  private final Quality quality;
  private final Supplier<List<ScorerSpec>> scorers;
  private final HealthPage health;
  private final Overview overview;
  private final Clock clock;

  Pages(
      Templates templates,
      Lookup lookup,
      Quality quality,
      Supplier<List<ScorerSpec>> scorers,
      HealthPage health,
      Throughput throughput,
      Clock clock) {
    this.templates = templates;
    this.lookup = lookup;
    this.quality = quality;
    this.scorers = scorers;
    this.health = health;
    this.overview = new Overview(quality, scorers, throughput);
    this.clock = clock;
  }

  HttpResponse overview(ServiceRequestContext context) {
    return page("overview.jte", "Overview", "overview", overviewPage(context));
  }

  /** What the overview's refresh puts in its place. */
  HttpResponse overviewFragment(ServiceRequestContext context) {
    return Respond.html(
        HttpStatus.OK, templates.fragment("overviewLive.jte", overviewPage(context)));
  }

  private OverviewPage overviewPage(ServiceRequestContext context) {
    var parameters = Parameters.of(context);
    var window = parameters.window(Duration.ofHours(1), quality.reach());
    var app = parameters.app();
    return overview.page(
        windowText(context),
        window,
        app,
        health.readyParts(),
        failing(new AssessmentFilter(app, null, Outcome.FAIL), 12));
  }

  /** Those to choose from. */
  static List<String> windows(Quality quality) {
    return WINDOWS.stream()
        .filter(window -> window.compareTo(quality.reach()) <= 0)
        .map(window ->
            window.toDays() > 0
                ? window.toDays() + "d"
                : window.toHours() > 0 ? window.toHours() + "h" : window.toMinutes() + "m")
        .toList();
  }

  private static String windowText(ServiceRequestContext context) {
    var text = QueryParams.fromQueryString(context.query()).get("window");
    return text == null || text.isEmpty() ? DEFAULT_WINDOW : text;
  }

  HttpResponse scorers(ServiceRequestContext context) {
    var rows =
        scorers.get().stream()
            .sorted(Comparator.comparing(ScorerSpec::name))
            .map(Pages::scorerRow)
            .toList();
    return page("scorers.jte", "Scorers", "scorers", new ScorersPage(rows));
  }

  static ScorersPage.Row scorerRow(ScorerSpec spec) {
    return new ScorersPage.Row(
        spec.name(),
        spec.kind(),
        spec.version(),
        Words.of(spec.state()),
        switch (spec.state()) {
          case ACTIVE -> "ok";
          case PAUSED -> "bad";
          case REGISTERED, STOPPED -> "none";
        },
        spec.stateReason(),
        Formats.target(spec.sampleRate()),
        spec.objective() == null ? null : Words.of(spec.objective()),
        spec.owner(),
        spec.description());
  }

  HttpResponse scorer(ServiceRequestContext context) {
    var parameters = Parameters.of(context);
    var name = parameters.scorerOfPath();
    var window = parameters.window(Duration.ofHours(1), quality.reach());
    var filter = new AssessmentFilter(null, name, Outcome.FAIL);
    var page =
        new ScorerDetail(quality, scorers)
            .page(
                name,
                windowText(context),
                window,
                failing(filter, 20),
                failing(new AssessmentFilter(null, name, Outcome.ERROR), 10));
    return page("scorer.jte", name, "scorers", page);
  }

  HttpResponse traces(ServiceRequestContext context) {
    var query = QueryParams.fromQueryString(context.query());
    var id = query.get("id", "").strip();
    if (!id.isEmpty()) {
      if (!Lookup.TRACE_ID.matcher(id).matches()) {
        throw Problem.parameter("id", id, "a trace id of 1 to 128 letters, digits, . _ : -");
      }
      return HttpResponse.of(
          ResponseHeaders.builder(HttpStatus.SEE_OTHER).set("location", "/traces/" + id).build());
    }
    var parameters = Parameters.of(context);
    var show = query.get("show", "recent");
    if (!List.of("recent", "failing", "errors").contains(show)) {
      throw Problem.parameter("show", show, "recent, failing, errors");
    }
    var app = parameters.app();
    var scorer = parameters.scorer();
    var apps = quality.versions().stream().map(VersionMark::app).distinct().sorted().toList();
    var names = scorers.get().stream().map(ScorerSpec::name).sorted().toList();
    var list = new FailingList(List.of(), null);
    var recent = List.<TracesPage.Row>of();
    String unavailable = null;
    if (show.equals("recent")) {
      try {
        var now = clock.instant();
        recent =
            lookup.recent(new TraceFilter(app, null), 50).stream()
                .map(row -> traceRow(row, now))
                .toList();
      } catch (LookupUnavailableException e) {
        unavailable = e.getMessage();
      }
    } else {
      var outcome = show.equals("failing") ? Outcome.FAIL : Outcome.ERROR;
      list = failing(new AssessmentFilter(app, scorer, outcome), 50);
      unavailable = list.unavailable();
    }
    return page(
        "traces.jte",
        "Traces",
        "traces",
        new TracesPage(
            show,
            app == null ? "" : app,
            scorer == null ? "" : scorer,
            apps,
            names,
            recent,
            list,
            unavailable));
  }

  private static TracesPage.Row traceRow(dev.assay.lookup.TraceRow row, Instant now) {
    return new TracesPage.Row(
        row.traceId(),
        row.app(),
        row.environment(),
        row.appVersion(),
        row.name(),
        Words.of(row.status()),
        css(row.status()),
        Formats.duration(row.durationNanos()),
        row.spanCount(),
        Formats.ago(EpochNanos.instant(row.endNanos()), now),
        Formats.utc(row.endNanos()),
        row.verdicts().stream()
            .filter(
                verdict -> verdict.outcome() == Outcome.FAIL || verdict.outcome() == Outcome.ERROR)
            .map(verdict ->
                new TracesPage.Mark(
                    verdict.name(), Words.of(verdict.outcome()), css(verdict.outcome())))
            .toList(),
        (int) row.verdicts().stream().filter(v -> v.outcome() == Outcome.PASS).count());
  }

  HttpResponse trace(ServiceRequestContext context) {
    var id = Parameters.of(context).traceId();
    var trace = lookup.trace(id).orElseThrow(() -> ApiV1.unknownTrace(id));
    List<Assessment> assessments = List.of();
    String unavailable = null;
    try {
      assessments = lookup.assessments(id);
    } catch (LookupUnavailableException e) {
      unavailable = e.getMessage();
    }
    return page(
        "trace.jte", "Trace " + id, "traces", TraceDetail.page(trace, assessments, unavailable));
  }

  private FailingList failing(AssessmentFilter filter, int limit) {
    try {
      var now = clock.instant();
      return new FailingList(
          lookup.latest(filter, limit).stream().map(row -> failingRow(row, now)).toList(), null);
    } catch (LookupUnavailableException e) {
      return new FailingList(List.of(), e.getMessage());
    }
  }

  private static FailingList.Row failingRow(AssessmentRow row, Instant now) {
    return new FailingList.Row(
        Words.elementId("f", row.traceId(), row.name()),
        row.traceId(),
        row.app(),
        row.environment(),
        row.appVersion(),
        row.name(),
        Words.of(row.outcome()),
        css(row.outcome()),
        Source.of(row.source(), row.sourceId(), row.simulated()),
        row.rationale(),
        Formats.ago(EpochNanos.instant(row.traceEndNanos()), now),
        Formats.utc(row.traceEndNanos()));
  }

  static String css(Outcome outcome) {
    return switch (outcome) {
      case PASS -> "ok";
      case FAIL -> "bad";
      case NONE -> "none";
      case ERROR -> "warn";
    };
  }

  static String css(TraceStatus status) {
    return switch (status) {
      case OK -> "ok";
      case ERROR -> "bad";
      case IN_PROGRESS -> "warn";
    };
  }

  private HttpResponse page(String template, String title, String nav, Object page) {
    var notReady =
        health.readyParts().stream().filter(part -> !part.up()).map(HealthPage.Part::name).toList();
    return Respond.html(HttpStatus.OK, templates.page(template, title, nav, notReady, page));
  }

  static boolean isActive(ScorerSpec spec) {
    return spec.state() == ScorerState.ACTIVE;
  }
}
