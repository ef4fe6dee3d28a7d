package dev.assay.lookup;

import dev.assay.wire.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the spans of one trace back from the topic they waited on before assembly. There is no
 * index of them: the one partition to which the trace's id hashes is read from end to end, or as
 * much of it as can hold them. For a person who waits, not for a server.
 */
public final class SpanScan {
  /** A trace is assembled of 7 MiB at most; what came late may be more. */
  private static final long MAX_BYTES = 64L << 20;

  /**
   * What was found.
   *
   * @param messages in order of arrival
   * @param records read
   * @param left records not read for want of time
   */
  public record Found(List<byte[]> messages, int partition, long records, long left) {
    public Found {
      messages = List.copyOf(messages);
    }
  }

  private SpanScan() {}

  /**
   * Scans.
   *
   * @param clientConfig how to reach the cluster: {@code bootstrap.servers}, security
   * @param sinceMillis records before that are not read, where it is known; epoch milliseconds
   * @param untilMillis nor those after that
   * @param timeout of all of it
   * @throws LookupUnavailableException if the topic cannot be read at all
   */
  public static Found scan(
      Map<String, Object> clientConfig,
      Topic<String, byte[]> topic,
      String traceId,
      @Nullable Long sinceMillis,
      @Nullable Long untilMillis,
      Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    var key = traceId.getBytes(StandardCharsets.UTF_8);
    var messages = new ArrayList<byte[]>();
    try (var consumer = consumer(clientConfig, timeout)) {
      var partitions = consumer.partitionsFor(topic.name());
      if (partitions == null || partitions.isEmpty()) {
        throw new LookupUnavailableException("there is no topic " + topic.name());
      }
      // as the producers of Assay and Kafka Streams do by default
      int number = BuiltInPartitioner.partitionForKey(key, partitions.size());
      var partition = new TopicPartition(topic.name(), number);
      consumer.assign(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
      seek(consumer, partition, sinceMillis);
      long records = 0;
      long bytes = 0;
      long position = consumer.position(partition);
      while (position < end && bytes < MAX_BYTES && System.nanoTime() < deadline) {
        boolean isPast = false;
        for (var record : consumer.poll(Duration.ofMillis(200)).records(partition)) {
          records++;
          isPast |= untilMillis != null && record.timestamp() > untilMillis;
          if (Arrays.equals(record.key(), key) && record.value() != null) {
            messages.add(record.value());
            bytes += record.value().length;
          }
        }
        position = isPast ? end : consumer.position(partition);
      }
      return new Found(messages, number, records, Math.max(0, end - position));
    } catch (KafkaException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw new LookupUnavailableException(
          "topic %s cannot be read: %s".formatted(topic.name(), cause.getMessage()), e);
    }
  }

  private static void seek(
      KafkaConsumer<byte[], byte[]> consumer,
      TopicPartition partition,
      @Nullable Long sinceMillis) {
    var from =
        sinceMillis == null
            ? null
            : consumer.offsetsForTimes(Map.of(partition, sinceMillis)).get(partition);
    if (from != null) {
      consumer.seek(partition, from.offset());
    } else if (sinceMillis == null) {
      consumer.seekToBeginning(List.of(partition));
    } else {
      consumer.seekToEnd(List.of(partition));
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(
      Map<String, Object> clientConfig, Duration timeout) {
    var config = new HashMap<>(clientConfig);
    config.put(ConsumerConfig.CLIENT_ID_CONFIG, "assay-explain");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5_000);
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 100);
    int millis = Math.clamp(timeout.toMillis(), 1_000, 10_000);
    config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
