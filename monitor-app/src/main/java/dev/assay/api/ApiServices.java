package dev.assay.api;

import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.ServerListener;
import com.linecorp.armeria.server.encoding.EncodingService;
import dev.assay.lookup.Lookup;
import dev.assay.model.ScorerSpec;
import dev.assay.quality.QualityView;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Everything on port 8080: metrics, health, the JSON API and the pages. Reads only; nothing here
 * changes anything. Whatever is under a path of its own here, errors included, carries the headers
 * of {@link Security}.
 */
public final class ApiServices {
  private final Problems problems;
  private final Assets assets;
  private final MetricsPage metrics;
  private final HealthPage health;
  private final ApiV1 api;
  private final Pages pages;
  private final Throughput throughput;

  /**
   * @param registry what {@code /metrics} exposes
   * @param live checks that say the process is past saving when they are down; often none
   * @param ready checks of every part that must work before traffic comes
   * @param lookup where traces and assessments are
   * @param quality the figures
   * @param reach how far back those are held
   * @param scorers every definition known now
   */
  public ApiServices(
      PrometheusRegistry registry,
      List<HealthCheck> live,
      List<HealthCheck> ready,
      Lookup lookup,
      QualityView quality,
      Duration reach,
      Supplier<List<ScorerSpec>> scorers,
      Clock clock) {
    this.assets = new Assets();
    var templates = new Templates(assets);
    this.problems = new Problems(templates);
    this.metrics = new MetricsPage(registry);
    this.health = new HealthPage(live, ready);
    this.throughput = new Throughput(registry);
    var figures = new Quality(quality, reach);
    this.api = new ApiV1(lookup, figures, scorers, clock);
    this.pages = new Pages(templates, lookup, figures, scorers, health, throughput, clock);
  }

  /**
   * Adds the services to a server that has no other on these ports.
   *
   * @param pages whether API and pages are among them; metrics and health always are
   */
  public void bind(ServerBuilder server, boolean pages) {
    get(server, "/metrics", metrics::answer);
    get(server, "/health/live", health::live);
    get(server, "/health/ready", health::ready);
    if (pages) {
      bindPages(server);
    }
    get(
        server,
        "prefix:/",
        _ -> {
          throw Problem.notFound("there is nothing under this path");
        });

    server.errorHandler(problems);
    server.decorator(Security::new);
    server.decorator(
        EncodingService.builder()
            .encodableContentTypes(ApiServices::isText)
            .minBytesToForceChunkedEncoding(1_024)
            .newDecorator());
    server.serverListener(sampling(throughput));
  }

  private void bindPages(ServerBuilder server) {
    get(server, "/api/v1/scorers", api::scorers);
    get(server, "/api/v1/traces/{id}", api::trace);
    get(server, "/api/v1/traces/{id}/assessments", api::traceAssessments);
    get(server, "/api/v1/assessments", api::assessments);
    get(server, "/api/v1/quality", api::quality);
    get(server, "/api/v1/quality/timeline", api::timeline);

    get(server, "/", pages::overview);
    get(server, "/fragments/overview", pages::overviewFragment);
    get(server, "/scorers", pages::scorers);
    get(server, "/scorers/{*name}", pages::scorer);
    get(server, "/traces", pages::traces);
    get(server, "/traces/{id}", pages::trace);
    get(server, "/assets/{name}", assets::answer);
  }

  private void get(ServerBuilder server, String path, Respond.Handler handler) {
    server.service(path, Respond.to(handler, problems));
  }

  private static boolean isText(MediaType type) {
    return type.is(MediaType.ANY_TEXT_TYPE)
        || type.subtype().endsWith("json")
        || type.subtype().endsWith("openmetrics-text")
        || type.subtype().endsWith("protobuf")
        || type.subtype().endsWith("xml");
  }

  // The figures of the overview are sampled while the server runs.
  private static ServerListener sampling(Throughput throughput) {
    var timer = new AtomicReference<@Nullable ScheduledExecutorService>();
    return ServerListener.builder()
        .whenStarted((Server _) -> timer.set(throughput.start()))
        .whenStopping((Server _) -> {
          var running = timer.getAndSet(null);
          if (running != null) {
            running.shutdownNow();
          }
        })
        .build();
  }
}
