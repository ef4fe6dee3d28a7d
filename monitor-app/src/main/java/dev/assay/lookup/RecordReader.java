package dev.assay.lookup;

import dev.assay.wire.Topic;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads single records back by partition and offset, committed ones only. A few consumers are kept
 * and shared; a caller waits for one, but never longer than the time-out. Thread-safe.
 */
public final class RecordReader implements AutoCloseable {
  // Reading on is cheaper than a new fetch where the next record wanted is this near.
  private static final long NEAR = 200;

  private final Map<String, Object> clientConfig;
  private final Duration timeout;
  private final Semaphore permits;
  private final int consumers;
  private final BlockingQueue<KafkaConsumer<byte[], byte[]>> idle = new LinkedBlockingQueue<>();
  private final AtomicInteger made = new AtomicInteger();

  /**
   * @param clientConfig how to reach the cluster: {@code bootstrap.servers}, security
   * @param consumers kept at most, and so reads at once, ≥ 1
   * @param timeout of one read, all its records together
   */
  public RecordReader(Map<String, Object> clientConfig, int consumers, Duration timeout) {
    if (consumers < 1) {
      throw new IllegalArgumentException("consumers must be >= 1, was " + consumers);
    }
    this.clientConfig = Map.copyOf(clientConfig);
    this.consumers = consumers;
    this.timeout = timeout;
    this.permits = new Semaphore(consumers, true);
  }

  <V> Optional<V> read(Topic<?, V> topic, Place place) {
    return Optional.ofNullable(read(topic, List.of(place)).get(place));
  }

  /**
   * The records that are still there, by place; those retention has taken are missing.
   *
   * @throws LookupUnavailableException if they could not be read in time
   * @throws org.apache.kafka.common.errors.SerializationException if one cannot be decoded
   */
  <V> Map<Place, V> read(Topic<?, V> topic, Collection<Place> places) {
    if (places.isEmpty()) {
      return Map.of();
    }
    long deadline = System.nanoTime() + timeout.toNanos();
    if (!acquire()) {
      throw new LookupUnavailableException("too many reads from Kafka at once; try again");
    }
    var found = new HashMap<Place, byte[]>();
    KafkaConsumer<byte[], byte[]> consumer = null;
    boolean healthy = false;
    try {
      var kept = idle.poll();
      consumer = kept == null ? newConsumer() : kept;
      for (var partition :
          places.stream().collect(Collectors.groupingBy(Place::partition)).entrySet()) {
        readPartition(
            consumer,
            new TopicPartition(topic.name(), partition.getKey()),
            partition.getValue(),
            deadline,
            found);
      }
      healthy = true;
    } catch (KafkaException e) {
      throw new LookupUnavailableException("the record could not be read from Kafka", e);
    } finally {
      if (consumer != null) {
        if (healthy) {
          idle.add(consumer);
        } else {
          consumer.close(CloseOptions.timeout(Duration.ofMillis(100)));
        }
      }
      permits.release();
    }
    var decoder = topic.values().deserializer();
    var values = new HashMap<Place, V>();
    found.forEach((place, bytes) -> values.put(place, decoder.deserialize(topic.name(), bytes)));
    return values;
  }

  private boolean acquire() {
    try {
      return permits.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptException(e);
    }
  }

  private static void readPartition(
      KafkaConsumer<byte[], byte[]> consumer,
      TopicPartition partition,
      List<Place> places,
      long deadline,
      Map<Place, byte[]> found) {
    var wanted = new TreeSet<>(Comparator.comparingLong(Place::offset));
    wanted.addAll(places);
    consumer.assign(List.of(partition));
    long position = Long.MIN_VALUE;
    while (!wanted.isEmpty()) {
      var next = wanted.getFirst();
      if (position < next.offset() - NEAR || position > next.offset()) {
        consumer.seek(partition, next.offset());
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw new LookupUnavailableException("Kafka did not give the record in time; try again");
      }
      try {
        for (var record : consumer.poll(Duration.ofNanos(left)).records(partition)) {
          var place = new Place(partition.partition(), record.offset());
          if (wanted.remove(place) && record.value() != null) {
            found.put(place, record.value());
          }
        }
        position = consumer.position(partition);
      } catch (OffsetOutOfRangeException e) {
        // Retention took it. The next may still be there.
        wanted.remove(next);
        position = Long.MIN_VALUE;
        continue;
      }
      // Passed over: an aborted transaction's, or compacted away.
      long passed = position;
      wanted.removeIf(place -> place.offset() < passed);
    }
  }

  private KafkaConsumer<byte[], byte[]> newConsumer() {
    var config = new HashMap<>(clientConfig);
    config.put(ConsumerConfig.CLIENT_ID_CONFIG, "assay-lookup-reader-" + made.getAndIncrement());
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    // A fetch gives at least one batch, however large; more than that is mostly not wanted.
    config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 64 * 1024);
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 100);
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    int millis = (int) Math.max(1_000, timeout.toMillis());
    config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  @Override
  public void close() {
    permits.acquireUninterruptibly(consumers);
    idle.forEach(KafkaConsumer::close);
    idle.clear();
    permits.release(consumers);
  }
}
