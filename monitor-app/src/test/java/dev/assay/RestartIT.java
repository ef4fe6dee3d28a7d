package dev.assay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.assay.demo.Aspect;
import dev.assay.demo.Defect;
import dev.assay.demo.PlantedTruth;
import dev.assay.demo.Schedule;
import dev.assay.demo.SimulatedModel;
import dev.assay.demo.Traffic;
import dev.assay.demo.TrafficLedger;
import dev.assay.model.Assessment;
import dev.assay.model.Lane;
import dev.assay.model.Outcome;
import dev.assay.model.QualitySeries;
import dev.assay.model.QualityWindow;
import dev.assay.wire.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An instance that goes away in the middle of its work and comes back to the same folder: nothing
 * is lost, and nothing is counted twice. Traffic goes on meanwhile, through a relay that repeats
 * what was not acknowledged, as a Collector does.
 */
class RestartIT {
  private static final String SCORERS =
      """
      scorers:
        - {name: answered, kind: not_empty}
        - {name: no_pii, kind: pii_detection}
        - {name: no_error, kind: error_status}
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
      """;
  private static final List<String> NAMES = List.of("answered", "no_pii", "no_error", "helpful");

  /** A trace waits for its root through any restart, and a stone for its repeated spans. */
  private static final Map<String, String> PATIENT =
      Map.of("assembly.idle", "10m", "assembly.max-age", "30m");

  private static final URI NOWHERE = URI.create("http://127.0.0.1:9");

  @TempDir Path folder;
  private final PlantedTruth truth = new PlantedTruth();
  private final AtomicReference<URI> receiver = new AtomicReference<>(NOWHERE);
  private SimulatedModel judge;
  private Relay relay;

  @BeforeEach
  void start() throws Exception {
    judge =
        SimulatedModel.start(
            0, truth, SimulatedModel.Behaviour.constant(Duration.ofMillis(100)), Clock.systemUTC());
    relay = new Relay(receiver::get);
  }

  @AfterEach
  void stop() {
    relay.close();
    judge.close();
  }

  @Test
  void stoppedTwiceInTheMiddleOfTheRun() throws Exception {
    try (var traffic = traffic()) {
      traffic.start();
      for (int counted : List.of(200, 800)) {
        try (var monitor = begin()) {
          await()
              .atMost(TestMonitor.PATIENCE)
              .pollInterval(Duration.ofMillis(500))
              .until(() -> total(quality(monitor.bootstrapServers())) >= counted);
        }
        receiver.set(NOWHERE);
      }
      try (var monitor = begin()) {
        assertThat(traffic.awaitDone(TestMonitor.PATIENCE)).isTrue();
        assertThat(traffic.lostSpans()).isZero();
        nothingIsLostAndNothingCountedTwice(monitor.bootstrapServers(), traffic.ledger());
      }
    }
    assertThat(relay.failures()).as("the traffic noticed").isPositive();
  }

  /** As a node that loses its power, but for the page cache: broker, stores and workers at once. */
  @Test
  void killedInTheMiddleOfTheRun() throws Exception {
    int broker = freePort();
    int otlp = freePort();
    var more = new HashMap<>(PATIENT);
    more.put(Settings.BROKER_PORT.name(), Integer.toString(broker));
    more.put(Settings.OTLP_PORT.name(), Integer.toString(otlp));
    // the broker knows sooner that members of the killed process are gone
    more.put("kafka.consumer.session.timeout.ms", "6000");
    more.put("kafka.consumer.heartbeat.interval.ms", "1000");
    var config = folder.resolve("assay.yaml");
    Files.write(
        config,
        TestMonitor.settings(folder, SCORERS, judge.baseUrl(), more).entrySet().stream()
            .map(setting -> "%s: \"%s\"".formatted(setting.getKey(), setting.getValue()))
            .toList());
    receiver.set(URI.create("http://127.0.0.1:" + otlp));

    try (var traffic = traffic()) {
      traffic.start();
      var killed = spawn(config);
      try {
        await()
            .atMost(TestMonitor.PATIENCE)
            .pollInterval(Duration.ofMillis(500))
            .ignoreExceptions()
            .until(() -> total(quality("127.0.0.1:" + broker)) >= 200);
        assertThat(killed.isAlive()).isTrue();
      } finally {
        killed.destroyForcibly().waitFor();
      }
      var again = spawn(config);
      try {
        assertThat(traffic.awaitDone(TestMonitor.PATIENCE)).isTrue();
        assertThat(traffic.lostSpans()).isZero();
        nothingIsLostAndNothingCountedTwice("127.0.0.1:" + broker, traffic.ledger());
      } finally {
        again.destroyForcibly().waitFor();
      }
    }
  }

  private TestMonitor begin() throws Exception {
    var monitor = TestMonitor.start(folder, SCORERS, judge.baseUrl(), PATIENT);
    receiver.set(monitor.otlp());
    return monitor;
  }

