package dev.assay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.assay.demo.PlantedTruth;
import dev.assay.demo.Schedule;
import dev.assay.demo.SimulatedModel;
import dev.assay.demo.Traffic;
import dev.assay.metrics.Meter;
import dev.assay.wire.Json;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole way of an alert, with a real Prometheus and a real Alertmanager: a version that answers
 * badly rolls out, a webhook is told so with application, scorer and version, and told that it is
 * over after the roll-back.
 *
 * <p>The shipped rules are loaded as they are, windows of five minutes and one included: the bad
 * version fails so often that they fire within seconds, and a minute after its last trace the
 * shorter window is empty. Only intervals differ from what is shipped: a scrape every ten seconds,
 * an evaluation every second, and an Alertmanager that does not collect for long.
 */
class AlertIT {
  private static final Path DEPLOY = Path.of("..", "deploy").toAbsolutePath().normalize();
  private static final String SCORERS =
      """
      scorers:
        - {name: answered, kind: not_empty, objective: {at_least: 0.9}}
        - name: helpful
          kind: prompt
          parameters:
            instructions: |
              Does the answer do what the user asked for?

              What the user asked:
              {{ inputs }}

              What the application answered:
              {{ outputs }}
            value: boolean
            model: "simulated:/simulated-judge"
          sample_rate: 0.5
          objective: {at_least: 0.9}
      """;
  private static final String APP = "support-chat";
  private static final String OLD = "3.1.0";
  private static final String NEW = "3.2.0";
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Duration FOR_EVER = Duration.ofDays(1);

  /**
   * Panels about what does not happen in this run, or has ended by then; versions are compared over
   * an hour.
   */
  private static final Set<String> MAY_BE_SILENT =
      Set.of(
          "Cost an hour",
          "Dead letters",
          "Errors by code",
          "Late spans",
          "Scorers paused, topologies running",
          "When alerts fired",
          "Worse than the version before",
          "… in standard errors");

  /** What the webhook was told of one alert. */
  private record Told(String status, Map<String, String> labels, String summary) {
    boolean is(String wanted, String alert) {
      return status.equals(wanted) && alert.equals(labels.get("alertname"));
    }
  }

  @TempDir Path folder;
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final List<Told> told = new CopyOnWriteArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final PlantedTruth truth = new PlantedTruth();
  private TestMonitor monitor;
  private long run = 1;
  private int prometheusPort;

  @BeforeEach
  void start() throws Exception {
    var prometheus = tool("prometheus");
    var alertmanager = tool("prometheus-alertmanager", "alertmanager");
    var judge =
        keep(
            SimulatedModel.start(
                0,
                truth,
                SimulatedModel.Behaviour.constant(Duration.ofMillis(50)),
                Clock.systemUTC()));
    monitor = keep(TestMonitor.start(folder, SCORERS, judge.baseUrl(), Map.of())).ready();
    startPrometheus(prometheus, startAlertmanager(alertmanager, startWebhook()));
  }

  @AfterEach
  void stop() throws Exception {
    while (!parts.isEmpty()) {
      parts.pop().close();
    }
  }

