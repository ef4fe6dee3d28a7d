package dev.assay.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.metrics.Meter;
import dev.assay.model.Objective;
import dev.assay.model.Outcome;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScorerState;
import dev.assay.model.TestTraces;
import dev.assay.wire.Json;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ApiTest {
  private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";

  private ApiFixture app;

  @BeforeAll
  void start() {
    app = new ApiFixture();
    app.lookup.traces.add(TestTraces.chat(ID, "Are you open?", "We open at nine."));
    app.lookup.traces.add(TestTraces.agentWithFailedTool("tr-2"));
    app.lookup.assessments.add(
        ApiFixture.verdict(ID, "refusal", Outcome.PASS, "answers the question"));
    app.lookup.assessments.add(
        ApiFixture.verdict(ID, "not_empty", Outcome.FAIL, "the answer is too short"));
    app.lookup.assessments.add(
        ApiFixture.verdict("tr-2", "json_validity", Outcome.ERROR, "schema is gone"));
    app.scorers.add(
        spec("not_empty", ScorerState.ACTIVE, new Objective(Objective.Direction.AT_LEAST, 0.95)));
    app.scorers.add(spec("refusal", ScorerState.PAUSED, null));
    app.quality("support-chat", "1.0", "not_empty", 20, 97, 3);
    app.quality("support-chat", "1.1", "not_empty", 2, 60, 40);
    app.count(Meter.TRACES, 12, "support-chat", "assembled");
    for (int i = 0; i < 40; i++) {
      app.count(Meter.LATE_SPANS, 1, "app-" + i, "1s", "late");
    }
  }

  @AfterAll
  void stop() {
    app.close();
  }

  private static ScorerSpec spec(String name, ScorerState state, Objective objective) {
    return new ScorerSpec(
        name,
        "3",
        "contains",
        Map.of("text", "nine"),
        dev.assay.model.Level.TRACE,
        state,
        state == ScorerState.PAUSED ? "threw 10 times in a row" : null,
        0.5,
        Map.of("app", List.of("support-chat")),
        new dev.assay.model.PassCondition.AtLeast(0.7),
        objective,
        "team-chat",
        "says nine");
  }

  private JsonNode json(HttpResponse<String> response) {
    return Json.parse(response.body()).orElseThrow();
  }

  @Test
  void givesATraceWithTheNamesOfItsSchemaAndTimesInRfc3339() {
    var response = app.get("/api/v1/traces/" + ID);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(contentType(response)).isEqualTo("application/json; charset=utf-8");
    var trace = json(response);
    assertThat(trace.get("trace_id").asText()).isEqualTo(ID);
    assertThat(trace.get("app_version").asText()).isEqualTo("1.0");
    assertThat(trace.get("start").asText()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(trace.get("duration_nanos").asLong()).isEqualTo(1_000_000_000);
    assertThat(trace.get("answer").asText()).isEqualTo("We open at nine.");
    assertThat(trace.has("expectations")).isFalse();
    var call = trace.get("spans").get(1);
    assertThat(call.get("parent_id").asText()).isEqualTo("00000000000000a0");
    assertThat(call.get("start").asText()).isEqualTo("2026-01-01T00:00:00.010Z");
    assertThat(call.get("token_usage").get("input_tokens").asInt()).isEqualTo(100);
    assertThat(call.get("messages").get(1).get("role").asText()).isEqualTo("assistant");
    assertThat(call.get("events").get(0).get("name").asText()).isEqualTo("first_token");
  }

  @Test
  void givesTheAssessmentsOfATrace() {
    var all = json(app.get("/api/v1/traces/" + ID + "/assessments")).get("assessments");

    assertThat(all).hasSize(2);
    assertThat(all.get(1).get("name").asText()).isEqualTo("not_empty");
    assertThat(all.get(1).get("outcome").asText()).isEqualTo("FAIL");
    assertThat(all.get(1).get("value").asBoolean(true)).isFalse();
    assertThat(all.get(1).get("source").asText()).isEqualTo("CODE");
    assertThat(all.get(1).get("sampling_probability").asDouble()).isEqualTo(1.0);
    assertThat(all.get(1).get("created").asText()).isEqualTo("2026-01-01T00:08:47Z");
  }

  @Test
  void listsAssessmentsByScorerAndOutcome() {
    var failing =
        json(app.get("/api/v1/assessments?scorer=not_empty&outcome=fail")).get("assessments");
    var errors = json(app.get("/api/v1/assessments?outcome=ERROR&limit=1")).get("assessments");

    assertThat(failing).hasSize(1);
    assertThat(failing.get(0).get("trace_id").asText()).isEqualTo(ID);
    assertThat(errors.get(0).get("error").get("code").asText()).isEqualTo("SCORER_EXCEPTION");
    assertThat(errors.get(0).has("value")).isFalse();
  }

  @Test
  void listsScorersWithTheirStateAndObjective() {
    var scorers = json(app.get("/api/v1/scorers")).get("scorers");

    assertThat(scorers).hasSize(2);
    assertThat(scorers.get(0).get("objective").get("target").asDouble()).isEqualTo(0.95);
    assertThat(scorers.get(0).get("pass_condition").get("at_least").asDouble()).isEqualTo(0.7);
    assertThat(scorers.get(0).get("filter").get("app").get(0).asText()).isEqualTo("support-chat");
    assertThat(scorers.get(1).get("state_reason").asText()).contains("10 times");
  }

  @Test
  void givesQualityByVersionWithItsInterval() {
    var answer = json(app.get("/api/v1/quality?window=1h&app=support-chat&scorer=not_empty"));

    assertThat(answer.get("to").asText()).isEqualTo("2026-01-01T00:10:00Z");
    assertThat(answer.get("from").asText()).isEqualTo("2025-12-31T23:10:00Z");
    assertThat(answer.get("quality")).hasSize(2);
    var worse = answer.get("quality").get(1);
    assertThat(worse.get("app_version").asText()).isEqualTo("1.1");
    assertThat(worse.get("pass_rate").asDouble()).isEqualTo(0.6);
    assertThat(worse.get("pass_rate_lower").asDouble()).isBetween(0.49, 0.52);
    assertThat(worse.get("pass_rate_upper").asDouble()).isBetween(0.68, 0.71);
    assertThat(worse.get("failed").asInt()).isEqualTo(40);
  }

  @Test
  void sumsVersionsUpWhenAsked() {
    var rows = json(app.get("/api/v1/quality?by=scorer")).get("quality");

    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).get("passed").asInt()).isEqualTo(157);
    assertThat(rows.get(0).has("app_version")).isFalse();
  }

  @Test
  void leavesOutWhatEndedBeforeTheWindow() {
    var rows = json(app.get("/api/v1/quality?window=10m")).get("quality");

    assertThat(rows).hasSize(1);
    assertThat(rows.get(0).get("app_version").asText()).isEqualTo("1.1");
  }

  @Test
  void givesQualityOverTimeWithVersionMarks() {
    var answer = json(app.get("/api/v1/quality/timeline?window=1h&scorer=not_empty"));

    assertThat(answer.get("from").asText()).isEqualTo("2025-12-31T23:49:00Z");
    assertThat(answer.get("step_seconds").asInt()).isEqualTo(60);
    assertThat(answer.get("timelines").get(0).get("points")).hasSize(2);
    assertThat(answer.get("versions").get(1).get("app_version").asText()).isEqualTo("1.1");
    assertThat(answer.get("versions").get(1).get("first_seen").asText())
        .isEqualTo("2026-01-01T00:08:00Z");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/api/v1/quality?window=1y           | window  | m, h or d",
        "/api/v1/quality?window=0m           | window  | m, h or d",
        "/api/v1/quality?window=999999d      | window  | 25h",
        "/api/v1/quality?by=colour           | by      | scorer, version",
        "/api/v1/quality?app=AAAA            | app     | at most 256",
        "/api/v1/assessments?outcome=bad     | outcome | pass, fail, none, error",
        "/api/v1/assessments?limit=0         | limit   | 1 to 200",
        "/api/v1/assessments?limit=1e3       | limit   | 1 to 200",
        "/api/v1/assessments?limit=9999999999| limit   | 1 to 200",
        "/api/v1/assessments?scorer=a%20b    | scorer  | 1 to 128",
        "/api/v1/assessments?colour=red      | colour  | app, scorer, outcome, limit",
        "/api/v1/traces/%27%20or%201=1       | id      | 1 to 128",
        "/api/v1/scorers?limit=1             | limit   | none",
      })
  void refusesAParameterByNameAndSaysWhatIsAllowed(String path, String name, String allowed) {
    var response = app.get(path.strip().replace("AAAA", "a".repeat(300)));

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(contentType(response)).startsWith("application/problem+json");
    assertThat(json(response).get("parameter").asText()).isEqualTo(name);
    assertThat(json(response).get("detail").asText()).contains(allowed);
    assertThat(json(response).get("status").asInt()).isEqualTo(400);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/v1/traces/unknown",
        "/api/v1/traces/unknown/assessments",
        "/api/v1/nothing",
        "/api/v2/traces",
        "/nothing",
        "/scorers/unknown",
        "/assets/nothing.js"
      })
  void saysNotFoundAsAProblem(String path) {
    var response = app.get(path);

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(contentType(response)).startsWith("application/problem+json");
    assertThat(json(response).get("title").asText()).isEqualTo("Not found");
  }

  @Test
  void saysNotFoundToPeopleAsAPage() {
    var response = app.get("/traces/unknown", "Accept", "text/html,application/xhtml+xml");

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(contentType(response)).startsWith("text/html");
    assertThat(response.body()).contains("Not found").contains("no trace unknown");
  }

  @Test
  void tellsNothingOfTheInsideWhenItFails() {
    app.lookup.broken = true;
    try {
      var response = app.get("/api/v1/traces/" + ID);

      assertThat(response.statusCode()).isEqualTo(500);
      assertThat(contentType(response)).startsWith("application/problem+json");
      assertThat(response.body())
          .contains("internal error")
          .doesNotContain("secret-internal-detail", "Exception", "dev.assay", "at ");
    } finally {
      app.lookup.broken = false;
    }
  }

  @Test
  void saysTryAgainWhileTheIndexStartsAndShowsTheRestOfTheOverview() {
    app.lookup.unavailable = true;
    try {
      var response = app.get("/api/v1/assessments");
      var overview = app.get("/");

      assertThat(response.statusCode()).isEqualTo(503);
      assertThat(response.headers().firstValue("retry-after")).hasValue("2");
      assertThat(overview.statusCode()).isEqualTo(200);
      assertThat(overview.body()).contains("index of traces is starting").contains("not_empty");
    } finally {
      app.lookup.unavailable = false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
  void readsOnly(String method) {
    for (var path : List.of("/", "/api/v1/scorers", "/api/v1/traces/" + ID, "/metrics")) {
      var response = app.send(method, path);

      assertThat(response.statusCode()).as(path).isEqualTo(405);
      assertThat(response.headers().firstValue("allow")).hasValue("GET, HEAD");
    }
  }

  @Test
  void answersHeadWithoutABody() {
    var response = app.send("HEAD", "/api/v1/scorers");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/scorers",
        "/scorers/not_empty",
        "/traces",
        "/traces?show=failing",
        "/traces/" + ID,
        "/fragments/overview",
        "/api/v1/scorers",
        "/api/v1/quality",
        "/metrics",
        "/health/live",
        "/health/ready",
        "/assets/app.js",
        "/nothing",
        "/api/v1/assessments?limit=x"
      })
  void everyAnswerForbidsWhatIsNotOurs(String path) {
    for (var accept : List.of("text/html", "application/json")) {
      var headers = app.get(path, "Accept", accept).headers();

      assertThat(headers.allValues("content-security-policy")).as(path).hasSize(1);
      assertThat(headers.firstValue("content-security-policy").orElseThrow())
          .contains("default-src 'none'", "script-src 'self'", "style-src 'self'")
          .contains("frame-ancestors 'none'", "base-uri 'none'")
          .doesNotContain("unsafe", "*", "data:", "http");
      assertThat(headers.firstValue("x-content-type-options")).hasValue("nosniff");
      assertThat(headers.firstValue("referrer-policy")).hasValue("no-referrer");
    }
  }

  @Test
  void isLiveAndReadyWithItsPartsNamed() {
    var live = app.get("/health/live");
    var ready = app.get("/health/ready");

    assertThat(live.statusCode()).isEqualTo(200);
    assertThat(ready.statusCode()).isEqualTo(200);
    assertThat(json(ready).get("status").asText()).isEqualTo("UP");
    assertThat(json(ready).get("parts").get(0).get("name").asText()).isEqualTo("kafka");
  }

  @Test
  void isNotReadyWhileAPartIsDownAndPagesSaySo() {
    app.kafka = HealthCheck.Status.down("no broker answers");
    try {
      var ready = app.get("/health/ready");

      assertThat(ready.statusCode()).isEqualTo(503);
      assertThat(json(ready).get("status").asText()).isEqualTo("DOWN");
      assertThat(json(ready).get("parts").get(0).get("detail").asText())
          .isEqualTo("no broker answers");
      assertThat(app.get("/health/live").statusCode()).isEqualTo(200);
      assertThat(app.get("/").body()).contains("Not ready: kafka").contains("no broker answers");
    } finally {
      app.kafka = HealthCheck.Status.up("connected");
    }
  }

  @Test
  void aCheckThatThrowsIsDown() {
    app.process =
        () -> {
          throw new IllegalStateException("secret");
        };
    try {
      var live = app.get("/health/live");

      assertThat(live.statusCode()).isEqualTo(503);
      assertThat(live.body()).contains("IllegalStateException").doesNotContain("secret");
    } finally {
      app.process = () -> HealthCheck.Status.up("running");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text/plain                                                     | text/plain;"
            + " version=0.0.4",
        "*/*                                                            | text/plain;"
            + " version=0.0.4",
        "application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1     |"
            + " application/openmetrics-text",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,*/*;q=0.1"
            + " | application/vnd.google.protobuf",
      })
  void givesMetricsInTheFormatAskedFor(String accept, String type) {
    var response = app.get("/metrics", "Accept", accept.strip());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(contentType(response)).startsWith(type.strip());
    assertThat(response.body()).contains("assay_traces");
  }

  @Test
  void metricsAreTheCountersAndCanBeNamed() {
    assertThat(app.get("/metrics").body())
        .contains("assay_traces_total{app=\"support-chat\",outcome=\"assembled\"} 12.0");
    assertThat(app.get("/metrics?name%5B%5D=assay_traces_total").body())
        .contains("assay_traces_total")
        .doesNotContain("assay_spans");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/metrics", "/", "/api/v1/traces/" + ID, "/assets/app.js"})
  void compressesForThoseWhoCanRead(String path) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(app.url(path))).header("Accept-Encoding", "gzip").build();
    HttpResponse<byte[]> response =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofByteArray());

    assertThat(response.headers().firstValue("content-encoding")).hasValue("gzip");
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isNotEmpty();
    }
  }

  @Test
  void assetsMayBeCachedForEverUnderAnAddressThatChangesWithThem() {
    var page = app.get("/").body();
    var addresses =
        java.util.regex.Pattern.compile("\"(/assets/[^\"]+)\"")
            .matcher(page)
            .results()
            .map(result -> result.group(1))
            .toList();

    assertThat(addresses).hasSize(6).allMatch(address -> address.matches(".+\\?v=[0-9a-f]{12}"));
    for (var address : addresses) {
      var response = app.get(address);
      assertThat(response.statusCode()).as(address).isEqualTo(200);
      assertThat(response.headers().firstValue("cache-control").orElseThrow())
          .contains("immutable");
    }
  }

  /** Raw, since clients tidy paths before they send them. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/assets/../app.css",
        "/assets/..%2f..%2fMETA-INF/MANIFEST.MF",
        "/assets/%2e%2e/%2e%2e/logback.xml",
        "/assets/..%5c..%5capp.css",
        "/assets/....//app.css",
        "/assets/app.css%00.js",
        "/assets/%252e%252e%252fapp.css",
        "/../../../../etc/passwd",
        "/..%2f..%2f..%2f..%2fetc%2fpasswd",
        "//etc/passwd",
        "/traces/..%2f..%2fetc%2fpasswd",
        "/traces/%2e%2e",
        "/api/v1/traces/..%2fscorers",
        "/api/v1/traces/a%2fassessments",
        "/api/v1/traces/%00",
        "/api/v1/traces/%",
        "/api/v1/traces/%zz",
        "/scorers/..%2f..%2f",
        "/%",
        "/webjars/uplot/1.6.30/dist/uPlot.min.css",
        "/META-INF/MANIFEST.MF"
      })
  void noPathLeadsOutOfWhatIsServed(String path) throws Exception {
    var answer = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

    assertThat(answer).matches("(?s)HTTP/1.1 (400|404) .*");
    assertThat(answer)
        .doesNotContain("root:", "Manifest-Version", ":root {", "Exception", "dev.assay.");
  }

  private String raw(String request) throws Exception {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), app.port())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String contentType(HttpResponse<String> response) {
    return response.headers().firstValue("content-type").orElse("");
  }
}
