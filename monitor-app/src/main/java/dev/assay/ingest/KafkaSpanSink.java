package dev.assay.ingest;

import dev.assay.wire.Topic;
import dev.assay.wire.TraceSpans;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code assay.spans}: a request is safe when all in-sync replicas have all of its records. One
 * producer for all requests, so that small requests share batches.
 *
 * <p>It gives up within 10 s, the time after which OpenTelemetry's exporters do: an answer that
 * comes later is heard by nobody, and the spans would be sent again though they are stored.
 */
public final class KafkaSpanSink implements SpanSink, AutoCloseable {
  private static final Map<String, Object> SETTINGS =
      Map.of(
          ProducerConfig.CLIENT_ID_CONFIG,
          "assay-ingest",
          ProducerConfig.ACKS_CONFIG,
          "all",
          ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
          true,
          ProducerConfig.LINGER_MS_CONFIG,
          5,
          ProducerConfig.BATCH_SIZE_CONFIG,
          256 * 1024,
          // What is not sent yet; over it, max.block.ms, then "unavailable".
          ProducerConfig.BUFFER_MEMORY_CONFIG,
          64L << 20,
          ProducerConfig.MAX_BLOCK_MS_CONFIG,
          2_000,
          ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
          5_000,
          ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
          7_500);

  private static final Logger logger = LoggerFactory.getLogger(KafkaSpanSink.class);

  private final KafkaProducer<String, byte[]> producer;
  private final String topic;
  private final AtomicBoolean failing = new AtomicBoolean();

  /**
   * Waits up to 2 s for the brokers; without them, requests are refused until they are there.
   *
   * @param connection how to reach the cluster: {@code bootstrap.servers}, security, and what every
   *     producer of Assay's has; what this class promises is set over it
   */
  public KafkaSpanSink(Map<String, Object> connection, Topic<String, byte[]> topic) {
    var settings = new HashMap<>(connection);
    settings.putAll(SETTINGS);
    this.producer =
        new KafkaProducer<>(settings, topic.keys().serializer(), topic.values().serializer());
    this.topic = topic.name();
    lookUpTopic();
  }

  /** On a busy machine the first requests would wait too long for it. */
  private void lookUpTopic() {
    try {
      var _ = producer.partitionsFor(topic);
    } catch (KafkaException e) {
      // requests try again, and say so
    }
  }

  @Override
  public CompletableFuture<@Nullable Void> store(List<TraceSpans> records) {
    var stored = new CompletableFuture<@Nullable Void>();
    if (records.isEmpty()) {
      stored.complete(null);
      return stored;
    }
    var missing = new AtomicInteger(records.size());
    for (var record : records) {
      // The first failure settles it; with no broker, each further send would block as long.
      if (stored.isCompletedExceptionally()) {
        break;
      }
      try {
        var _ =
            producer.send(
                new ProducerRecord<>(topic, record.traceId(), record.bytes()),
                (_, failure) -> {
                  if (failure != null) {
                    fail(stored, failure);
                  } else if (missing.decrementAndGet() == 0) {
                    succeed(stored);
                  }
                });
      } catch (KafkaException | IllegalStateException e) { // the latter: closed
        fail(stored, e);
      }
    }
    return stored;
  }

  /** Sends what it has, up to 10 s. */
  @Override
  public void close() {
    producer.close(Duration.ofSeconds(10));
  }

  private void succeed(CompletableFuture<@Nullable Void> stored) {
    stored.complete(null);
    if (failing.compareAndSet(true, false)) {
      logger.info("spans are stored again: topic={}", topic);
    }
  }

  private void fail(CompletableFuture<@Nullable Void> stored, Exception failure) {
    stored.completeExceptionally(refused(failure));
    // Once per outage: every request fails in one.
    if (failing.compareAndSet(false, true)) {
      logger.warn("spans cannot be stored: topic={} cause={}", topic, message(failure));
    }
  }

  private static RefusedException refused(Exception failure) {
    return failure instanceof RecordTooLargeException
        // The topic's limit is below Assay's own: sending again would not help.
        ? new RefusedException(
            Refusal.FAILED, "storage: a record is larger than the topic takes", failure)
        : new RefusedException(
            Refusal.UNAVAILABLE, "storage: not available; send again later", failure);
  }

  private static @Nullable String message(Exception failure) {
    return failure.getMessage() == null ? failure.getClass().getName() : failure.getMessage();
  }
}
