package dev.assay.ingest;

import dev.assay.metrics.Metrics;
import dev.assay.wire.MalformedOtlpException;
import dev.assay.wire.OtlpEncoding;
import dev.assay.wire.OtlpSplit;
import dev.assay.wire.OtlpTooLargeException;
import dev.assay.wire.OtlpTraces;
import dev.assay.wire.Topics;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * {@code otlp_spans}, as an OpenTelemetry Collector writes it → {@code assay.spans}. A message
 * there may have any key or none, hold many traces, and be protobuf or JSON: nothing is assumed of
 * its partition. The records are the same as those of the same request over HTTP.
 *
 * <p>Spans that are not sound are rejected and counted. A message none of which can be used fails
 * with a {@link SerializationException}: the topology's handler sends it to the dead letters.
 */
public final class RekeySpans {
  private final Topics topics;
  private final Metrics metrics;

  // A message is at most a record in size, so this allows a resource to be repeated 16 times over.
  private final OtlpTraces traces = IngestLimits.splitter(16L * Topics.MAX_RECORD_BYTES);

  public RekeySpans(Topics topics, Metrics metrics) {
    this.topics = topics;
    this.metrics = metrics;
  }

  /** Adds the stage, from topic to topic. */
  public void addTo(StreamsBuilder builder) {
    var messages =
        builder.stream(
            topics.otlpSpans().name(),
            Consumed.with(topics.otlpSpans().keys(), topics.otlpSpans().values())
                .withName("read-otlp-spans"));
    rekey(messages)
        .to(
            topics.spans().name(),
            Produced.with(topics.spans().keys(), topics.spans().values()).withName("write-spans"));
  }

  private KStream<String, byte[]> rekey(KStream<byte[], byte[]> messages) {
    return messages.process(Split::new, Named.as("rekey-spans"));
  }

  private final class Split extends ContextualProcessor<byte[], byte[], String, byte[]> {
    @Override
    public void process(Record<byte[], byte[]> message) {
      if (message.value() == null) {
        return; // a tombstone holds no spans
      }
      var split = split(message.value());
      for (var record : split.records()) {
        // Without the message's headers: they are the Collector's, and say nothing of a trace.
        context().forward(new Record<>(record.traceId(), record.bytes(), message.timestamp()));
      }
      ReceiveSpans.count(split, metrics);
    }
  }

  private OtlpSplit split(byte[] message) {
    try {
      return traces.split(message, OtlpEncoding.sniff(message));
    } catch (MalformedOtlpException | OtlpTooLargeException e) {
      throw new SerializationException(e.getMessage(), e);
    }
  }
}
