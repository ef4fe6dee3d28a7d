package dev.assay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.assay.EmbeddedBroker;
import dev.assay.metrics.LabelBounds;
import dev.assay.metrics.Metrics;
import dev.assay.model.Assessment;
import dev.assay.model.Outcome;
import dev.assay.model.QualityWindow;
import dev.assay.model.TestAssessments;
import dev.assay.quality.FollowQuality;
import dev.assay.quality.OwnedSeries;
import dev.assay.quality.QualityCollector;
import dev.assay.quality.QualityConfig;
import dev.assay.quality.QualityView;
import dev.assay.wire.TopicSetup;
import dev.assay.wire.Topics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.LogAndFailProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Processor;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exactly once on a real broker: through stops, aborted transactions and kill -9. */
class QualityPipelineIT {
  private static final List<Outcome> OUTCOMES = List.of(Outcome.values());
  private static final Duration SOON = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir Path folder;
  private final Topics topics = new Topics(3);
  private final QualityOracle oracle = new QualityOracle();
  private final QualityView view =
      new QualityView(Clock.systemUTC(), QualityConfig.DEFAULTS.windowRetention());
  private EmbeddedBroker broker;
  private Admin admin;
  private KafkaProducer<String, Assessment> producer;
  private FollowQuality follow;
  private final List<Future<RecordMetadata>> sent = new ArrayList<>();
  private int traces;

  @BeforeEach
  void open() throws Exception {
    broker = EmbeddedBroker.start(folder.resolve("broker"));
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    TopicSetup.ensure(admin, topics.all());
    producer =
        new KafkaProducer<>(
            TopicSetup.producerDefaults(broker.bootstrapServers()),
            topics.assessments().keys().serializer(),
            topics.assessments().values().serializer());
    follow =
        FollowQuality.start(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            topics.quality(),
            view,
            Metrics.standalone());
  }

  @AfterEach
  void close() {
    follow.close();
    producer.close();
    admin.close();
    broker.close();
  }

  @Test
  void everyAssessmentCountsOnceThroughStopsAbortsAndAKilledProcess() throws Exception {
    // stopped in the middle, and opened again on its stores
    send(3_000);
    try (var _ = started(QualityProcess.topology(SOON, new OwnedSeries()), Map.of())) {
      awaitProgress();
    }
    // transactions aborted in the middle: the thread fails after it has counted and written
    send(3_000);
    var failures = new AtomicInteger();
    try (var _ =
        started(
            failing(QualityProcess.topology(SOON, new OwnedSeries()), failures),
            Map.of(
                "processing.exception.handler",
                LogAndFailProcessingExceptionHandler.class.getName()))) {
      patiently().until(() -> failures.get() == 3);
    }
    // killed in the middle
    send(3_000);
    var process = QualityProcess.spawn(broker.bootstrapServers(), state());
    try {
      awaitProgress();
    } finally {
      process.destroyForcibly().waitFor();
    }
    send(1_000);
    try (var _ = started(QualityProcess.topology(SOON, new OwnedSeries()), Map.of())) {
      awaitAllRead();
      patiently().untilAsserted(() -> oracle.assertEquals(committed()));
      patiently()
          .during(Duration.ofSeconds(2))
          .untilAsserted(() -> oracle.assertEquals(committed()));
    }
    assertThat(failures).hasValue(3);
  }

  @Test
  void whatWaitsForAFlushSurvivesARestartAndCountersBeginAnew() throws Exception {
    var polite = TestAssessments.of("t", "polite").endedAt(nowNanos());
    var owned = new OwnedSeries();
    var registry = new PrometheusRegistry();
    registry.register(
        new QualityCollector(
            owned, view, new LabelBounds(100), QualityConfig.DEFAULTS, Clock.systemUTC()));
    var passed =
        "assay_assessments_total{app=\"support-chat\",app_version=\"1.0\","
            + "environment=\"production\",outcome=\"PASS\",scorer=\"polite\","
            + "scorer_version=\"1\",source=\"CODE\"}";
    sendAll(List.of(polite, polite, polite));
    // nothing is flushed within the life of this one: what it counted, it leaves in its store
    try (var _ = started(QualityProcess.topology(Duration.ofMinutes(1), owned), Map.of())) {
      awaitAllRead();
      assertThat(committed()).isEmpty();
    }

    try (var _ = started(QualityProcess.topology(SOON, owned), Map.of())) {
      patiently()
          .untilAsserted(() -> assertThat(view.total(polite.series()).passed()).isEqualTo(3));
      patiently()
          .untilAsserted(() -> assertThat(Exposition.of(registry).value(passed)).isEqualTo(3));
    }
    assertThat(Exposition.of(registry).text()).doesNotContain("polite");

    try (var _ = started(QualityProcess.topology(SOON, owned), Map.of())) {
      patiently().untilAsserted(() -> assertThat(Exposition.of(registry).value(passed)).isZero());
      sendAll(List.of(polite));
      patiently()
          .untilAsserted(() -> assertThat(Exposition.of(registry).value(passed)).isEqualTo(1));
      assertThat(view.total(polite.series()).passed()).isEqualTo(4);
      assertThat(Exposition.of(registry).samples())
          .containsEntry(
              "assay_quality_ratio{app=\"support-chat\",app_version=\"1.0\","
                  + "environment=\"production\",scorer=\"polite\",window=\"1h\"}",
              1.0);
      oracle.assertEquals(committed());
    }
  }

