package dev.assay.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.metrics.Metrics;
import dev.assay.wire.Topics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MoveRetriesTest {
  private final Topics topics = new Topics(1);
  private final TopicPartition partition = new TopicPartition("assay.scoring-retries", 0);
  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final MockProducer<byte[], byte[]> producer =
      new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
  private Instant now = Instant.EPOCH;
  private final MoveRetries mover =
      new MoveRetries(
          () -> consumer,
          topics.scoringRetries(),
          new Outbox(producer, topics, Metrics.standalone()),
          Metrics.standalone(),
          () -> now);

  @BeforeEach
  void assign() {
    consumer.assign(List.of(partition));
    consumer.updateBeginningOffsets(Map.of(partition, 0L));
  }

  @Test
  void eachIsMovedWhenItIsDueAndNotBefore() throws Exception {
    retry(0, "late", 60);
    retry(1, "soon", 5);
    retry(2, "middle", 30);
    mover.step(consumer);
    assertThat(moved()).isEmpty();
    now = Instant.ofEpochSecond(5);
    mover.step(consumer);
    assertThat(moved()).containsExactly("soon");
    now = Instant.ofEpochSecond(59);
    mover.step(consumer);
    assertThat(moved()).containsExactly("soon", "middle");
    now = Instant.ofEpochSecond(60);
    mover.step(consumer);
    assertThat(moved()).containsExactly("soon", "middle", "late");
  }

  @Test
  void itsOffsetIsTheLowestItStillHolds() throws Exception {
    retry(0, "a", 1);
    retry(1, "b", 60);
    retry(2, "c", 1);
    now = Instant.ofEpochSecond(1);
    mover.step(consumer);
    assertThat(moved()).containsExactlyInAnyOrder("a", "c");
    assertThat(committed()).isEqualTo(1);
    now = Instant.ofEpochSecond(60);
    mover.step(consumer);
    assertThat(committed()).isEqualTo(3);
  }

  @Test
  void whatKafkaDoesNotTakeIsMovedLater() throws Exception {
    producer.sendException = new TimeoutException("no broker");
    retry(0, "a", 0);
    mover.step(consumer);
    assertThat(consumer.committed(Set.of(partition)).get(partition)).isNull();
    producer.sendException = null;
    mover.step(consumer);
    assertThat(moved()).containsExactly("a");
    assertThat(committed()).isEqualTo(1);
  }

  @Test
  void whatCannotBeReadIsLeftToTheLane() throws Exception {
    consumer.addRecord(record(0, new byte[] {1, 2, 3}));
    mover.step(consumer);
    assertThat(producer.history()).hasSize(1);
    assertThat(producer.history().getFirst().value()).containsExactly(1, 2, 3);
  }

  private long committed() {
    return consumer.committed(Set.of(partition)).get(partition).offset();
  }

  private List<String> moved() {
    return producer.history().stream()
        .map(record ->
            topics
                .scoringRequests()
                .values()
                .deserializer()
                .deserialize("", record.value())
                .trace()
                .traceId())
        .toList();
  }

  private void retry(long offset, String traceId, long dueSeconds) {
    var request =
        LaneFixture.scoringRequest(StubScorers.spec(Map.of()), traceId, Instant.EPOCH)
            .retryAt(TimeUnit.SECONDS.toNanos(dueSeconds));
    consumer.addRecord(
        record(offset, topics.scoringRetries().values().serializer().serialize("", request)));
  }

  private ConsumerRecord<byte[], byte[]> record(long offset, byte[] value) {
    return new ConsumerRecord<>(
        partition.topic(),
        partition.partition(),
        offset,
        0L,
        TimestampType.CREATE_TIME,
        1,
        value.length,
        new byte[] {'k'},
        value,
        new RecordHeaders(),
        java.util.Optional.empty());
  }
}
