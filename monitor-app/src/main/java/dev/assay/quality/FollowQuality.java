package dev.assay.quality;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.model.QualityWindow;
import dev.assay.wire.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@code assay.quality} from its beginning into a {@link QualityView}, committed records
 * only, on a thread of its own, in no group: every instance reads all of it. When the consumer
 * fails it starts over, until it is closed; the view is incomplete meanwhile.
 */
public final class FollowQuality implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(FollowQuality.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final int POLLS_BETWEEN_PRUNES = 100;

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Topic<String, QualityWindow> topic;
  private final QualityView view;
  private final Metrics metrics;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable Consumer<byte[], byte[]> current;

  private FollowQuality(
      Supplier<Consumer<byte[], byte[]>> consumers,
      Topic<String, QualityWindow> topic,
      QualityView view,
      Metrics metrics) {
    this.consumers = consumers;
    this.topic = topic;
    this.view = view;
    this.metrics = metrics;
    this.thread = Thread.ofPlatform().name("follow-quality").daemon().unstarted(this::run);
  }

  /**
   * Starts following.
   *
   * @param client how to reach the cluster: {@code bootstrap.servers}, security
   */
  public static FollowQuality start(
      Map<String, Object> client,
      Topic<String, QualityWindow> topic,
      QualityView view,
      Metrics metrics) {
    var config = new HashMap<>(client);
    config.put("isolation.level", "read_committed");
    config.put("auto.offset.reset", "earliest");
    config.put("enable.auto.commit", false);
    var follow =
        new FollowQuality(
            () ->
                new KafkaConsumer<>(
                    config, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
            topic,
            view,
            metrics);
    follow.thread.start();
    return follow;
  }

  @Override
  public void close() {
    closing.countDown();
    var consumer = current;
    if (consumer != null) {
      consumer.wakeup();
    }
    try {
      thread.join(Duration.ofSeconds(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!isClosing()) {
      try (var consumer = consumers.get()) {
        current = consumer;
        follow(consumer);
      } catch (WakeupException e) {
        // only close wakes
      } catch (RuntimeException e) {
        view.complete(false);
        log.warn("{} cannot be read, trying again: {}", topic.name(), e.toString());
        pause();
      }
    }
  }

  private void follow(Consumer<byte[], byte[]> consumer) {
    var partitions =
        consumer.partitionsFor(topic.name()).stream()
            .map(info -> new TopicPartition(info.topic(), info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new UnknownTopicOrPartitionException("there is no topic " + topic.name());
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    var ends = consumer.endOffsets(partitions);
    for (int polls = 0; !isClosing(); polls++) {
      for (var record : consumer.poll(POLL)) {
        accept(record);
      }
      if (!view.isComplete()) {
        view.complete(hasReached(consumer, ends, partitions));
      }
      if (polls % POLLS_BETWEEN_PRUNES == 0) {
        view.prune();
      }
    }
  }

  private static boolean hasReached(
      Consumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> ends,
      List<TopicPartition> partitions) {
    return partitions.stream()
        .allMatch(partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
  }

  // Only the quality stage writes here; what it did not write is passed over, and counted.
  private void accept(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      return;
    }
    try {
      view.accept(
          topic.values().deserializer().deserialize(topic.name(), record.value()),
          record.timestamp());
    } catch (SerializationException e) {
      metrics.count(Meter.DEAD_LETTERS, "quality", "undecodable");
      log.warn(
          "{}-{}@{} is passed over: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          e.getMessage());
    }
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  private void pause() {
    try {
      closing.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      closing.countDown();
    }
  }
}
