package dev.assay.pipeline;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * The clients of a topology: as Kafka Streams makes them, but for one thing, which exactly-once
 * needs. A producer that has aborted a transaction begins no other.
 *
 * <p>All tasks of a stream thread share its transaction. When one of them is found corrupted (after
 * an unclean stop; also, in Kafka 4.4.0, whenever a window store that never held anything is opened
 * again), Kafka Streams commits the others and aborts. While a rebalance is in progress it skips
 * the commit, without a word, and still aborts: what the others had sent is gone, and they go on
 * from where they were (TaskManager.handleCorruption and
 * commitTasksAndMaybeUpdateCommittableOffsets, 4.4.0). Refused its next transaction as if it had
 * been fenced, the thread gives up all of its tasks and opens them again from the last commit, with
 * a new producer: the way Kafka Streams recovers from a task that has moved away.
 */
final class StreamsClients implements KafkaClientSupplier {
  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new AbortsOnce(config);
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return getConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return getConsumer(config);
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return Admin.create(config);
  }

  /** Used by one stream thread. */
  private static final class AbortsOnce extends KafkaProducer<byte[], byte[]> {
    private boolean aborted;

    AbortsOnce(Map<String, Object> config) {
      super(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void beginTransaction() {
      if (aborted) {
        throw new ProducerFencedException(
            "a transaction was aborted: every task of this thread begins again from its last"
                + " commit");
      }
      super.beginTransaction();
    }

    @Override
    public void abortTransaction() {
      aborted = true;
      super.abortTransaction();
    }
  }
}