  @Test
  void aBadVersionIsReportedAndTheReportEndsAfterItsRollback() throws Exception {
    try (var _ = traffic(schedule(FOR_EVER, Duration.ZERO))) {
      await()
          .atMost(PATIENCE)
          .ignoreException(UncheckedIOException.class)
          .until(() -> verdicts(OLD) >= 100);
    }
    try (var _ = traffic(schedule(Duration.ZERO, FOR_EVER))) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(told).anyMatch(t -> t.is("firing", "AssayQualityBelowObjectiveFast")));
    }
    // all phases are over: the old version again
    try (var _ = traffic(schedule(Duration.ZERO, Duration.ZERO))) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(told).anyMatch(t -> t.is("resolved", "AssayQualityBelowObjectiveFast")));
    }

    theDashboardDraws();
    var fast =
        told.stream()
            .filter(t -> "AssayQualityBelowObjectiveFast".equals(t.labels().get("alertname")))
            .toList();
    // of nothing else: neither the old version nor another application nor another scorer
    assertThat(fast)
        .allSatisfy(t ->
            assertThat(t.labels())
                .containsEntry("app", APP)
                .containsEntry("app_version", NEW)
                .containsEntry("scorer", "helpful")
                .containsEntry("environment", "demo")
                .containsEntry("severity", "ticket"));
    assertThat(fast.getFirst().status()).isEqualTo("firing");
    assertThat(fast.getFirst().summary())
        .startsWith("support-chat 3.2.0: helpful fails ")
        .contains("objective 90%");
    assertThat(fast.getLast().status()).isEqualTo("resolved");
    assertThat(told)
        .as("alerts on Assay itself")
        .noneMatch(t -> "platform".equals(t.labels().get("owner")));
  }

  /** Every query of the dashboard is answered, with data unless this run has none to show. */
  private void theDashboardDraws() throws Exception {
    var dashboard =
        Json.mapper()
            .readTree(DEPLOY.resolveSibling("grafana/dashboards/assay-overview.json").toFile());
    var silent = new TreeSet<String>();
    for (var panel : dashboard.path("panels")) {
      for (var target : panel.path("targets")) {
        var query =
            target
                .path("expr")
                .asText()
                .replace("$__rate_interval", "5m")
                .replace("$__interval", "1m")
                .replace("$__range", "15m")
                .replace("$window", "5m")
                .replaceAll("\\$(app|environment|version|scorer)\\b", ".*");
        assertThat(query).doesNotContain("$");
        var answer = query(query);
        assertThat(answer.path("status").asText()).as(query).isEqualTo("success");
        if (answer.at("/data/result").isEmpty()) {
          silent.add(panel.path("title").asText());
        }
      }
    }
    assertThat(silent).isSubsetOf(MAY_BE_SILENT);
  }

  private JsonNode query(String query) throws Exception {
    var response =
        http.send(
            HttpRequest.newBuilder(
                    URI.create(
                        "http://127.0.0.1:%d/api/v1/query?query=%s"
                            .formatted(
                                prometheusPort, URLEncoder.encode(query, StandardCharsets.UTF_8))))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    return Json.mapper().readTree(response.body());
  }

  private double verdicts(String version) {
    return monitor
        .scrape()
        .sum(Meter.ASSESSMENTS, "app", APP, "app_version", version, "scorer", "helpful");
  }

  /** The old version for so long, then the bad one for so long, then the old one. */
  private static Schedule schedule(Duration before, Duration bad) {
    return new Schedule(before, Duration.ZERO, Duration.ZERO, Duration.ZERO, bad, Duration.ZERO);
  }

  private Traffic traffic(Schedule schedule) {
    run++;
    var traffic =
        new Traffic(
            new Traffic.Settings(monitor.otlp(), "demo", 30, run, run, schedule, null),
            truth,
            Clock.systemUTC());
    traffic.start();
    return traffic;
  }

  // ---- the webhook

  private int startWebhook() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            var notification = Json.mapper().readTree(exchange.getRequestBody().readAllBytes());
            for (var alert : notification.path("alerts")) {
              told.add(
                  new Told(
                      alert.path("status").asText(),
                      labels(alert.path("labels")),
                      alert.at("/annotations/summary").asText()));
            }
            exchange.sendResponseHeaders(200, -1);
          }
        });
    server.start();
    parts.push(() -> server.stop(0));
    return server.getAddress().getPort();
  }

  private static Map<String, String> labels(JsonNode labels) {
    return labels.properties().stream()
        .collect(
            java.util.stream.Collectors.toMap(
                Map.Entry::getKey, label -> label.getValue().asText()));
  }

  // ---- Prometheus and Alertmanager

  private int startAlertmanager(String tool, int webhook) throws Exception {
    var shipped = Files.readString(DEPLOY.resolve("alertmanager/alertmanager.yml"));
    var config =
        shipped
            // url_file is known from 0.26 on, Debian has 0.25
            .replaceAll("url_file: .*", "url: http://127.0.0.1:" + webhook + "/")
            .replaceAll("group_wait: .*", "group_wait: 1s")
            .replaceAll("group_interval: .*", "group_interval: 2s");
    int port = freePort();
    spawn(
        "alertmanager",
        port,
        tool,
        "--config.file=" + Files.writeString(folder.resolve("alertmanager.yml"), config),
        "--storage.path=" + folder.resolve("alertmanager"),
        "--web.listen-address=127.0.0.1:" + port,
        "--cluster.listen-address=");
    return port;
  }

  private void startPrometheus(String tool, int alertmanager) throws Exception {
    var config =
        """
        global: {scrape_interval: 10s, scrape_timeout: 10s, evaluation_interval: 1s}
        rule_files: ["%s/*.yml"]
        alerting:
          alertmanagers:
            - static_configs: [{targets: ["127.0.0.1:%d"]}]
        scrape_configs:
          - job_name: assay
            static_configs: [{targets: ["127.0.0.1:%d"]}]
        """
            .formatted(DEPLOY.resolve("prometheus/rules"), alertmanager, monitor.httpPort());
    int port = freePort();
    prometheusPort = port;
    spawn(
        "prometheus",
        port,
        tool,
        "--config.file=" + Files.writeString(folder.resolve("prometheus.yml"), config),
        "--storage.tsdb.path=" + folder.resolve("prometheus"),
        "--web.listen-address=127.0.0.1:" + port);
  }

  private void spawn(String name, int port, String... command) throws Exception {
    var log = folder.resolve(name + ".log");
    var process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    parts.push(() -> {
      process.destroy();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    });
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> !process.isAlive() || TestMonitor.responds(port, "/-/ready"));
    assertThat(process.isAlive()).as(() -> name + ": " + read(log)).isTrue();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String tool(String... names) {
    return Stream.of(names)
        .flatMap(name ->
            Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(path -> Path.of(path, name)))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElseGet(() -> {
          var reason =
              names[0]
                  + " is not on the PATH (Debian: apt-get install prometheus"
                  + " prometheus-alertmanager)";
          System.out.println("Not run: AlertIT: " + reason);
          return abort(reason);
        });
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.push(part);
    return part;
  }
}
