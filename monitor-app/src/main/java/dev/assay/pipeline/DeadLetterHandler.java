package dev.assay.pipeline;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.wire.DeadLetter;
import dev.assay.wire.SchemaRegistryException;
import dev.assay.wire.Topics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A record that cannot be decoded or processed goes, as it came, to {@code assay.dead-letters} in
 * the same transaction; the stream goes on. Made by Kafka Streams, which hands it the
 * configuration.
 */
public final class DeadLetterHandler
    implements DeserializationExceptionHandler, ProcessingExceptionHandler {
  /** Configuration key of the {@link Target}. */
  static final String TARGET = "assay.dead.letters";

  private static final Logger logger = LoggerFactory.getLogger(DeadLetterHandler.class);

  private Target target;
  private boolean onlyIndexes;
  private boolean gathersSessions;

  /** Where dead letters go and are counted. */
  record Target(Topics topics, Metrics metrics) {}

  @SuppressWarnings("NullAway.Init") // configure comes first
  public DeadLetterHandler() {}

  @Override
  public void configure(Map<String, ?> configs) {
    if (!(configs.get(TARGET) instanceof Target given)) {
      throw new IllegalArgumentException(TARGET + " must be given");
    }
    target = given;
    onlyIndexes =
        LookupPipeline.APPLICATION_ID.equals(configs.get(StreamsConfig.APPLICATION_ID_CONFIG));
    gathersSessions =
        SessionPipeline.APPLICATION_ID.equals(configs.get(StreamsConfig.APPLICATION_ID_CONFIG));
  }

  @Override
  public DeserializationExceptionHandler.Response handleError(
      ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception failure) {
    // Not the record's fault: the thread fails and is replaced, and the record is read again.
    if (failure instanceof SchemaRegistryException) {
      return DeserializationExceptionHandler.Response.fail();
    }
    // These read what the other topologies read: theirs is the one dead letter of a record.
    if (onlyIndexes || gathersSessions) {
      return DeserializationExceptionHandler.Response.resume(List.of());
    }
    return DeserializationExceptionHandler.Response.resume(
        bury(context, "undecodable", failure, record.key(), record.value()));
  }

  @Override
  public ProcessingExceptionHandler.Response handleError(
      ErrorHandlerContext context, Record<?, ?> record, Exception failure) {
    var cause =
        failure instanceof org.apache.kafka.common.errors.SerializationException
            ? "undecodable"
            : "processing_failed";
    return ProcessingExceptionHandler.Response.resume(
        bury(context, cause, failure, context.sourceRawKey(), context.sourceRawValue()));
  }

  private List<ProducerRecord<byte[], byte[]>> bury(
      ErrorHandlerContext context, String cause, Exception failure, byte[] key, byte[] value) {
    var stage = stage(context.topic());
    target.metrics().count(Meter.DEAD_LETTERS, stage, cause);
    // The message of the failure may quote the record: it goes to the topic, not to the log.
    logger.warn(
        "dead letter: stage={} cause={} topic={} partition={} offset={} failure={}",
        stage,
        cause,
        context.topic(),
        context.partition(),
        context.offset(),
        failure.getClass().getName());
    logger.debug("dead letter", failure);
    var letter =
        new DeadLetter(
            stage,
            cause,
            String.valueOf(failure),
            String.valueOf(context.topic()),
            context.partition(),
            context.offset(),
            key,
            value);
    return List.of(
        new ProducerRecord<>(
            target.topics().deadLetters().name(), null, null, key, value, letter.headers()));
  }

  private String stage(String topic) {
    if (onlyIndexes) {
      return "lookup";
    }
    if (gathersSessions) {
      return "sessions";
    }
    var topics = target.topics();
    return topics.otlpSpans().name().equals(topic) || topics.otlpLogs().name().equals(topic)
        ? "rekey"
        : topics.spans().name().equals(topic)
            ? "assembly"
            : topics.traces().name().equals(topic)
                ? "sampling"
                : topics.assessments().name().equals(topic) ? "quality" : "other";
  }
}
