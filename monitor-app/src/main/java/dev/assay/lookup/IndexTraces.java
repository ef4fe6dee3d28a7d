package dev.assay.lookup;

import dev.assay.wire.EncodedTrace;
import java.time.Duration;
import java.util.Set;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.WindowStore;

/** Remembers where each trace is, and the newest for the list. Reads no more than the header. */
public final class IndexTraces implements Processor<String, EncodedTrace, Void, Void> {
  /** Recent traces kept, each partition; and how many of a second's enter. */
  static final int RECENT = 200;

  static final int RECENT_PER_SECOND = 20;

  private final Ring ring = new Ring(RECENT, RECENT_PER_SECOND);
  private ProcessorContext<Void, Void> context;
  private WindowStore<String, Place> places;
  private KeyValueStore<Integer, TraceEntry> recent;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before process
  private IndexTraces() {}

  /**
   * Makes the processor, with its stores.
   *
   * @param retention how long a place is kept: that of the topic
   */
  public static ProcessorSupplier<String, EncodedTrace, Void, Void> keeping(Duration retention) {
    return new ProcessorSupplier<>() {
      @Override
      public Processor<String, EncodedTrace, Void, Void> get() {
        return new IndexTraces();
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(LookupStores.traces(retention), LookupStores.recentTraces());
      }
    };
  }

  @Override
  public void init(ProcessorContext<Void, Void> newContext) {
    context = newContext;
    places = newContext.getStateStore(LookupStores.TRACES);
    recent = newContext.getStateStore(LookupStores.RECENT_TRACES);
    try (var entries = recent.all()) {
      entries.forEachRemaining(entry -> ring.resumeAfter(entry.value.sequence()));
    }
  }

  @Override
  public void process(Record<String, EncodedTrace> record) {
    var metadata = context.recordMetadata();
    if (record.value() == null || metadata.isEmpty()) {
      return;
    }
    var header = record.value().header();
    if (!Lookup.TRACE_ID.matcher(header.traceId()).matches()) {
      return;
    }
    // By our clock, not the trace's or the record's: one that claims to be of the year 2500 would
    // otherwise push everything else out of the window store.
    long now = context.currentSystemTimeMs();
    places.put(
        header.traceId(), new Place(metadata.get().partition(), metadata.get().offset()), now);
    long sequence = ring.claim(now);
    if (sequence != Ring.FULL) {
      recent.put(ring.slot(sequence), TraceEntry.of(header, sequence, now));
    }
  }
}
