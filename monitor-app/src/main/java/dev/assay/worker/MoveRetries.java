package dev.assay.worker;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.model.EpochNanos;
import dev.assay.model.ScoringRequest;
import dev.assay.wire.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts requests from {@code assay.scoring-retries} back on {@code assay.scoring-requests} at their
 * not-before time. Retries of different delays stand in one topic, so it reads ahead and waits for
 * the earliest; it holds at most {@value #MAX_HELD} requests or {@value #MAX_HELD_BYTES} bytes, and
 * reads no further while it holds that much. Within this window nothing waits for anything else;
 * beyond it a request may be moved late, by at most the longest delay before it. It is never moved
 * early.
 *
 * <p>At least once: its offset is the lowest request it still holds, so a crash moves those above
 * it a second time. Their assessments carry the same ids.
 */
final class MoveRetries implements Runnable {
  static final int MAX_HELD = 20_000;
  static final long MAX_HELD_BYTES = 64L * 1024 * 1024;

  private static final Logger logger = LoggerFactory.getLogger(MoveRetries.class);
  private static final int MAX_MOVED_AT_ONCE = 500;

  private record Held(
      long notBefore, TopicPartition partition, ConsumerRecord<byte[], byte[]> record) {
    long bytes() {
      return Math.max(0L, record.serializedKeySize()) + Math.max(0L, record.serializedValueSize());
    }
  }

  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Topic<String, ScoringRequest> topic;
  private final Outbox outbox;
  private final Metrics metrics;
  private final InstantSource clock;
  private final CountDownLatch stopping = new CountDownLatch(1);

  // Of the owner thread alone.
  private final PriorityQueue<Held> held =
      new PriorityQueue<>((a, b) -> Long.compare(a.notBefore(), b.notBefore()));
  private final Map<TopicPartition, TreeSet<Long>> outstanding = new HashMap<>();
  private long heldBytes;

  MoveRetries(
      Supplier<Consumer<byte[], byte[]>> consumers,
      Topic<String, ScoringRequest> topic,
      Outbox outbox,
      Metrics metrics,
      InstantSource clock) {
    this.consumers = consumers;
    this.topic = topic;
    this.outbox = outbox;
    this.metrics = metrics;
    this.clock = clock;
  }

  void stop() {
    stopping.countDown();
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  @Override
  public void run() {
    while (!isStopping()) {
      try (var consumer = consumers.get()) {
        consumer.subscribe(List.of(topic.name()), new ForgetRevoked());
        while (!isStopping()) {
          step(consumer);
        }
      } catch (RuntimeException failure) {
        metrics.count(Meter.WORKER_RESTARTS);
        logger.warn("the mover of retries failed; it starts again in 5 s", failure);
        awaitStop(5_000);
      } catch (InterruptedException goingDown) {
        return;
      } finally {
        forgetAll();
      }
    }
  }

  private void awaitStop(long millis) {
    try {
      boolean _ = stopping.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      stop();
    }
  }

  void step(Consumer<byte[], byte[]> consumer) throws InterruptedException {
    if (held.size() >= MAX_HELD || heldBytes >= MAX_HELD_BYTES) {
      consumer.pause(consumer.assignment());
    } else if (!consumer.paused().isEmpty()) {
      consumer.resume(consumer.paused());
    }
    for (var record : consumer.poll(untilDue())) {
      hold(record);
    }
    move(consumer);
    metrics.set(Meter.WORKER_RETRIES_WAITING, held.size());
  }

  private Duration untilDue() {
    var earliest = held.peek();
    long nanos = earliest == null ? Long.MAX_VALUE : earliest.notBefore() - now();
    return Duration.ofMillis(Math.clamp(nanos / 1_000_000 + 1, 0, 250));
  }

  private void hold(ConsumerRecord<byte[], byte[]> record) throws InterruptedException {
    long notBefore;
    try {
      var request =
          record.value() == null
              ? null
              : topic.values().deserializer().deserialize(topic.name(), record.value());
      // What cannot be read is moved at once: the lane makes a dead letter of it.
      notBefore = request == null ? 0 : request.notBeforeNanos();
    } catch (SerializationException undecodable) {
      notBefore = 0;
    }
    var partition = new TopicPartition(record.topic(), record.partition());
    var entry = new Held(notBefore, partition, record);
    held.add(entry);
    heldBytes += entry.bytes();
    outstanding.computeIfAbsent(partition, _ -> new TreeSet<>()).add(record.offset());
  }

  private void move(Consumer<byte[], byte[]> consumer) throws InterruptedException {
    var due = new ArrayList<Held>();
    long now = now();
    for (var next = held.peek();
        next != null && next.notBefore() <= now && due.size() < MAX_MOVED_AT_ONCE;
        next = held.peek()) {
      due.add(next);
      held.remove();
    }
    if (due.isEmpty()) {
      return;
    }
    try {
      outbox.requests(due.stream().map(Held::record).toList());
    } catch (Outbox.NotSent e) {
      logger.warn("{} retries could not be moved yet: {}", due.size(), e.getMessage());
      held.addAll(due);
      awaitStop(1_000);
      return;
    }
    for (var moved : due) {
      heldBytes -= moved.bytes();
      var offsets = outstanding.get(moved.partition());
      if (offsets != null) {
        offsets.remove(moved.record().offset());
      }
    }
    commit(consumer);
  }

  private void commit(Consumer<byte[], byte[]> consumer) {
    var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
    outstanding.forEach((partition, waiting) ->
        offsets.put(
            partition,
            new OffsetAndMetadata(
                waiting.isEmpty() ? consumer.position(partition) : waiting.first())));
    try {
      consumer.commitSync(offsets);
    } catch (CommitFailedException | RebalanceInProgressException othersTurn) {
      // The partitions have moved or are moving; their new owner repeats a little.
      logger.debug("offsets of retries were not committed", othersTurn);
    }
  }

  private void forgetAll() {
    held.clear();
    outstanding.clear();
    heldBytes = 0;
    metrics.set(Meter.WORKER_RETRIES_WAITING, 0);
  }

  private long now() {
    return EpochNanos.now(clock);
  }

  /** Another instance has the partition now and reads it from its committed offset. */
  private final class ForgetRevoked implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      held.removeIf(entry -> {
        var gone = partitions.contains(entry.partition());
        heldBytes -= gone ? entry.bytes() : 0;
        return gone;
      });
      partitions.forEach(outstanding::remove);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}
  }
}
