package dev.assay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.assay.demo.Aspect;
import dev.assay.demo.Defect;
import dev.assay.demo.PlantedTruth;
import dev.assay.demo.Schedule;
import dev.assay.demo.SimulatedModel;
import dev.assay.demo.Traffic;
import dev.assay.demo.TrafficLedger;
import dev.assay.metrics.Meter;
import dev.assay.model.Assessment;
import dev.assay.model.Decision;
import dev.assay.model.Outcome;
import dev.assay.wire.DeadLetter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From the exporter of the OpenTelemetry SDK to {@code /metrics}: what a scraper reads is compared
 * with two oracles that share nothing with the counting code. One reads the topics with a plain
 * consumer and adds up; the other is the ledger of what was sent.
 */
class EndToEndIT {
  private static final String SCORERS =
      """
      scorers:
        - {name: answered, kind: not_empty, objective: {at_least: 0.98}}
        - {name: no_pii, kind: pii_detection, objective: {at_least: 0.99}}
        - {name: no_error, kind: error_status}
        - {name: no_refusal, kind: refusal}
        - name: support_latency
          kind: latency
          parameters: {max_seconds: 4}
          filter: {app: [support-chat]}
        - {name: short_answer, kind: response_length, parameters: {max: 60, unit: words}, sample_rate: 0.25}
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
  private static final Set<String> OF_EVERY_TRACE =
      Set.of("answered", "no_pii", "no_error", "no_refusal", "helpful");

  @TempDir Path folder;
  private final PlantedTruth truth = new PlantedTruth();
  private SimulatedModel judge;
  private TestMonitor monitor;

  @BeforeEach
  void start() throws Exception {
    judge =
        SimulatedModel.start(
            0, truth, SimulatedModel.Behaviour.constant(Duration.ofMillis(20)), Clock.systemUTC());
    monitor = TestMonitor.start(folder, SCORERS, judge.baseUrl(), Map.of()).ready();
  }

  @AfterEach
  void stop() {
    if (monitor != null) {
      monitor.close();
    }
    if (judge != null) {
      judge.close();
    }
  }

  @Test
  void whatIsScrapedIsWhatWasSent() throws Exception {
    var ledger = send(600, 60, 7);
    assertThat(ledger.traces()).isEqualTo(600);
    await()
        .atMost(TestMonitor.PATIENCE)
        .ignoreException(UncheckedIOException.class)
        .untilAsserted(() -> assertThat(verdicts(monitor.scrape())).isEqualTo(expected(ledger)));

    var scrape = monitor.scrape();
    countsAreThoseOnTheTopic(scrape);
    countsAreThoseOfTheLedger(scrape, ledger);
    samplingIsWhatTheHashSays(scrape);
    spansAddUp(scrape, ledger);
    pairsAddUp(scrape, ledger);
    requestsAddUp(scrape, ledger);
    apiAgrees(ledger);
    ofKafkasOwnOnlyTheNamedAreShown(scrape);
  }

  @Test
  void whatCannotBeReadIsSetAsideAndTheStreamGoesOn() throws Exception {
    var garbage = "not what this topic holds \u0000\u0001\u0002".getBytes(UTF_8);
    var id = "0123456789abcdef0123456789abcdef";
    var topics = Set.of("assay.traces", "assay.spans", "otlp_spans", "assay.scoring-requests");
    // before a good trace, on every partition that it may take
    for (var topic : topics) {
      monitor.write(topic, id.getBytes(UTF_8), garbage);
    }
    await()
        .atMost(TestMonitor.PATIENCE)
        .ignoreException(UncheckedIOException.class)
        .untilAsserted(() -> {
          var letters = monitor.read(monitor.topics().deadLetters());
          assertThat(letters)
              .extracting(letter -> header(letter, DeadLetter.TOPIC))
              .containsExactlyInAnyOrderElementsOf(topics);
          assertThat(letters)
              .allSatisfy(letter -> {
                assertThat(header(letter, DeadLetter.CAUSE)).isEqualTo("undecodable");
                assertThat(header(letter, DeadLetter.OFFSET)).isEqualTo("0");
                assertThat(letter.key()).isEqualTo(id.getBytes(UTF_8));
                assertThat(letter.value()).isEqualTo(garbage);
              });
          assertThat(monitor.scrape().nonZero(Meter.DEAD_LETTERS))
              .isEqualTo(
                  Map.of(
                      List.of("sampling", "undecodable"), 1.0,
                      List.of("assembly", "undecodable"), 1.0,
                      List.of("rekey", "undecodable"), 1.0,
                      List.of("scoring", "undecodable"), 1.0));
        });

    // enough for every partition to have traces behind its garbage
    var ledger = send(40, 40, 11);
    await()
        .atMost(TestMonitor.PATIENCE)
        .ignoreException(UncheckedIOException.class)
        .untilAsserted(() -> assertThat(verdicts(monitor.scrape())).isEqualTo(expected(ledger)));
    assertThat(monitor.read(monitor.topics().deadLetters())).hasSize(topics.size());
  }

  private static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    var header = letter.headers().lastHeader(name);
    return header == null ? "(none)" : new String(header.value(), UTF_8);
  }

  /**
   * Sends so many traces at so many a second, and waits until the receiver has them all. A relay
   * between the two repeats what a slow machine did not acknowledge in time: the exporter of the
   * SDK gives up after ten seconds.
   */
  private TrafficLedger send(int traces, double rate, long seed) throws Exception {
    var length = Duration.ofNanos((long) (traces / rate * 1e9));
    try (var relay = new Relay(monitor::otlp);
        var traffic =
            new Traffic(
                Traffic.Settings.of(relay.endpoint(), rate, seed, Schedule.over(length), length),
                truth,
                Clock.systemUTC())) {
      traffic.start();
      assertThat(traffic.awaitDone(TestMonitor.PATIENCE)).isTrue();
      assertThat(traffic.lostSpans()).isZero();
      assertThat(traffic.deliveredSpans()).isEqualTo(traffic.ledger().spans());
      await().atMost(TestMonitor.PATIENCE).until(relay::isEmpty);
      return traffic.ledger();
    }
  }

  // ---- what is waited for: a verdict on every trace by every scorer that sees all

  private static Map<String, Double> verdicts(Scrape scrape) {
    var found = new TreeMap<String, Double>();
    for (var scorer : OF_EVERY_TRACE) {
      found.put(scorer, scrape.sum(Meter.ASSESSMENTS, "scorer", scorer));
    }
    return found;
  }

  private static Map<String, Double> expected(TrafficLedger ledger) {
    var expected = new TreeMap<String, Double>();
    OF_EVERY_TRACE.forEach(scorer -> expected.put(scorer, (double) ledger.traces()));
    return expected;
  }

  // ---- the oracles

  private static void ofKafkasOwnOnlyTheNamedAreShown(Scrape scrape) {
    var named = KafkaMeters.KEPT.stream().map(name -> "kafka_" + name.replace('.', '_')).toList();
    assertThat(scrape.samples())
        .extracting(Scrape.Sample::name)
        .filteredOn(name -> name.startsWith("kafka_"))
        .isSubsetOf(named)
        // those of tasks and stores appear within a minute
        .contains("kafka_stream_alive_stream_threads", "kafka_producer_record_error_total");
  }

  private void countsAreThoseOnTheTopic(Scrape scrape) {
    var assessments = values(monitor.read(monitor.topics().assessments()));
    assertThat(assessments.stream().map(Assessment::assessmentId)).doesNotHaveDuplicates();
    assertThat(scrape.nonZero(Meter.ASSESSMENTS)).isEqualTo(bySeries(assessments, _ -> 1));
    // 1/0.25 and 1/1 are sums without rounding
    assertThat(scrape.nonZero(Meter.ASSESSMENT_WEIGHT))
        .isEqualTo(bySeries(assessments, a -> 1 / a.samplingProbability()));
    assertThat(assessments)
        .allSatisfy(a ->
            assertThat(a.samplingProbability())
                .isEqualTo(a.scorer().equals("short_answer") ? 0.25 : 1));
  }

  private static Map<List<String>, Double> bySeries(
      List<Assessment> assessments, ToDoubleFunction<Assessment> adds) {
    var sums = new HashMap<List<String>, Double>();
    for (var a : assessments) {
      sums.merge(
          List.of(
              a.app(),
              a.environment(),
              a.appVersion(),
              a.scorer(),
              a.scorerVersion(),
              a.source().name(),
              a.outcome().name()),
          adds.applyAsDouble(a),
          Double::sum);
    }
    return sums;
  }

  private static void countsAreThoseOfTheLedger(Scrape scrape, TrafficLedger ledger) {
    assertThat(ledger.entries()).hasSizeGreaterThan(4);
    assertThat(ledger.entries().stream().mapToLong(e -> e.count(Defect.PII_LEAK)).sum())
        .isPositive();
    for (var entry : ledger.entries()) {
      var release = entry.app() + " " + entry.version();
      long unanswered = entry.count(Defect.MODEL_ERROR) + entry.count(Defect.EMPTY_ANSWER);
      assertThat(failed(scrape, entry, "no_pii"))
          .as(release)
          .isEqualTo(entry.count(Defect.PII_LEAK));
      assertThat(failed(scrape, entry, "no_error"))
          .as(release)
          .isEqualTo(entry.count(Defect.MODEL_ERROR));
      assertThat(failed(scrape, entry, "answered")).as(release).isEqualTo(unanswered);
      assertThat(failed(scrape, entry, "no_refusal"))
          .as(release)
          .isEqualTo(entry.count(Defect.REFUSAL));
      // an answer that is not there is an ERROR of the judge, or nothing the simulated one knows
      assertThat(failed(scrape, entry, "helpful"))
          .as(release)
          .isBetween(
              (double) entry.bad(Aspect.HELPFUL) - unanswered, (double) entry.bad(Aspect.HELPFUL));
      for (var scorer : OF_EVERY_TRACE) {
        assertThat(
                scrape.sum(
                    Meter.ASSESSMENTS,
                    "app",
                    entry.app(),
                    "app_version",
                    entry.version(),
                    "scorer",
                    scorer))
            .as("%s %s", release, scorer)
            .isEqualTo(entry.traces());
      }
    }
  }

  private static double failed(Scrape scrape, TrafficLedger.Entry entry, String scorer) {
    return count(scrape, entry, scorer, Outcome.FAIL);
  }

  private static double count(
      Scrape scrape, TrafficLedger.Entry entry, String scorer, Outcome outcome) {
    return scrape.sum(
        Meter.ASSESSMENTS,
        "app",
        entry.app(),
        "app_version",
        entry.version(),
        "scorer",
        scorer,
        "outcome",
        outcome.name());
  }

  /** DESIGN's formula, worked out here from the trace ids alone. */
  private void samplingIsWhatTheHashSays(Scrape scrape) throws Exception {
    var sampled = new HashSet<String>();
    for (var trace : monitor.read(monitor.topics().traces())) {
      var sha = MessageDigest.getInstance("SHA-256");
      var hash = new BigInteger(1, sha.digest((trace.key() + ":short_answer").getBytes(UTF_8)));
      if (hash.compareTo(BigInteger.TWO.pow(254)) <= 0) {
        sampled.add(trace.key());
      }
    }
    var assessed =
        values(monitor.read(monitor.topics().assessments())).stream()
            .filter(a -> a.scorer().equals("short_answer"))
            .map(Assessment::traceId)
            .collect(Collectors.toSet());
    assertThat(assessed).isEqualTo(sampled).hasSizeBetween(100, 200);
    assertThat(scrape.sum(Meter.ASSESSMENT_WEIGHT, "scorer", "short_answer"))
        .isEqualTo(4.0 * sampled.size());
  }

  // ---- the laws

  private static void spansAddUp(Scrape scrape, TrafficLedger ledger) {
    double read = scrape.sum(Meter.SPANS, "outcome", "read");
    double dropped =
        sum(
            List.of("duplicate", "late", "over_limit", "undecodable"),
            outcome -> scrape.sum(Meter.SPANS, "outcome", outcome));
    // an export of which the receiver did not learn that it was stored is read, and comes again
    assertThat(scrape.sum(Meter.SPANS, "outcome", "received"))
        .isBetween((double) ledger.spans(), read);
    assertThat(scrape.sum(Meter.SPANS, "outcome", "rejected")).isZero();
    assertThat(scrape.sum(Meter.SPANS, "outcome", "assembled"))
        .isEqualTo(ledger.spans())
        .isEqualTo(read - dropped);
    for (var app : Set.of("support-chat", "docs-assistant", "travel-agent")) {
      assertThat(scrape.sum(Meter.TRACES, "app", app, "outcome", "assembled"))
          .isEqualTo(
              ledger.entries().stream()
                  .filter(entry -> entry.app().equals(app))
                  .mapToLong(TrafficLedger.Entry::traces)
                  .sum());
    }
    assertThat(scrape.sum(Meter.TRACE_CLOSE, "reason", "root_ended")).isEqualTo(ledger.traces());
  }

  private void pairsAddUp(Scrape scrape, TrafficLedger ledger) {
    var decisions =
        values(monitor.read(monitor.topics().decisions())).stream()
            .flatMap(trace -> trace.decisions().stream())
            .toList();
    assertThat(decisions).hasSize(7 * (int) ledger.traces());
    var counted = new HashMap<List<String>, Double>();
    decisions.forEach(
        pair -> counted.merge(List.of(pair.scorer(), pair.decision().label()), 1.0, Double::sum));
    assertThat(scrape.nonZero(Meter.DECISIONS)).isEqualTo(counted);

    var inline =
        values(monitor.read(monitor.topics().assessments())).stream()
            .filter(a -> !a.scorer().equals("helpful"))
            .count();
    int requests = monitor.read(monitor.topics().scoringRequests()).size();
    long skipped = decisions.stream().filter(pair -> pair.decision() != Decision.SAMPLED).count();
    assertThat(inline + requests + skipped).isEqualTo(decisions.size());
  }

  private void requestsAddUp(Scrape scrape, TrafficLedger ledger) {
    ToDoubleFunction<String> of = outcome -> scrape.sum(Meter.SCORING_REQUESTS, "outcome", outcome);
    assertThat(of.applyAsDouble("requested")).isEqualTo(ledger.traces());
    assertThat(of.applyAsDouble("assessed")).isEqualTo(ledger.traces());
    assertThat(scrape.sum(Meter.WORKER_IN_FLIGHT)).isZero();
    assertThat(of.applyAsDouble("taken"))
        .isEqualTo(
            sum(List.of("assessed", "rejected", "expired", "retried", "repeated", "released"), of));
  }

  private static double sum(List<String> of, ToDoubleFunction<String> value) {
    return of.stream().mapToDouble(value).sum();
  }

  // ---- the API

  private void apiAgrees(TrafficLedger ledger) {
    var rows = monitor.api("/api/v1/quality?window=1h").path("quality");
    var counted = new HashMap<List<String>, List<Double>>();
    for (var row : rows) {
      counted.put(
          List.of(
              row.path("app").asText(),
              row.path("app_version").asText(),
              row.path("scorer").asText()),
          List.of(
              row.path("passed").asDouble(),
              row.path("failed").asDouble(),
              row.path("pass_rate").asDouble()));
    }
    var expected = new HashMap<List<String>, List<Double>>();
    var assessments = values(monitor.read(monitor.topics().assessments()));
    assessments.stream()
        .collect(Collectors.groupingBy(a -> List.of(a.app(), a.appVersion(), a.scorer())))
        .forEach((series, of) -> {
          double passed = count(of, a -> a.outcome() == Outcome.PASS);
          double failed = count(of, a -> a.outcome() == Outcome.FAIL);
          expected.put(series, List.of(passed, failed, passed / (passed + failed)));
        });
    assertThat(counted).isEqualTo(expected);

    var assessment = assessments.getFirst();
    var trace = monitor.api("/api/v1/traces/" + assessment.traceId() + "/assessments");
    assertThat(trace.path("assessments").size())
        .isEqualTo((int) count(assessments, a -> a.traceId().equals(assessment.traceId())));
    assertThat(ledger.entries()).extracting(TrafficLedger.Entry::app).contains(assessment.app());
  }

  private static double count(List<Assessment> in, Predicate<Assessment> which) {
    return in.stream().filter(which).count();
  }

  private static <V> List<V> values(List<? extends ConsumerRecord<?, V>> records) {
    return records.stream().map(ConsumerRecord::value).toList();
  }
}
