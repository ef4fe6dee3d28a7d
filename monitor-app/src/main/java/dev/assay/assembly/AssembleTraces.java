package dev.assay.assembly;

import dev.assay.metrics.Metrics;
import dev.assay.wire.EncodedTrace;
import dev.assay.wire.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Spans to traces: gathers the messages of a trace, closes it on the wall clock (root ended, idle,
 * too old, too large), and sends it on. A late span reopens a closed trace whose messages are still
 * kept; where what it brings matters, the trace is sent on once more with the next revision. What
 * cannot be read goes to {@code assay.dead-letters}.
 *
 * <p>Two stores, both in RocksDB with changelogs: {@value #OPEN_TRACES}, some tens of bytes a
 * trace, and {@value #OPEN_SPANS}, one entry a message, so that a long trace does not rewrite all
 * it has gathered with every message. RocksDB because spans of 100,000 open traces are gigabytes,
 * and because the stones of closed traces outnumber the open ones by far.
 *
 * <p>{@code spans read = assembled + duplicate + late + over_limit + undecodable + still open}, in
 * {@code assay_spans_total}, over all revisions of a trace together; a message that cannot be
 * decoded counts as one span. Counted when it happens: after a rolled-back transaction it happens,
 * and counts, again. The traces are exact.
 */
public final class AssembleTraces {
  static final String OPEN_TRACES = "open-traces";
  static final String OPEN_SPANS = "open-spans";

  /**
   * Below the largest record by what key, headers and framing of a changelog or a dead letter take.
   */
  static final int MAX_MESSAGE_BYTES = Topics.MAX_RECORD_BYTES - 64 * 1024;

  // Nearly all that is written is deleted within seconds: small segments let the cleaner at it, and
  // deletions need not be kept for a day, so that a restore reads little. A restore has an hour.
  static final Map<String, String> CHANGELOG =
      Map.of(
          "max.message.bytes",
          Integer.toString(Topics.MAX_RECORD_BYTES),
          "segment.bytes",
          Integer.toString(64 * 1024 * 1024),
          "delete.retention.ms",
          Long.toString(Duration.ofHours(1).toMillis()));

  private final AssemblyConfig config;
  private final Topics topics;
  private final Metrics metrics;

  public AssembleTraces(AssemblyConfig config, Topics topics, Metrics metrics) {
    this.config = config;
    this.topics = topics;
    this.metrics = metrics;
  }

  /**
   * Adds the stage and its stores.
   *
   * @param spans by trace id, as on {@code assay.spans}
   * @return finished traces by trace id
   */
  public KStream<String, EncodedTrace> apply(KStream<String, byte[]> spans) {
    var assembled = spans.process(new Assembler(), Named.as("assemble-traces"));
    assembled
        .flatMap(AssembleTraces::refused, Named.as("unreadable-spans"))
        .to(
            topics.deadLetters().name(),
            Produced.with(topics.deadLetters().keys(), topics.deadLetters().values())
                .withName("write-unreadable-spans"));
    return assembled.flatMapValues(AssembleTraces::finished, Named.as("assembled-traces"));
  }

  private static List<EncodedTrace> finished(Assembled assembled) {
    return switch (assembled) {
      case Assembled.Finished finished -> List.of(finished.trace());
      case Assembled.Refused _ -> List.of();
    };
  }

  @SuppressWarnings("NullAway") // records may have no key; Kafka Streams is not annotated
  private static List<KeyValue<byte[], byte[]>> refused(String key, Assembled assembled) {
    return switch (assembled) {
      case Assembled.Finished _ -> List.of();
      case Assembled.Refused refused -> List.of(KeyValue.pair(refused.key(), refused.value()));
    };
  }

  private final class Assembler implements ProcessorSupplier<String, byte[], String, Assembled> {
    @Override
    public Processor<String, byte[], String, Assembled> get() {
      return new TraceAssembler(config, topics, metrics);
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
      StoreBuilder<KeyValueStore<String, TraceState>> traces =
          Stores.keyValueStoreBuilder(
                  Stores.persistentKeyValueStore(OPEN_TRACES),
                  Serdes.String(),
                  TraceStateSerde.create())
              .withLoggingEnabled(CHANGELOG);
      StoreBuilder<KeyValueStore<String, byte[]>> spans =
          Stores.keyValueStoreBuilder(
                  Stores.persistentKeyValueStore(OPEN_SPANS), Serdes.String(), Serdes.ByteArray())
              .withLoggingEnabled(CHANGELOG);
      return Set.of(traces, spans);
    }
  }
}
