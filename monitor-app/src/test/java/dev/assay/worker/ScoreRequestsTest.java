package dev.assay.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.model.Assessment;
import dev.assay.model.Outcome;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScoringRequest;
import dev.assay.model.TestTraces;
import dev.assay.scoring.Parameter;
import dev.assay.scoring.Scorer;
import dev.assay.scoring.ScorerFactory;
import dev.assay.scoring.Scorers;
import dev.assay.wire.DeadLetter;
import dev.assay.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class ScoreRequestsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");

  private final Topics topics = new Topics(1);
  private final StubScorers stub = new StubScorers();
  private final Metrics metrics = Metrics.standalone();
  private final Semaphore slots = new Semaphore(1);
  private final WorkerConfig config = WorkerConfig.withSlots(1);

  @Test
  void aRequestIsAcknowledgedOnceItsAssessmentIsWritten() throws Exception {
    var producer = producer(false);
    var work = work(producer);
    var answer = new FutureTask<>(() -> work.run(record(spec(), 1), slot()));
    Thread.ofVirtual().start(answer);
    Awaitility.await().until(() -> producer.history().size() == 1);
    assertThat(answer.isDone()).isFalse();
    producer.completeNext();
    assertThat(answer.get()).isEqualTo(AcknowledgeType.ACCEPT);
    assertThat(assessments(producer)).singleElement().matches(a -> a.outcome() == Outcome.PASS);
  }

  @Test
  void aRepeatIsNotAskedTwice() throws Exception {
    var producer = producer(true);
    var work = work(producer);
    assertThat(work.run(record(spec(), 1), slot())).isEqualTo(AcknowledgeType.ACCEPT);
    assertThat(work.run(record(spec(), 2), slot())).isEqualTo(AcknowledgeType.ACCEPT);
    assertThat(stub.callsByTrace).containsEntry("t1", 1);
    assertThat(producer.history()).hasSize(1);
  }

  @Test
  void whatAJudgeOrAnEvaluationRunMadeIsNeverScored() throws Exception {
    var producer = producer(true);
    var request = LaneFixture.scoringRequest(spec(), "t1", NOW);
    var made =
        new ScoringRequest(
            request.requestId(),
            1.0,
            1,
            request.requestedNanos(),
            0,
            false,
            request.scorer(),
            TestTraces.withMetadata(request.trace(), Map.of("mlflow.sourceRun", "run-1")));

    assertThat(work(producer).run(record(made, 1), slot())).isEqualTo(AcknowledgeType.ACCEPT);

    assertThat(stub.callsByTrace).isEmpty();
    assertThat(producer.history()).isEmpty();
    assertThat(LaneFixture.counted(metrics, Meter.SCORING_REQUESTS, spec().name(), "loop_guard"))
        .isEqualTo(1);
  }

  @Test
  void theDeliveryBeforeTheLastIsNotRun() throws Exception {
    var producer = producer(true);
    var work = work(producer);
    assertThat(work.run(record(spec(), 8), slot())).isEqualTo(AcknowledgeType.ACCEPT);
    var other = ScorerSpec.of("other", "stub", Map.of());
    assertThat(work.run(record(other, 9), slot())).isEqualTo(AcknowledgeType.REJECT);
    assertThat(stub.callsByTrace).containsEntry("t1", 1);
    assertThat(sent(producer, topics.deadLetters().name()))
        .singleElement()
        .extracting(letter ->
            new String(
                letter.headers().lastHeader(DeadLetter.CAUSE).value(), StandardCharsets.UTF_8))
        .isEqualTo("delivery_limit");
    assertThat(assessments(producer).getLast().error().code()).isEqualTo("DELIVERY_LIMIT");
  }

  @Test
  void whatKafkaDoesNotTakeIsGivenBack() throws Exception {
    var producer = producer(false);
    var work = work(producer);
    var answer = new FutureTask<>(() -> work.run(record(spec(), 1), slot()));
    Thread.ofVirtual().start(answer);
    Awaitility.await().until(() -> producer.history().size() == 1);
    producer.errorNext(new TimeoutException("no broker"));
    assertThat(answer.get()).isEqualTo(AcknowledgeType.RELEASE);
  }

  @Test
  void theSlotIsFreeAgainWhateverHappens() throws Exception {
    var work = work(producer(true));
    for (var mode : List.of("ok", "throw", "retry", "unavailable")) {
      var slot = slot();
      work.run(record(StubScorers.spec(Map.of("mode", mode)), 1), slot);
      slot.leave();
      Awaitility.await().until(() -> slots.availablePermits() == 1);
    }
  }

  @Test
  void aScorerThatIgnoresItsTimeOutKeepsItsSlotAndNotTheRecord() throws Exception {
    var producer = producer(true);
    var release = new CountDownLatch(1);
    var deaf =
        new ScorerFactory() {
          @Override
          public String kind() {
            return "deaf";
          }

          @Override
          public String description() {
            return "does not heed interruption";
          }

          @Override
          public List<Parameter> parameters() {
            return List.of();
          }

          @Override
          public Scorer create(ScorerSpec spec) {
            return _ -> {
              while (release.getCount() > 0) {
                Thread.onSpinWait();
              }
              return List.of();
            };
          }
        };
    var work =
        work(producer, new Scorers(List.of(deaf)), config.withCallTimeout(Duration.ofMillis(50)));
    var slot = slot();
    assertThat(work.run(record(ScorerSpec.of("deaf", "deaf", Map.of()), 1), slot))
        .isEqualTo(AcknowledgeType.ACCEPT);
    slot.leave();
    assertThat(sent(producer, topics.scoringRetries().name())).hasSize(1);
    assertThat(slots.availablePermits()).isZero();
    release.countDown();
    Awaitility.await().until(() -> slots.availablePermits() == 1);
  }

  private static ScorerSpec spec() {
    return StubScorers.spec(Map.of());
  }

  private Slot slot() throws InterruptedException {
    slots.drainPermits();
    slots.release();
    return Slot.take(slots);
  }

  private ConsumerRecord<byte[], byte[]> record(ScorerSpec spec, int delivery) {
    return record(LaneFixture.scoringRequest(spec, "t1", NOW), delivery);
  }

  private ConsumerRecord<byte[], byte[]> record(ScoringRequest request, int delivery) {
    var topic = topics.scoringRequests();
    var value = topic.values().serializer().serialize(topic.name(), request);
    return new ConsumerRecord<>(
        topic.name(),
        0,
        7L,
        0L,
        TimestampType.CREATE_TIME,
        2,
        value.length,
        new byte[] {'t', '1'},
        value,
        new RecordHeaders(),
        Optional.empty(),
        Optional.of((short) delivery));
  }

  private static MockProducer<byte[], byte[]> producer(boolean complete) {
    return new MockProducer<>(complete, null, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private ScoreRequests work(MockProducer<byte[], byte[]> producer) {
    return work(producer, stub.scorers(), config);
  }

  private ScoreRequests work(
      MockProducer<byte[], byte[]> producer, Scorers scorers, WorkerConfig workerConfig) {
    var clock = InstantSource.fixed(NOW.plusSeconds(1));
    return new ScoreRequests(
        topics.scoringRequests(),
        new CompiledScorers(scorers),
        new PausedScorers(ScorerPauses.silent(), metrics, clock),
        new Outbox(producer, topics, metrics),
        new RememberedVerdicts(10),
        new RetryDelays(Duration.ofSeconds(1), Duration.ofSeconds(10), 1),
        workerConfig,
        metrics,
        clock);
  }

  private List<Assessment> assessments(MockProducer<byte[], byte[]> producer) {
    return sent(producer, topics.assessments().name()).stream()
        .map(record -> topics.assessments().values().deserializer().deserialize("", record.value()))
        .toList();
  }

  private static List<ProducerRecord<byte[], byte[]>> sent(
      MockProducer<byte[], byte[]> producer, String topic) {
    return producer.history().stream().filter(record -> record.topic().equals(topic)).toList();
  }
}
