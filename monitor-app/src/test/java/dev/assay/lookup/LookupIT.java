package dev.assay.lookup;

import static org.apache.kafka.streams.CloseOptions.GroupMembershipOperation.LEAVE_GROUP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.assay.EmbeddedBroker;
import dev.assay.metrics.Metrics;
import dev.assay.model.Assessment;
import dev.assay.model.Outcome;
import dev.assay.model.TestAssessments;
import dev.assay.model.TestTraces;
import dev.assay.model.Trace;
import dev.assay.pipeline.LookupPipeline;
import dev.assay.pipeline.StreamsRunner;
import dev.assay.wire.EncodedTrace;
import dev.assay.wire.Topic;
import dev.assay.wire.TopicSetup;
import dev.assay.wire.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.CloseOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The index and the reading back, on a real broker. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LookupIT {
  private static final Duration RETENTION = Duration.ofDays(7);
  private static final Topics TOPICS = new Topics(3);

  @TempDir static Path folder;
  private EmbeddedBroker broker;
  private Admin admin;
  private KafkaProducer<byte[], byte[]> producer;
  private RecordReader reader;

  @BeforeAll
  void start() throws Exception {
    broker = EmbeddedBroker.start(folder.resolve("broker"));
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    TopicSetup.ensure(admin, TOPICS.all());
    var config = new HashMap<>(TopicSetup.producerDefaults(broker.bootstrapServers()));
    config.put("transactional.id", "lookup-it");
    producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    reader = reader(Duration.ofSeconds(10));
  }

  @AfterAll
  void stop() {
    reader.close();
    producer.close();
    admin.close();
    broker.close();
  }

  private RecordReader reader(Duration timeout) {
    return new RecordReader(Map.of("bootstrap.servers", broker.bootstrapServers()), 2, timeout);
  }

  private <V> Place send(Topic<String, V> topic, String key, V value) throws Exception {
    var sent =
        producer
            .send(
                new ProducerRecord<>(
                    topic.name(),
                    topic.keys().serializer().serialize(topic.name(), key),
                    topic.values().serializer().serialize(topic.name(), value)))
            .get();
    return new Place(sent.partition(), sent.offset());
  }

  private Place commit(Trace trace) throws Exception {
    producer.beginTransaction();
    var place = send(TOPICS.traces(), trace.traceId(), EncodedTrace.of(trace));
    producer.commitTransaction();
    return place;
  }

  private Place commit(Assessment assessment) throws Exception {
    producer.beginTransaction();
    var place = send(TOPICS.assessments(), assessment.traceId(), assessment);
    producer.commitTransaction();
    return place;
  }

  private StreamsRunner runner(String state) {
    return new StreamsRunner(
        LookupPipeline.APPLICATION_ID,
        new LookupPipeline(TOPICS, RETENTION).get(),
        new StreamsRunner.Config(broker.bootstrapServers(), folder.resolve(state), 1, Map.of()),
        TOPICS,
        Metrics.standalone());
  }

  private StreamsLookup lookup(StreamsRunner runner) {
    return new StreamsLookup(runner.streams(), reader, TOPICS, RETENTION, Clock.systemUTC());
  }

  @Test
  void findsWhatWasWrittenAndStillDoesAfterItsStoresAreLost() throws Exception {
    var first = runner("first");
    try (first) {
      first.start();
      var lookup = lookup(first);
      commit(TestTraces.chat("it-1", "Are you open?", "We open at nine."));
      commit(TestAssessments.of("it-1", "polite").get());
      commit(TestAssessments.of("it-1", "polite").get());
      commit(TestAssessments.of("it-1", "not_empty").failed().get());

      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptionsInstanceOf(LookupUnavailableException.class)
          .untilAsserted(() -> {
            assertThat(lookup.trace("it-1")).isPresent();
            assertThat(lookup.places("it-1")).hasSize(3);
          });
      assertThat(lookup.trace("it-1").orElseThrow().answer()).isEqualTo("We open at nine.");
      assertThat(lookup.assessments("it-1"))
          .as("a repeat of the worker lane is shown once")
          .extracting(Assessment::name)
          .containsExactly("polite", "not_empty");
      assertThat(lookup.latestAssessments(AssessmentFilter.FAILING, 10))
          .extracting(Assessment::outcome)
          .containsExactly(Outcome.FAIL);
      // so that the second does not wait for this one's session to time out
      first.streams().close(CloseOptions.groupMembershipOperation(LEAVE_GROUP));
    }
    try (var second = runner("second")) {
      second.start();
      var lookup = lookup(second);

      await()
          .atMost(Duration.ofSeconds(60))
          .ignoreExceptionsInstanceOf(LookupUnavailableException.class)
          .untilAsserted(() -> assertThat(lookup.places("it-1")).hasSize(3));
      assertThat(lookup.trace("it-1")).isPresent();
      assertThat(lookup.recent(TraceFilter.ALL, 10)).extracting(TraceRow::traceId).contains("it-1");
      assertThat(lookup.latest(AssessmentFilter.FAILING, 10))
          .extracting(AssessmentRow::traceId)
          .containsExactly("it-1");
    }
  }

  @Test
  void readsCommittedRecordsOnly() throws Exception {
    producer.beginTransaction();
    var aborted =
        send(TOPICS.traces(), "it-2", EncodedTrace.of(TestTraces.chat("it-2", "Hi", "never")));
    producer.abortTransaction();
    var committed = commit(TestTraces.chat("it-2", "Hi", "Hello"));

    assertThat(committed.partition()).isEqualTo(aborted.partition());
    var read = reader.read(TOPICS.traces(), List.of(aborted, committed));
    assertThat(read).containsOnlyKeys(committed);
    assertThat(read.get(committed).trace().answer()).isEqualTo("Hello");
  }

  @Test
  void readsRecordsThatAreFarApartAndOnSeveralPartitionsAtOnce() throws Exception {
    var places = new HashMap<Place, String>();
    for (int i = 0; i < 300; i++) {
      var id = "many-" + i;
      places.put(commit(TestAssessments.of(id, "polite").get()), id);
    }
    assertThat(places.keySet()).extracting(Place::partition).contains(0, 1, 2);

    var read = reader.read(TOPICS.assessments(), places.keySet());

    assertThat(read).hasSize(300);
    read.forEach(
        (place, assessment) -> assertThat(assessment.traceId()).isEqualTo(places.get(place)));
    var wanted = places.keySet().stream().filter(place -> place.offset() % 100 == 0).toList();
    assertThat(reader.read(TOPICS.assessments(), wanted)).hasSameSizeAs(wanted);
  }

  @Test
  void whatRetentionTookIsMissing() throws Exception {
    var gone = commit(TestTraces.chat("it-3", "Hi", "gone"));
    admin
        .deleteRecords(
            Map.of(
                new TopicPartition(TOPICS.traces().name(), gone.partition()),
                RecordsToDelete.beforeOffset(gone.offset() + 1)))
        .all()
        .get();
    var kept = commit(TestTraces.chat("it-3", "Hi", "kept"));

    var read = reader.read(TOPICS.traces(), List.of(gone, kept));

    assertThat(read).containsOnlyKeys(kept);
    assertThat(reader.read(TOPICS.traces(), gone)).isEmpty();
  }

  @Test
  void readsALargeTrace() throws Exception {
    var answer = "x".repeat(1_500_000);
    var place = commit(TestTraces.chat("it-4", "Hi", answer));

    assertThat(reader.read(TOPICS.traces(), place).orElseThrow().trace().answer())
        .isEqualTo(answer);
  }

  @Test
  void manyReadersShareAFewConsumers() throws Exception {
    var place = commit(TestTraces.chat("it-5", "Hi", "Hello"));

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers =
          IntStream.range(0, 50)
              .mapToObj(_ -> threads.submit(() -> reader.read(TOPICS.traces(), place)))
              .toList();
      for (var answer : answers) {
        assertThat(answer.get()).isPresent();
      }
    }
  }

  @Test
  void givesUpInTimeOnARecordThatIsNotThereYet() {
    try (var impatient = reader(Duration.ofMillis(500))) {
      assertThatThrownBy(() -> impatient.read(TOPICS.decisions(), new Place(0, 0)))
          .isInstanceOf(LookupUnavailableException.class)
          .hasMessageContaining("try again");
    }
  }
}