  private Traffic traffic() {
    var length = Duration.ofSeconds(20);
    return new Traffic(
        Traffic.Settings.of(relay.endpoint(), 25, 21, Schedule.over(length), length),
        truth,
        Clock.systemUTC());
  }

  private Process spawn(Path config) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dorg.apache.avro.SERIALIZABLE_PACKAGES=dev.assay.schemas",
            "-Dorg.apache.avro.limits.string.maxLength=8388608",
            "-Dorg.apache.avro.limits.bytes.maxLength=8388608",
            "-Dorg.apache.avro.limits.collectionItems.maxLength=1000000",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "run",
            "--config",
            config.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("assay.log").toFile()))
        .start();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  // ---- the oracles: the ledger of what was sent, and the topics as they are

  private void nothingIsLostAndNothingCountedTwice(String broker, TrafficLedger ledger) {
    var topics = new Topics(4);
    assertThat(ledger.traces()).isEqualTo(500);
    await()
        .atMost(TestMonitor.PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .ignoreExceptionsInstanceOf(org.apache.kafka.common.KafkaException.class)
        .untilAsserted(() -> {
          assertThat(relay.isEmpty()).isTrue();
          assertThat(total(quality(broker))).isGreaterThanOrEqualTo(NAMES.size() * ledger.traces());
        });

    var traces = values(TestMonitor.read(broker, topics.traces()));
    assertThat(traces.stream().map(trace -> trace.header().traceId()))
        .doesNotHaveDuplicates()
        .hasSize((int) ledger.traces());
    assertThat(traces.stream().mapToLong(trace -> trace.trace().spans().size()).sum())
        .isEqualTo(ledger.spans());

    var assessments = values(TestMonitor.read(broker, topics.assessments()));
    assertThat(assessments.stream().filter(a -> a.lane() == Lane.INLINE))
        .extracting(Assessment::assessmentId)
        .doesNotHaveDuplicates();
    // a judge may have been asked twice: it is the same assessment
    var distinct =
        assessments.stream()
            .collect(Collectors.toMap(Assessment::assessmentId, a -> a, (a, _) -> a))
            .values();
    for (var scorer : NAMES) {
      assertThat(distinct.stream().filter(a -> a.scorer().equals(scorer)))
          .as(scorer)
          .hasSize((int) ledger.traces());
    }

    var counted = new HashMap<List<String>, Long>();
    quality(broker)
        .forEach((series, counts) -> {
          for (var outcome : Outcome.values()) {
            add(
                counted,
                key(series.app(), series.appVersion(), series.scorer(), outcome),
                counts.count(outcome));
          }
        });
    var onTheTopic = new HashMap<List<String>, Long>();
    distinct.forEach(
        a -> add(onTheTopic, key(a.app(), a.appVersion(), a.scorer(), a.outcome()), 1));
    assertThat(counted).isEqualTo(onTheTopic);
    for (var entry : ledger.entries()) {
      long failed = entry.count(Defect.MODEL_ERROR);
      assertThat(failures(counted, entry, "no_error")).isEqualTo(failed);
      assertThat(failures(counted, entry, "answered"))
          .isEqualTo(failed + entry.count(Defect.EMPTY_ANSWER));
      assertThat(failures(counted, entry, "no_pii")).isEqualTo(entry.count(Defect.PII_LEAK));
      // an answer that is not there is an ERROR of the judge, or nothing the simulated one knows
      long bad = entry.bad(Aspect.HELPFUL);
      assertThat(failures(counted, entry, "helpful"))
          .isBetween(bad - failed - entry.count(Defect.EMPTY_ANSWER), bad);
    }
  }

  private static long failures(
      Map<List<String>, Long> counted, TrafficLedger.Entry entry, String scorer) {
    return counted.getOrDefault(key(entry.app(), entry.version(), scorer, Outcome.FAIL), 0L);
  }

  private static List<String> key(String app, String version, String scorer, Outcome outcome) {
    return List.of(app, version, scorer, outcome.name());
  }

  private static void add(Map<List<String>, Long> sums, List<String> key, long count) {
    if (count != 0) {
      sums.merge(key, count, Long::sum);
    }
  }

  /** The running totals on {@code assay.quality}: the latest of each series. */
  private static Map<QualitySeries, QualityWindow.Counts> quality(String broker) {
    var totals = new HashMap<QualitySeries, QualityWindow.Counts>();
    for (var window : values(TestMonitor.read(broker, new Topics(4).quality()))) {
      if (window != null && window.isTotal()) {
        totals.put(window.series(), window.counts());
      }
    }
    return totals;
  }

  private static long total(Map<QualitySeries, QualityWindow.Counts> totals) {
    return totals.values().stream()
        .mapToLong(c -> c.passed() + c.failed() + c.unjudged() + c.errors())
        .sum();
  }

  private static <V> List<V> values(List<? extends ConsumerRecord<?, V>> records) {
    return records.stream().map(ConsumerRecord::value).toList();
  }
}
