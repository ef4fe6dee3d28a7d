package dev.assay.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.sun.net.httpserver.HttpServer;
import dev.assay.metrics.Meter;
import dev.assay.wire.Topics;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is shipped beside the application: rules, alerts, dashboards, image and Compose stack. They
 * are run where their own tool can run them (promtool, amtool, a real Alertmanager), and compared
 * with the catalogue of meters, because a query for a metric that does not exist is silent.
 */
class DeployFilesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path DEPLOY = ROOT.resolve("deploy");
  private static final Path RULES = DEPLOY.resolve("prometheus/rules");
  private static final Path RULE_TESTS = DEPLOY.resolve("prometheus/tests");
  private static final Path DASHBOARDS = ROOT.resolve("grafana/dashboards");
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Labels that Prometheus adds to what Assay exposes. */
  private static final Set<String> TARGET_LABELS = Set.of("job", "instance", "le");

  @TempDir private Path temp;

  // ---- rules

  @Test
  void promtoolAcceptsTheRules() throws Exception {
    var command = command("promtool", "check", "rules");
    command.addAll(files(RULES, ".yml"));
    succeeds(command);
  }

  @Test
  void promtoolTestsOfTheRulesPass() throws Exception {
    var command = command("promtool", "test", "rules");
    command.addAll(files(RULE_TESTS, ".yml"));
    succeeds(command);
  }

  @Test
  void everyAlertIsSeenToFireToEndAndToBeSilent() throws Exception {
    var cases = new ArrayList<JsonNode>();
    for (var file : files(RULE_TESTS, ".yml")) {
      YAML.readTree(Path.of(file).toFile()).path("tests").forEach(cases::add);
    }
    for (var alert : alerts()) {
      var name = alert.path("alert").asText();
      // two rules of one name are told apart by their labels
      var labels = new HashMap<String, String>();
      alert.path("labels").properties().forEach(l -> labels.put(l.getKey(), l.getValue().asText()));
      boolean fires = false;
      boolean ends = false;
      boolean silentWithData = false;
      boolean silentWithoutData = false;
      for (var test : cases) {
        boolean fired = false;
        boolean everFired = false;
        boolean checked = false;
        for (var check : test.path("alert_rule_test")) {
          if (!check.path("alertname").asText().equals(name)) {
            continue;
          }
          checked = true;
          boolean firing =
              stream(check.path("exp_alerts"))
                  .map(expected -> expected.path("exp_labels"))
                  .anyMatch(found ->
                      labels.entrySet().stream()
                          .allMatch(l -> found.path(l.getKey()).asText().equals(l.getValue())));
          ends |= fired && !firing;
          fired = firing;
          everFired |= firing;
        }
        fires |= everFired;
        if (checked && !everFired) {
          silentWithData |= !test.path("input_series").isEmpty();
          silentWithoutData |= test.path("input_series").isEmpty();
        }
      }
      var shown = name + labels;
      assertThat(fires).as(shown + " fires in a test").isTrue();
      assertThat(ends).as(shown + " ends in a test in which it fired").isTrue();
      assertThat(silentWithData).as(shown + " is silent in a test with data").isTrue();
      // to see that there is nothing is what AssayDown is for
      assertThat(silentWithoutData || name.equals("AssayDown"))
          .as(shown + " is silent in a test without data")
          .isTrue();
    }
  }

  @Test
  void everyAlertSaysWhoseItIsAndWhatToDo() throws Exception {
    var anchors =
        Files.readAllLines(DEPLOY.resolve("README.md")).stream()
            .filter(line -> line.startsWith("#"))
            .map(line -> line.replaceFirst("^#+ ", "").toLowerCase(Locale.ROOT))
            .collect(toSet());
    assertThat(alerts()).isNotEmpty();
    for (var alert : alerts()) {
      var name = alert.path("alert").asText();
      var annotations = alert.path("annotations");
      assertThat(alert.at("/labels/severity").asText()).as(name).isIn("page", "ticket");
      assertThat(alert.at("/labels/owner").asText()).as(name).isIn("application", "platform");
      assertThat(annotations.path("summary").asText()).as(name).isNotBlank();
      assertThat(annotations.path("description").asText()).as(name).isNotBlank();
      assertThat(annotations.path("dashboard").asText()).as(name).contains("/d/assay-overview/");
      assertThat(annotations.path("runbook").asText())
          .as(name)
          .isEqualTo("deploy/README.md#" + name.toLowerCase(Locale.ROOT));
      assertThat(anchors).as("runbook sections").contains(name.toLowerCase(Locale.ROOT));
    }
  }

  @Test
  void everyRecordingRuleIsInTheReadme() throws Exception {
    var readme = Files.readString(DEPLOY.resolve("README.md"));
    for (var record : records()) {
      assertThat(readme).contains("`" + record.replaceFirst("(?<=[a-z])\\d+[mhd]$", "W") + "`");
    }
  }

  @Test
  void rulesAskOnlyForMetricsThatExist() throws Exception {
    for (var file : files(RULES, ".yml")) {
      for (var rule : rules(Path.of(file))) {
        var name = rule.path("alert").asText(rule.path("record").asText());
        knowsItsMetrics(file + ": " + name, rule.path("expr").asText());
        for (var query : templateQueries(rule.path("annotations"))) {
          knowsItsMetrics(file + ": annotation of " + name, query);
        }
      }
    }
  }

  @Test
  void queriesInAnnotationsAreValid() throws Exception {
    var queries = new LinkedHashSet<String>();
    for (var alert : alerts()) {
      queries.addAll(templateQueries(alert.path("annotations")));
    }
    assertThat(queries).isNotEmpty();
    valid(queries);
  }

  // ---- Prometheus and Alertmanager

  @Test
  void promtoolAcceptsTheConfiguration() throws Exception {
    var tool = tool("promtool");
    var folder = Files.createDirectory(temp.resolve("prometheus"));
    var rules = Files.createDirectory(folder.resolve("rules"));
    for (var file : files(RULES, ".yml")) {
      Files.copy(Path.of(file), rules.resolve(Path.of(file).getFileName()));
    }
    var config = Files.readString(DEPLOY.resolve("prometheus/prometheus.yml"));
    // Debian's Prometheus is 2.x
    var version = run(List.of(tool, "--version"));
    if (version.output().contains("version 2.")) {
      config = config.replaceAll("(?m)^.*# \\(3\\.x\\)\n", "");
    }
    var file = Files.writeString(folder.resolve("prometheus.yml"), config);
    succeeds(List.of(tool, "check", "config", file.toString()));
  }

  @Test
  void amtoolAcceptsTheConfiguration() throws Exception {
    var tool = tool("amtool");
    var file = temp.resolve("alertmanager.yml");
    Files.writeString(file, alertmanagerConfig("http://127.0.0.1:9/"));
    succeeds(List.of(tool, "check-config", file.toString()));
  }

  @Test
  void aPageSilencesItsTicketAndAStalledStageTheQualityBehindIt() throws Exception {
    var hooks = new CopyOnWriteArrayList<JsonNode>();
    var webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    webhook.createContext(
        "/",
        exchange -> {
          hooks.add(JSON.readTree(exchange.getRequestBody()));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    webhook.start();
    try {
      withAlertmanager(
          "http://127.0.0.1:" + webhook.getAddress().getPort() + "/",
          api -> {
            post(
                api,
                quality("AssayQualityBelowObjective", "page", "chat", "helpful"),
                quality("AssayQualityBelowObjective", "ticket", "chat", "helpful"),
                quality("AssayQualityBelowObjectiveFast", "ticket", "chat", "helpful"),
                quality("AssayVersionWorse", "ticket", "chat", "helpful"),
                // another scorer, another application: not the same objective
                quality("AssayQualityBelowObjectiveFast", "ticket", "chat", "pii"),
                quality("AssayQualityBelowObjectiveFast", "ticket", "rag", "helpful"),
                // behind a stalled stage
                quality("AssayQualityBelowObjective", "page", "agent", "helpful"),
                quality("AssayQualityBelowObjective", "page", "mail", "stuck"),
                Map.of("alertname", "AssayPipelineStalled", "stage", "assembly", "app", "agent"),
                Map.of("alertname", "AssayPipelineStalled", "stage", "scoring", "scorer", "stuck"));
            await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                    assertThat(notInhibited(api))
                        .containsExactlyInAnyOrder(
                            "AssayQualityBelowObjective page chat helpful",
                            "AssayVersionWorse ticket chat helpful",
                            "AssayQualityBelowObjectiveFast ticket chat pii",
                            "AssayQualityBelowObjectiveFast ticket rag helpful",
                            "AssayPipelineStalled  agent ",
                            "AssayPipelineStalled   stuck"));
            // one notification for one application and scorer
            await()
                .atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                    assertThat(hooks)
                        .map(DeployFilesTest::alertsOf)
                        .contains(
                            Set.of("AssayQualityBelowObjective page", "AssayVersionWorse ticket")));
            assertThat(hooks)
                .flatMap(DeployFilesTest::alertsOf)
                .doesNotContain("AssayQualityBelowObjective ticket");
          });
    } finally {
      webhook.stop(0);
    }
  }

  // ---- Grafana

  @Test
  void queriesOfTheDashboardsAreValid() throws Exception {
    var queries = new LinkedHashSet<String>();
    for (var dashboard : dashboards().values()) {
      queries.addAll(queries(dashboard));
    }
    assertThat(queries).hasSizeGreaterThan(30);
    valid(queries);
  }

  @Test
  void dashboardsAskOnlyForMetricsThatExist() throws Exception {
    for (var dashboard : dashboards().entrySet()) {
      for (var query : queries(dashboard.getValue())) {
        knowsItsMetrics(dashboard.getKey(), query);
      }
    }
  }

  @Test
  void dashboardsKeepTheHouseRules() throws Exception {
    var uids = new HashSet<String>();
    for (var entry : dashboards().entrySet()) {
      var file = entry.getKey();
      var dashboard = entry.getValue();
      assertThat(uids.add(dashboard.path("uid").asText())).as(file + ": a uid of its own").isTrue();
      var variables =
          stream(dashboard.at("/templating/list")).map(v -> v.path("name").asText()).toList();
      assertThat(variables)
          .contains("datasource", "app", "environment", "version", "scorer", "window");
      var ids = new HashSet<Integer>();
      for (var panel : dashboard.path("panels")) {
        var title = file + ": " + panel.path("title").asText();
        assertThat(ids.add(panel.path("id").asInt())).as(title + ": an id of its own").isTrue();
        for (var target : panel.path("targets")) {
          assertThat(target.at("/datasource/uid").asText()).as(title).isEqualTo("${datasource}");
          var query = target.path("expr").asText();
          if (query.contains("rate(")) {
            assertThat(query).as(title).contains("$__rate_interval");
          }
          for (var used : matches("\\$\\{?([a-z]+)\\b", query)) {
            assertThat(variables).as(title + ": variables").contains(used);
          }
        }
        var plots = Set.of("timeseries", "table", "state-timeline");
        if (plots.contains(panel.path("type").asText())) {
          assertThat(panel.at("/fieldConfig/defaults/unit").asText()).as(title).isNotEmpty();
        }
      }
      assertThat(
              stream(dashboard.path("panels"))
                  .filter(p -> p.path("type").asText().equals("heatmap")))
          .as(file + ": the way from a score to its trace")
          .allMatch(panel -> panel.at("/targets/0/exemplar").asBoolean())
          .isNotEmpty();
    }
  }

  @Test
  void grafanaIsProvisionedWithWhatTheStackMounts() throws Exception {
    var provisioning = ROOT.resolve("grafana/provisioning");
    var sources = YAML.readTree(provisioning.resolve("datasources/prometheus.yaml").toFile());
    var prometheus = sources.at("/datasources/0");
    assertThat(prometheus.path("url").asText()).isEqualTo("http://prometheus:9090");
    assertThat(prometheus.at("/jsonData/exemplarTraceIdDestinations/0/name").asText())
        .as("the label of exemplars, see Metrics.observe")
        .isEqualTo("trace_id");
    assertThat(prometheus.at("/jsonData/exemplarTraceIdDestinations/0/url").asText())
        .isEqualTo("http://localhost:8080/traces/$${__value.raw}");
    var provider = YAML.readTree(provisioning.resolve("dashboards/assay.yaml").toFile());
    var folder = provider.at("/providers/0/options/path").asText();
    assertThat(strings(compose().at("/services/grafana/volumes")))
        .contains("../grafana/dashboards:" + folder + ":ro");
  }

  // ---- image and stack

  @Test
  void theImageStartsTheJvmAsEverywhere() throws Exception {
    var pom = Files.readString(ROOT.resolve("pom.xml"));
    var flags = matches("<jvm\\.flags>([^<]*)</jvm\\.flags>", pom).getFirst().split(" ");
    var dockerfile = Files.readString(DEPLOY.resolve("Dockerfile")).replace("\\\n", " ");
    var entrypoint =
        strings(JSON.readTree(matches("(?m)^ENTRYPOINT (\\[.*])$", dockerfile).getFirst()));
    assertThat(entrypoint).contains(flags).startsWith("java").endsWith("dev.assay.Main");
    assertThat(dockerfile).contains("USER 10001:10001", "VOLUME /data", "HEALTHCHECK");
    assertThat(matches("(?m)^FROM (.*)$", dockerfile)).containsExactly("${JRE_IMAGE}");
  }

  @Test
  void theStackIsPinnedCheckedAndClosed() throws Exception {
    var compose = compose();
    var services = compose.path("services");
    assertThat(fieldNames(services))
        .containsExactlyInAnyOrder("kafka", "assay", "prometheus", "alertmanager", "grafana");
    services
        .properties()
        .forEach(service -> {
          var name = service.getKey();
          var it = service.getValue();
          if (it.path("build").isMissingNode()) {
            assertThat(it.path("image").asText()).as(name).matches("[a-z/]+:v?\\d+\\.\\d+\\.\\d+");
            assertThat(it.path("healthcheck").path("test").isArray()).as(name).isTrue();
          } // else the image's own
          assertThat(strings(it.path("ports")))
              .as(name + ": ports on loopback")
              .allMatch(port -> port.startsWith("127.0.0.1:"));
          assertThat(strings(it.path("cap_drop"))).as(name).containsExactly("ALL");
          assertThat(strings(it.path("security_opt"))).as(name).contains("no-new-privileges:true");
          assertThat(it.path("mem_limit").asText()).as(name).isNotEmpty();
          // Kafka's image writes its configuration into itself
          assertThat(it.path("read_only").asBoolean()).as(name).isEqualTo(!name.equals("kafka"));
          it.path("depends_on")
              .properties()
              .forEach(dependency -> {
                assertThat(fieldNames(services)).contains(dependency.getKey());
                assertThat(dependency.getValue().path("condition").asText())
                    .isEqualTo("service_healthy");
              });
          for (var volume : strings(it.path("volumes"))) {
            var source = volume.substring(0, volume.indexOf(':'));
            if (source.startsWith(".")) {
              assertThat(DEPLOY.resolve(source)).as(name + ": " + volume).exists();
            } else if (!source.startsWith("$")) {
              assertThat(compose.path("volumes").has(source)).as(name + ": " + volume).isTrue();
            }
          }
          // a secret comes from outside or not at all
          it.path("environment")
              .properties()
              .forEach(variable -> {
                if (variable.getKey().matches(".*(PASSWORD|SECRET|TOKEN|KEY)$")) {
                  assertThat(
                          variable.getValue().isNull()
                              || variable.getValue().asText().matches("\\$\\{[A-Z_]+:\\?.*}"))
                      .as(name + ": " + variable.getKey())
                      .isTrue();
                }
              });
        });
    assertThat(DEPLOY.resolve("alertmanager/webhook-url"))
        .as("the placeholder")
        .hasContent("http://127.0.0.1:9/replace-me");
    assertThat(services.at("/kafka/environment/KAFKA_MESSAGE_MAX_BYTES").asInt())
        .isEqualTo(Topics.MAX_RECORD_BYTES);
  }

  // ---- metrics in queries

  /** Everything a query may ask for, with the labels of what Assay exposes. */
  private static Map<String, Set<String>> metricNames() {
    var known = new TreeMap<String, Set<String>>();
    for (var meter : Meter.values()) {
      var labels = new HashSet<>(meter.labels());
      labels.addAll(TARGET_LABELS);
      known.put(meter.prometheusName(), labels);
      if (meter.type() == Meter.Type.HISTOGRAM) {
        for (var part : List.of("_bucket", "_count", "_sum")) {
          known.put(meter.prometheusName() + part, labels);
        }
      }
    }
    known.put("up", TARGET_LABELS);
    return known;
  }

  private static void knowsItsMetrics(String where, String query) throws IOException {
    var known = metricNames();
    var records = records();
    for (var metric : metricsIn(query)) {
      assertThat(known.containsKey(metric) || records.contains(metric) || metric.equals("ALERTS"))
          .as("%s asks for %s, which nobody exposes", where, metric)
          .isTrue();
    }
    var selector = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\{([^}]*)}").matcher(query);
    while (selector.find()) {
      var labels = known.get(selector.group(1));
      if (labels != null) {
        assertThat(labels)
            .as("%s: labels of %s", where, selector.group(1))
            .containsAll(matches("([a-z_]+)\\s*(?:=|!)", selector.group(2)));
      }
    }
  }

  /** What is left of a query without strings, selectors, ranges, label lists, functions, words. */
  private static Set<String> metricsIn(String query) {
    var bare =
        query
            .replaceAll("\"[^\"]*\"", " ")
            .replaceAll("\\{[^}]*}", " ")
            .replaceAll("\\[[^]]*]", " ")
            .replaceAll("\\boffset\\s+\\w+", " ")
            .replaceAll("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)", " ")
            .replaceAll("\\b(and|or|unless|bool)\\b", " ");
    return new TreeSet<>(matches("(?<![\\w:.$])([a-zA-Z_:][a-zA-Z0-9_:]*)\\b(?!\\s*\\(|:)", bare));
  }

  @Test
  void metricsAreFoundInAQuery() {
    assertThat(
            metricsIn(
                """
                sum by (le, scorer) (rate(a_bucket{x=~"b|c"}[5m])) / on (app) group_left (v)
                (d:e:f > bool 0.5 or time() - g offset 1h) and label_replace(h, "i", "$1", "j", "(.*)")
                """))
        .containsExactly("a_bucket", "d:e:f", "g", "h");
  }

  /** promtool reads each as a rule. */
  private void valid(Set<String> queries) throws Exception {
    var tool = tool("promtool");
    var rules = JSON.createArrayNode();
    for (var query : queries) {
      var plain =
          query
              .replace("$__rate_interval", "5m")
              .replace("%q", "\"x\"")
              .replaceAll("\\$\\{?[a-z_]+}?", "x");
      rules.addObject().put("record", "query:" + rules.size()).put("expr", plain);
    }
    var file = JSON.createObjectNode();
    file.putArray("groups").addObject().put("name", "queries").set("rules", rules);
    var path = Files.writeString(temp.resolve("queries.yml"), YAML.writeValueAsString(file));
    succeeds(List.of(tool, "check", "rules", path.toString()));
  }

  // ---- files

  private static List<String> files(Path folder, String suffix) throws IOException {
    try (var list = Files.list(folder)) {
      var files = list.map(Path::toString).filter(file -> file.endsWith(suffix)).sorted().toList();
      assertThat(files).as(folder.toString()).isNotEmpty();
      return files;
    }
  }

  private static List<JsonNode> rules(Path file) throws IOException {
    var rules = new ArrayList<JsonNode>();
    YAML.readTree(file.toFile()).path("groups").forEach(g -> g.path("rules").forEach(rules::add));
    return rules;
  }

  private static List<JsonNode> alerts() throws IOException {
    var alerts = new ArrayList<JsonNode>();
    for (var file : files(RULES, ".yml")) {
      rules(Path.of(file)).stream().filter(rule -> rule.has("alert")).forEach(alerts::add);
    }
    return alerts;
  }

  private static Set<String> records() throws IOException {
    return rules(RULES.resolve("recording.yml")).stream()
        .map(rule -> rule.path("record").asText())
        .collect(toSet());
  }

  /** Queries that an annotation makes when it is written. */
  private static List<String> templateQueries(JsonNode annotations) {
    var queries = new ArrayList<String>();
    for (var annotation : annotations) {
      queries.addAll(matches("(?:printf|query) `([^`]*)`", annotation.asText()));
    }
    return queries;
  }

  private static Map<String, JsonNode> dashboards() throws IOException {
    var dashboards = new TreeMap<String, JsonNode>();
    for (var file : files(DASHBOARDS, ".json")) {
      dashboards.put(ROOT.relativize(Path.of(file)).toString(), JSON.readTree(new File(file)));
    }
    return dashboards;
  }

  /** Of panels, annotations and variables. */
  private static List<String> queries(JsonNode dashboard) {
    var queries = new ArrayList<>(dashboard.findValuesAsText("expr"));
    for (var variable : dashboard.at("/templating/list")) {
      queries.addAll(matches("label_values\\((.*), \\w+\\)", variable.at("/query/query").asText()));
    }
    return queries;
  }

  private static JsonNode compose() throws IOException {
    var compose = YAML.readTree(DEPLOY.resolve("compose.yaml").toFile());
    // Jackson leaves the merge keys of YAML 1.1 to its caller
    var hardened = compose.path("x-hardened");
    assertThat(hardened.isObject()).isTrue();
    for (var service : compose.path("services")) {
      assertThat(service.has("<<")).as("every service is hardened").isTrue();
      for (var property : hardened.properties()) {
        ((ObjectNode) service).putIfAbsent(property.getKey(), property.getValue());
      }
    }
    return compose;
  }

  private static List<String> matches(String regex, String text) {
    return Pattern.compile(regex).matcher(text).results().map(match -> match.group(1)).toList();
  }

  private static Stream<JsonNode> stream(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  private static List<String> strings(JsonNode list) {
    return stream(list).map(JsonNode::asText).toList();
  }

  private static List<String> fieldNames(JsonNode object) {
    return object.properties().stream().map(Map.Entry::getKey).toList();
  }

  // ---- a real Alertmanager

  private static String alertmanagerConfig(String webhook) throws IOException {
    return Files.readString(DEPLOY.resolve("alertmanager/alertmanager.yml"))
        // url_file is known from 0.26 on, Debian has 0.25
        .replaceAll("url_file: .*", "url: " + webhook);
  }

  private void withAlertmanager(String webhook, Consumer<URI> test) throws Exception {
    var tool =
        find("alertmanager")
            .or(() -> find("prometheus-alertmanager"))
            .orElseGet(() -> missing("alertmanager or prometheus-alertmanager"));
    var config = temp.resolve("alertmanager.yml");
    Files.writeString(
        config, alertmanagerConfig(webhook).replaceAll("group_wait: .*", "group_wait: 2s"));
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    var log = temp.resolve("alertmanager.log");
    var process =
        new ProcessBuilder(
                tool,
                "--config.file=" + config,
                "--storage.path=" + temp.resolve("alertmanager"),
                "--web.listen-address=127.0.0.1:" + port,
                "--cluster.listen-address=")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    var api = URI.create("http://127.0.0.1:" + port + "/api/v2/alerts");
    try {
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(() -> get(api).isArray() || !process.isAlive());
      assertThat(process.isAlive()).as(() -> read(log)).isTrue();
      test.accept(api);
    } finally {
      process.destroy();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  private static Map<String, String> quality(
      String alert, String severity, String app, String scorer) {
    return Map.of(
        "alertname", alert,
        "severity", severity,
        "app", app,
        "environment", "prod",
        "app_version", "2.0",
        "scorer", scorer,
        "owner", "application");
  }

  @SafeVarargs
  private static void post(URI api, Map<String, String>... alerts) {
    var body = JSON.createArrayNode();
    for (var labels : alerts) {
      body.addObject().set("labels", JSON.valueToTree(labels));
    }
    try (var client = HttpClient.newHttpClient()) {
      var request =
          HttpRequest.newBuilder(api)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
              .build();
      var response = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static JsonNode get(URI uri) throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(5)).build();
      return JSON.readTree(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }
  }

  private static List<String> notInhibited(URI api) throws IOException, InterruptedException {
    return stream(get(api))
        .filter(alert -> alert.at("/status/inhibitedBy").isEmpty())
        .map(alert -> alert.path("labels"))
        .map(labels ->
            String.join(
                " ",
                labels.path("alertname").asText(),
                labels.path("severity").asText(),
                labels.path("app").asText(),
                labels.path("scorer").asText()))
        .toList();
  }

  private static Set<String> alertsOf(JsonNode notification) {
    return stream(notification.path("alerts"))
        .map(alert -> alert.path("labels"))
        .map(l -> l.path("alertname").asText() + " " + l.path("severity").asText())
        .collect(toSet());
  }

  // ---- tools

  private record Result(int exit, String output) {}

  private static Result run(List<String> command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    var output = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Result(process.waitFor(), output);
  }

  private static void succeeds(List<String> command) throws IOException, InterruptedException {
    var result = run(command);
    assertThat(result.exit()).as("%s%n%s", command, result.output()).isZero();
  }

  private static List<String> command(String tool, String... arguments) {
    var command = new ArrayList<String>();
    command.add(tool(tool));
    command.addAll(List.of(arguments));
    return command;
  }

  private static String tool(String name) {
    return find(name).orElseGet(() -> missing(name));
  }

  private static Optional<String> find(String tool) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .map(folder -> Path.of(folder, tool))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  private static String missing(String tool) {
    var reason =
        tool + " is not on the PATH (Debian: apt-get install prometheus prometheus-alertmanager)";
    System.out.println("Not run: " + reason);
    return abort(reason);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
