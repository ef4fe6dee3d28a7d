package dev.assay.quality;

import dev.assay.model.QualityWindow;
import dev.assay.wire.Topic;
import dev.assay.wire.WindowKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Adds assessments up, window by window, and sends the sums on once an interval, keyed by what
 * their owner is chosen by: so a hundred thousand assessments a second become a few hundred
 * differences.
 *
 * <p>What waits for the interval waits in a store, never in a field: a commit may come at any time,
 * and what it does not hold is lost with the task.
 */
public final class CountAssessments
    implements ProcessorSupplier<String, Counted, String, QualityWindow> {
  public static final String PENDING = "pending-counts";

  private final Serde<QualityWindow> windows;
  private final Duration flushInterval;

  /**
   * @param quality whose serde the store takes
   * @param flushInterval how long counts gather, > 0
   */
  public CountAssessments(Topic<String, QualityWindow> quality, Duration flushInterval) {
    this.windows = quality.values();
    this.flushInterval = flushInterval;
  }

  // In memory: a handful of windows that live for an interval. Cached: a commit then writes each
  // changed window once to the changelog, however many assessments it took in.
  @Override
  public Set<StoreBuilder<?>> stores() {
    return Set.of(
        Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore(PENDING), Serdes.String(), windows)
            .withCachingEnabled());
  }

  @Override
  public Processor<String, Counted, String, QualityWindow> get() {
    return new Count(flushInterval);
  }

  private static final class Count implements Processor<String, Counted, String, QualityWindow> {
    private final Duration flushInterval;
    private ProcessorContext<String, QualityWindow> context;
    private KeyValueStore<String, QualityWindow> pending;

    @SuppressWarnings("NullAway.Init") // init comes before process
    Count(Duration flushInterval) {
      this.flushInterval = flushInterval;
    }

    @Override
    public void init(ProcessorContext<String, QualityWindow> initialised) {
      context = initialised;
      pending = initialised.getStateStore(PENDING);
      initialised.schedule(flushInterval, PunctuationType.WALL_CLOCK_TIME, this::flush);
    }

    @Override
    public void process(Record<String, Counted> record) {
      for (var difference : record.value().differences()) {
        var key = WindowKey.of(difference);
        var gathered = pending.get(key);
        pending.put(key, gathered == null ? difference : gathered.plus(difference));
      }
    }

    // Window by window: should one fail to go out, those before it are not sent again.
    private void flush(long nowMillis) {
      for (var entry : gathered()) {
        var window = entry.value;
        context.forward(new Record<>(WindowKey.ofRatio(window.series()), window, nowMillis));
        pending.delete(entry.key);
      }
    }

    private List<KeyValue<String, QualityWindow>> gathered() {
      var entries = new ArrayList<KeyValue<String, QualityWindow>>();
      try (var all = pending.all()) {
        all.forEachRemaining(entries::add);
      }
      return entries;
    }
  }
}
