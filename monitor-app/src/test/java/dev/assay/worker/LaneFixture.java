package dev.assay.worker;

import dev.assay.EmbeddedBroker;
import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.model.Assessment;
import dev.assay.model.AssessmentId;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScoringRequest;
import dev.assay.model.TestTraces;
import dev.assay.scoring.Scorers;
import dev.assay.wire.Topic;
import dev.assay.wire.TopicSetup;
import dev.assay.wire.Topics;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A broker with the topics, a way to ask for scores, and a view of what came of it. */
final class LaneFixture implements AutoCloseable {
  static final int PARTITIONS = 8;

  final Topics topics = new Topics(PARTITIONS);
  final Metrics metrics = Metrics.standalone();
  final Map<String, Object> client;
  private final EmbeddedBroker broker;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> reader;
  private final List<Assessment> assessments = new ArrayList<>();
  private final List<ConsumerRecord<byte[], byte[]>> deadLetters = new ArrayList<>();

  LaneFixture(Path data) throws Exception {
    this(data, Map.of());
  }

  LaneFixture(Path data, Map<String, String> settings) throws Exception {
    broker = EmbeddedBroker.start(data, 0, settings);
    client = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (var admin = Admin.create(client)) {
      TopicSetup.ensure(admin, topics.all());
    }
    producer =
        new KafkaProducer<>(
            TopicSetup.producerDefaults(broker.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    reader =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "auto.offset.reset",
                "earliest",
                "isolation.level",
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    var partitions = new ArrayList<TopicPartition>();
    for (int i = 0; i < PARTITIONS; i++) {
      partitions.add(new TopicPartition(topics.assessments().name(), i));
    }
    partitions.add(new TopicPartition(topics.deadLetters().name(), 0));
    reader.assign(partitions);
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  WorkerLane lane(WorkerConfig config, Scorers scorers) throws InterruptedException {
    return lane(config, scorers, ScorerPauses.silent());
  }

  WorkerLane lane(WorkerConfig config, Scorers scorers, ScorerPauses pauses)
      throws InterruptedException {
    return WorkerLane.start(client, topics, config, scorers, pauses, metrics, Clock.systemUTC(), 1);
  }

  void request(ScorerSpec spec, String traceId) {
    request(spec, traceId, Instant.now());
  }

  void request(ScorerSpec spec, String traceId, Instant requested) {
    send(null, traceId, encode(topics.scoringRequests(), scoringRequest(spec, traceId, requested)));
  }

  void requestOn(int partition, ScorerSpec spec, String traceId) {
    send(
        partition,
        traceId,
        encode(topics.scoringRequests(), scoringRequest(spec, traceId, Instant.now())));
  }

  static ScoringRequest scoringRequest(ScorerSpec spec, String traceId, Instant requested) {
    return new ScoringRequest(
        AssessmentId.ofRequest(traceId, spec.name(), spec.version(), 1),
        0.5,
        1,
        TimeUnit.SECONDS.toNanos(requested.getEpochSecond()) + requested.getNano(),
        0,
        false,
        spec,
        TestTraces.chat(traceId, "What is 2 + 2?", "4"));
  }

  private static <V> byte[] encode(Topic<String, V> topic, V value) {
    return topic.values().serializer().serialize(topic.name(), value);
  }

  void send(Integer partition, String key, byte[] value) {
    var _ =
        producer.send(
            new ProducerRecord<>(
                topics.scoringRequests().name(),
                partition,
                topics.scoringRequests().keys().serializer().serialize("", key),
                value));
    producer.flush();
  }

  /** Reads on until this holds. */
  void await(Duration atMost, BooleanSupplier condition) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError(
            "not so within %s; assessments: %d (%d different), dead letters: %d, counted: %s"
                .formatted(
                    atMost, assessments.size(), ids().size(), deadLetters.size(), outcomes()));
      }
      read();
    }
  }

  private void read() {
    for (var record : reader.poll(Duration.ofMillis(100))) {
      if (record.topic().equals(topics.deadLetters().name())) {
        deadLetters.add(record);
      } else {
        assessments.add(
            topics.assessments().values().deserializer().deserialize("", record.value()));
      }
    }
  }

  List<Assessment> assessments() {
    return assessments;
  }

  /** Different assessment ids. */
  Collection<String> ids() {
    return assessments.stream().map(Assessment::assessmentId).distinct().toList();
  }

  List<ConsumerRecord<byte[], byte[]>> deadLetters() {
    return deadLetters;
  }

  static String header(ConsumerRecord<?, ?> record, String name) {
    return new String(
        record.headers().lastHeader(name).value(), java.nio.charset.StandardCharsets.UTF_8);
  }

  double counted(Meter meter, String... labels) {
    return counted(metrics, meter, labels);
  }

  /** By the first labels of the meter. */
  static double counted(Metrics metrics, Meter meter, String... labels) {
    return metrics.registry().scrape().stream()
        .filter(snapshot -> snapshot.getMetadata().getName().equals(meter.baseName()))
        .flatMap(snapshot -> snapshot.getDataPoints().stream())
        .filter(point -> {
          for (int i = 0; i < labels.length; i++) {
            if (!labels[i].equals(point.getLabels().get(meter.labels().get(i)))) {
              return false;
            }
          }
          return true;
        })
        .mapToDouble(point ->
            switch (point) {
              case CounterSnapshot.CounterDataPointSnapshot counter -> counter.getValue();
              case GaugeSnapshot.GaugeDataPointSnapshot gauge -> gauge.getValue();
              default -> throw new AssertionError(point);
            })
        .sum();
  }

  double outcome(String outcome) {
    return metrics.registry().scrape().stream()
        .filter(s -> s.getMetadata().getName().equals(Meter.SCORING_REQUESTS.baseName()))
        .flatMap(s -> s.getDataPoints().stream())
        .filter(point -> outcome.equals(point.getLabels().get("outcome")))
        .mapToDouble(point -> ((CounterSnapshot.CounterDataPointSnapshot) point).getValue())
        .sum();
  }

  String outcomes() {
    var text = new StringBuilder();
    for (var outcome :
        List.of("taken", "assessed", "rejected", "expired", "retried", "repeated", "released")) {
      text.append(outcome).append('=').append(outcome(outcome)).append(' ');
    }
    return text + "in flight=" + counted(Meter.WORKER_IN_FLIGHT);
  }

  /** taken − everything that became of them. */
  double unaccounted() {
    return outcome("taken")
        - outcome("assessed")
        - outcome("rejected")
        - outcome("expired")
        - outcome("retried")
        - outcome("repeated")
        - outcome("released")
        - counted(Meter.WORKER_IN_FLIGHT);
  }

  @Override
  public void close() {
    reader.close();
    producer.close();
    broker.close();
  }
}
