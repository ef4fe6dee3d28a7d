package dev.assay.worker;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.model.Assessment;
import dev.assay.model.ScorerError;
import dev.assay.model.ScoringRequest;
import dev.assay.wire.DeadLetter;
import dev.assay.wire.Topic;
import dev.assay.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/** What the lane writes. Every method returns when all replicas in sync have it. */
final class Outbox {
  /** Headers of a retry: why, so that a request that expires can say what kept it. */
  private static final String ERROR_CODE = "assay.error.code";

  private static final String ERROR_MESSAGE = "assay.error.message";

  private final Producer<byte[], byte[]> producer;
  private final Topics topics;
  private final Metrics metrics;

  Outbox(Producer<byte[], byte[]> producer, Topics topics, Metrics metrics) {
    this.producer = producer;
    this.topics = topics;
    this.metrics = metrics;
  }

  /** Kafka did not take it: the request is given back, and somebody does it again. */
  static final class NotSent extends Exception {
    private static final long serialVersionUID = 1L;

    NotSent(Throwable cause) {
      super(cause.getMessage(), cause);
    }

    boolean tooLarge() {
      return getCause() instanceof RecordTooLargeException;
    }
  }

  void assessments(List<Assessment> assessments) throws NotSent, InterruptedException {
    send(
        assessments.stream()
            .map(assessment ->
                record(topics.assessments(), assessment.traceId(), assessment, new RecordHeaders()))
            .toList());
  }

  void retry(ScoringRequest request, ScorerError error) throws NotSent, InterruptedException {
    var why =
        new RecordHeaders()
            .add(ERROR_CODE, error.code().getBytes(StandardCharsets.UTF_8))
            .add(ERROR_MESSAGE, error.message().getBytes(StandardCharsets.UTF_8));
    send(List.of(record(topics.scoringRetries(), request.trace().traceId(), request, why)));
  }

  /** What an earlier attempt said, of a request that came back from the retries. */
  static @Nullable ScorerError errorOf(ConsumerRecord<?, ?> request) {
    var code = request.headers().lastHeader(ERROR_CODE);
    var message = request.headers().lastHeader(ERROR_MESSAGE);
    if (code == null || message == null) {
      return null;
    }
    try {
      return new ScorerError(
          new String(code.value(), StandardCharsets.UTF_8),
          new String(message.value(), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException notOurs) {
      return null;
    }
  }

  /** Retries that are due, as they came. */
  void requests(List<ConsumerRecord<byte[], byte[]>> due) throws NotSent, InterruptedException {
    send(
        due.stream()
            .map(record ->
                new ProducerRecord<>(
                    topics.scoringRequests().name(),
                    null,
                    record.key(),
                    record.value(),
                    record.headers()))
            .toList());
  }

  /** The record as it came, with the cause in headers, counted. */
  void deadLetter(ConsumerRecord<byte[], byte[]> record, String cause, String message)
      throws NotSent, InterruptedException {
    try {
      send(deadLetter(record, cause, message, record.value()));
    } catch (NotSent e) {
      if (!e.tooLarge()) {
        throw e;
      }
      // The headers made it too large. It can be read at the place they name, while that lasts.
      send(deadLetter(record, cause, "too large to repeat here: " + message, null));
    }
    metrics.count(Meter.DEAD_LETTERS, "scoring", cause);
  }

  private List<ProducerRecord<byte[], byte[]>> deadLetter(
      ConsumerRecord<byte[], byte[]> record,
      String cause,
      String message,
      byte @Nullable [] value) {
    var letter =
        new DeadLetter(
            "scoring",
            cause,
            message,
            record.topic(),
            record.partition(),
            record.offset(),
            record.key(),
            value);
    return List.of(
        new ProducerRecord<>(
            topics.deadLetters().name(), null, letter.key(), letter.value(), letter.headers()));
  }

  private static <V> ProducerRecord<byte[], byte[]> record(
      Topic<String, V> topic, String key, V value, Headers headers) {
    return new ProducerRecord<>(
        topic.name(),
        null,
        topic.keys().serializer().serialize(topic.name(), key),
        topic.values().serializer().serialize(topic.name(), value),
        headers);
  }

  private void send(List<ProducerRecord<byte[], byte[]>> records)
      throws NotSent, InterruptedException {
    try {
      var sent = new ArrayList<Future<RecordMetadata>>();
      records.forEach(record -> sent.add(producer.send(record)));
      for (var future : sent) {
        future.get();
      }
    } catch (ExecutionException e) {
      throw new NotSent(e.getCause() == null ? e : e.getCause());
    } catch (InterruptException e) {
      // Kafka's own set the flag again, which is now expressed by the exception
      Thread.interrupted();
      throw new InterruptedException(e.getMessage());
    } catch (KafkaException e) {
      throw new NotSent(e);
    }
  }
}
