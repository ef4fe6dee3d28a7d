package dev.assay.api;

import com.linecorp.armeria.server.Server;
import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.model.Assessment;
import dev.assay.model.AssessmentId;
import dev.assay.model.AssessmentKind;
import dev.assay.model.JudgeUsage;
import dev.assay.model.Lane;
import dev.assay.model.Outcome;
import dev.assay.model.QualitySeries;
import dev.assay.model.QualityWindow;
import dev.assay.model.QualityWindow.Counts;
import dev.assay.model.Score;
import dev.assay.model.ScorerError;
import dev.assay.model.ScorerSpec;
import dev.assay.model.SourceType;
import dev.assay.quality.QualityView;
import dev.assay.quality.TestViews;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The services on a server of their own, over readers in memory. */
final class ApiFixture implements AutoCloseable {
  /** What the services take for now. */
  static final Instant NOW = Instant.parse("2026-01-01T00:10:00Z");

  final FakeLookup lookup = new FakeLookup();
  final QualityView quality;
  final List<ScorerSpec> scorers = new ArrayList<>();
  final Metrics metrics = Metrics.standalone();
  HealthCheck.Status kafka = HealthCheck.Status.up("connected");
  Supplier<HealthCheck.Status> process = () -> HealthCheck.Status.up("running");
  private final Server server;
  private final HttpClient client = HttpClient.newHttpClient();

  ApiFixture() {
    this(Clock.fixed(NOW, ZoneOffset.UTC));
  }

  ApiFixture(Clock clock) {
    quality = new QualityView(clock, Duration.ofHours(25));
    var services =
        new ApiServices(
            metrics.registry(),
            List.of(new HealthCheck("process", () -> process.get())),
            List.of(
                new HealthCheck("kafka", () -> kafka),
                new HealthCheck("assay-traces", () -> HealthCheck.Status.up("RUNNING"))),
            lookup,
            quality,
            Duration.ofHours(25),
            () -> scorers,
            clock);
    var builder = Server.builder().http(0);
    services.bind(builder, true);
    server = builder.build();
    server.start().join();
  }

  String url(String path) {
    return "http://127.0.0.1:" + server.activeLocalPort() + path;
  }

  int port() {
    return server.activeLocalPort();
  }

  HttpResponse<String> get(String path, String... headers) {
    return send("GET", path, headers);
  }

  HttpResponse<String> send(String method, String path, String... headers) {
    var request =
        HttpRequest.newBuilder(URI.create(url(path)))
            .timeout(Duration.ofSeconds(20))
            .method(method, HttpRequest.BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (java.io.IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Verdicts in {@code production}, so many minutes ago. */
  void quality(String app, String version, String scorer, long minutesAgo, int passed, int failed) {
    var counts = Counts.ZERO;
    for (int i = 0; i < passed + failed; i++) {
      counts = counts.plus(Counts.of(i < passed ? Outcome.PASS : Outcome.FAIL, 1, null));
    }
    quality(app, version, scorer, minutesAgo, counts);
  }

  void quality(String app, String version, String scorer, long minutesAgo, Counts counts) {
    var series = new QualitySeries(app, "production", version, scorer, "1", SourceType.CODE);
    var minute = NOW.minus(Duration.ofMinutes(minutesAgo));
    TestViews.put(
        quality,
        QualityWindow.minute(series, minute.toEpochMilli() * 1_000_000, counts, null),
        NOW.toEpochMilli());
  }

  void count(Meter meter, double amount, String... labels) {
    metrics.add(meter, amount, labels);
  }

  /** A verdict of code on a trace of {@code support-chat} 1.0. */
  static Assessment verdict(String traceId, String name, Outcome outcome, String rationale) {
    return verdict(traceId, "support-chat", "1.0", name, outcome, rationale, SourceType.CODE, name);
  }

  static Assessment verdict(
      String traceId,
      String app,
      String version,
      String name,
      Outcome outcome,
      @Nullable String rationale,
      SourceType source,
      String sourceId) {
    return new Assessment(
        AssessmentId.of(traceId, null, name, name, "1", 1),
        name,
        traceId,
        null,
        null,
        1,
        app,
        "production",
        version,
        name,
        "1",
        source == SourceType.CODE ? Lane.INLINE : Lane.WORKER,
        AssessmentKind.FEEDBACK,
        outcome == Outcome.ERROR
            ? null
            : outcome == Outcome.NONE
                ? new Score.Num(412)
                : new Score.Bool(outcome == Outcome.PASS),
        outcome,
        outcome == Outcome.ERROR ? null : rationale,
        source,
        sourceId,
        outcome == Outcome.ERROR ? new ScorerError("SCORER_EXCEPTION", rationale) : null,
        source == SourceType.LLM_JUDGE ? 0.25 : 1.0,
        Map.of(),
        source == SourceType.LLM_JUDGE ? new JudgeUsage(sourceId, 812, 96, 0.00042) : null,
        NOW.minusSeconds(75).toEpochMilli() * 1_000_000,
        NOW.minusSeconds(74).toEpochMilli() * 1_000_000,
        NOW.minusSeconds(73).toEpochMilli() * 1_000_000,
        false,
        null,
        null);
  }

  @Override
  public void close() {
    server.stop().join();
  }
}
