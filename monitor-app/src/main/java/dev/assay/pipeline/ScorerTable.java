package dev.assay.pipeline;

import dev.assay.model.ScorerSpec;
import dev.assay.wire.Topics;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/** The scorer definitions, whole on every instance: {@code assay.scorers} as a global table. */
final class ScorerTable {
  private static final String STORE = "scorers";

  private ScorerTable() {}

  static void addTo(StreamsBuilder builder, Topics topics) {
    var scorers = topics.scorers();
    // In memory: some dozens of definitions, read anew at every start, no changelog of their own.
    builder.globalTable(
        scorers.name(),
        Consumed.with(scorers.keys(), scorers.values()).withName("read-scorers"),
        Materialized.<String, ScorerSpec>as(Stores.inMemoryKeyValueStore(STORE))
            .withKeySerde(scorers.keys())
            .withValueSerde(scorers.values()));
  }

  /** The table as a processor sees it: by scorer name. */
  static ReadOnlyKeyValueStore<String, ValueAndTimestamp<ScorerSpec>> of(
      ProcessorContext<?, ?> context) {
    TimestampedKeyValueStore<String, ScorerSpec> store = context.getStateStore(STORE);
    return store;
  }
}