  @Test
  void theViewPassesOverWhatItCannotRead() throws Exception {
    try (var anything =
        new KafkaProducer<>(
            TopicSetup.producerDefaults(broker.bootstrapServers()),
            new org.apache.kafka.common.serialization.StringSerializer(),
            new org.apache.kafka.common.serialization.StringSerializer())) {
      anything.send(new ProducerRecord<>(topics.quality().name(), "key", "no Avro")).get();
      anything.send(new ProducerRecord<>(topics.quality().name(), "key", null)).get();
    }
    sendAll(List.of(TestAssessments.of("t", "polite").endedAt(nowNanos())));
    try (var _ = started(QualityProcess.topology(SOON, new OwnedSeries()), Map.of())) {
      patiently()
          .untilAsserted(() ->
              assertThat(view.summaries(Duration.ofHours(1)))
                  .singleElement()
                  .satisfies(summary -> assertThat(summary.counts().passed()).isEqualTo(1)));
      assertThat(view.isComplete()).isTrue();
    }
  }

  private static ConditionFactory patiently() {
    // a failing stream thread is part of the test, not its failure
    return await().dontCatchUncaughtExceptions().atMost(PATIENCE);
  }

  private StreamsRunner started(Topology topology, Map<String, String> overrides) {
    var runner = QualityProcess.runner(broker.bootstrapServers(), state(), topology, overrides);
    runner.start();
    return runner;
  }

  private Path state() {
    return folder.resolve("state");
  }

  /** Fails three times, each time after so many records have left the owner. */
  private static Topology failing(Topology topology, AtomicInteger failures) {
    var records = new AtomicInteger();
    return topology.addProcessor(
        "planted-failure",
        () ->
            (Processor<String, QualityWindow, Void, Void>)
                _ -> {
                  if (records.incrementAndGet() % 7 == 0 && failures.get() < 3) {
                    failures.incrementAndGet();
                    throw new IllegalStateException("planted");
                  }
                },
        "merge-windows");
  }

  /** Assessments of all kinds; the worker's and people's up to three times. */
  private void send(int count) throws Exception {
    var random = new Random(traces + 1L);
    for (int i = 0; i < count; i++) {
      var said =
          TestAssessments.of("t" + traces++, List.of("polite", "helpful").get(random.nextInt(2)))
              .version(random.nextInt(3) == 0 ? "2.0" : "1.0")
              .probability(random.nextInt(3) == 0 ? 0.1 : 1)
              .outcome(OUTCOMES.get(random.nextInt(4)))
              .endedAt(nowNanos() - random.nextLong(3 * QualityWindow.MINUTE));
      switch (random.nextInt(4)) {
        case 0 -> {
          for (int times = 1 + random.nextInt(3); times > 0; times--) {
            sendAll(List.of(random.nextBoolean() ? said.judged() : said.judged().failed()));
          }
        }
        case 1 -> sendAll(List.of(said, said.revised(Outcome.PASS, nowNanos())));
        default -> sendAll(List.of(said));
      }
    }
    awaitSent();
  }

  private void sendAll(List<TestAssessments> assessments) {
    for (var assessment : assessments) {
      oracle.add(assessment.get());
      sent.add(
          producer.send(
              new ProducerRecord<>(
                  topics.assessments().name(), assessment.traceId(), assessment.get())));
    }
  }

  private void awaitSent() throws Exception {
    for (var each : sent) {
      each.get();
    }
    sent.clear();
  }

  /** Something more has come out: the rest is on its way. */
  private void awaitProgress() throws Exception {
    long before = qualityEnd();
    patiently().until(() -> qualityEnd() > before);
  }

  private long qualityEnd() throws Exception {
    var partition = new TopicPartition(topics.quality().name(), 0);
    return admin
        .listOffsets(Map.of(partition, org.apache.kafka.clients.admin.OffsetSpec.latest()))
        .partitionResult(partition)
        .get()
        .offset();
  }

  /** All assessments are counted, and that is committed. */
  private void awaitAllRead() throws Exception {
    awaitSent();
    patiently()
        .untilAsserted(() -> {
          Map<TopicPartition, OffsetAndMetadata> read =
              admin
                  .listConsumerGroupOffsets(QualityPipeline.APPLICATION_ID)
                  .partitionsToOffsetAndMetadata()
                  .get();
          for (int number = 0; number < topics.assessments().partitions(); number++) {
            var partition = new TopicPartition(topics.assessments().name(), number);
            var end =
                admin
                    .listOffsets(
                        Map.of(partition, org.apache.kafka.clients.admin.OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
            var at = read.get(partition);
            assertThat(at == null ? 0 : at.offset()).as("%s", partition).isEqualTo(end);
          }
        });
  }

  /** The newest committed value of every key on {@code assay.quality}. */
  private Map<String, QualityWindow> committed() {
    var quality = topics.quality();
    var partition = new TopicPartition(quality.name(), 0);
    var table = new HashMap<String, QualityWindow>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "isolation.level",
                "read_committed"),
            quality.keys().deserializer(),
            quality.values().deserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(record -> table.put(record.key(), record.value()));
      }
    }
    return table;
  }

  private static long nowNanos() {
    return System.currentTimeMillis() * 1_000_000;
  }
}
