package dev.assay.ingest;

import dev.assay.metrics.Metrics;
import dev.assay.wire.MalformedOtlpException;
import dev.assay.wire.OtlpEncoding;
import dev.assay.wire.OtlpSignal;
import dev.assay.wire.OtlpSplit;
import dev.assay.wire.OtlpTooLargeException;
import dev.assay.wire.OtlpTraces;
import dev.assay.wire.Topic;
import dev.assay.wire.Topics;
import java.util.Map;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * {@code otlp_spans} and {@code otlp_logs}, as an OpenTelemetry Collector writes them → {@code
 * assay.spans}. A message there may have any key or none, hold many traces, and be protobuf or
 * JSON: nothing is assumed of its partition. The records are the same as those of the same request
 * over HTTP.
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

  /** Adds the stage, from topics to topic. */
  public void addTo(StreamsBuilder builder) {
    add(builder, topics.otlpSpans(), OtlpSignal.TRACES, "spans");
    add(builder, topics.otlpLogs(), OtlpSignal.LOGS, "logs");
  }

  private void add(
      StreamsBuilder builder, Topic<byte[], byte[]> from, OtlpSignal signal, String name) {
    builder.stream(
            from.name(), Consumed.with(from.keys(), from.values()).withName("read-otlp-" + name))
        .process(() -> new Split(signal), Named.as("rekey-" + name))
        .to(
            topics.spans().name(),
            Produced.with(topics.spans().keys(), topics.spans().values())
                .withName("write-" + name));
  }

  private final class Split extends ContextualProcessor<byte[], byte[], String, byte[]> {
    private final OtlpSignal signal;

    Split(OtlpSignal signal) {
      this.signal = signal;
    }

    @Override
    public void process(Record<byte[], byte[]> message) {
      if (message.value() == null) {
        return; // a tombstone holds no spans
      }
      var split = split(message.value(), signal);
      for (var record : split.records()) {
        // Without the message's headers: they are the Collector's, and say nothing of a trace.
        context().forward(new Record<>(record.traceId(), record.bytes(), message.timestamp()));
      }
      ReceiveSpans.count(split, signal, metrics);
    }
  }

  private OtlpSplit split(byte[] message, OtlpSignal signal) {
    try {
      return traces.split(message, signal, OtlpEncoding.sniff(message), Map.of());
    } catch (MalformedOtlpException | OtlpTooLargeException e) {
      throw new SerializationException(e.getMessage(), e);
    }
  }
}
