package dev.assay.quality;

import dev.assay.model.QualityWindow;
import dev.assay.model.QualityWindow.Counts;
import dev.assay.wire.Topic;
import dev.assay.wire.WindowKey;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;
import org.apache.kafka.streams.state.WindowStore;

/**
 * The owner of its series: adds differences to the minute they are for and to the running total,
 * and sends on what both have become, by {@link WindowKey}.
 *
 * <p>A minute takes differences while it lies within the retention, and up to an hour ahead, for
 * applications whose clock is; outside of that only the running total counts them, which is kept
 * for ever. Minutes past the retention are dropped by their store.
 *
 * <p>Nothing waits here. Each counting task sends one difference a series, minute and interval, so
 * what goes out is twice that many records.
 */
public final class MergeWindows
    implements ProcessorSupplier<String, QualityWindow, String, QualityWindow> {
  public static final String WINDOWS = "quality-windows";
  public static final String TOTALS = "quality-totals";

  static final Duration AHEAD = Duration.ofHours(1);
  private static final Duration FORGET_INTERVAL = Duration.ofMinutes(10);

  private final Serde<QualityWindow> windows;
  private final Duration retention;
  private final OwnedSeries owned;

  /**
   * @param quality whose serde the stores take
   * @param retention of minutes, ≥ 2 min
   * @param owned told what this process owns
   */
  public MergeWindows(Topic<String, QualityWindow> quality, Duration retention, OwnedSeries owned) {
    this.windows = quality.values();
    this.retention = retention;
    this.owned = owned;
  }

  @Override
  public Set<StoreBuilder<?>> stores() {
    return Set.of(
        Stores.windowStoreBuilder(
                Stores.persistentWindowStore(
                    WINDOWS, retention.plus(AHEAD), Duration.ofMinutes(1), false),
                Serdes.String(),
                windows)
            .withCachingEnabled(),
        // with the time of the last change: a series long silent is kept, but not exposed
        Stores.timestampedKeyValueStoreBuilder(
                Stores.persistentTimestampedKeyValueStore(TOTALS), Serdes.String(), windows)
            .withCachingEnabled());
  }

  @Override
  public Processor<String, QualityWindow, String, QualityWindow> get() {
    return new Merge(retention.toMillis(), owned);
  }

  private static final class Merge
      implements Processor<String, QualityWindow, String, QualityWindow> {
    private final long retention;
    private final OwnedSeries owned;
    private ProcessorContext<String, QualityWindow> context;
    private WindowStore<String, QualityWindow> minutes;
    private TimestampedKeyValueStore<String, QualityWindow> totals;
    private OwnedSeries.Task task;

    @SuppressWarnings("NullAway.Init") // init comes before process
    Merge(long retention, OwnedSeries owned) {
      this.retention = retention;
      this.owned = owned;
    }

    // Called again on the same object when a task is revived after an abort: the stores then hold
    // what was committed, and so must everything else.
    @Override
    public void init(ProcessorContext<String, QualityWindow> initialised) {
      context = initialised;
      minutes = initialised.getStateStore(WINDOWS);
      totals = initialised.getStateStore(TOTALS);
      task = owned.open(initialised.taskId().toString(), initialised.currentSystemTimeMs());
      try (var all = totals.all()) {
        while (all.hasNext()) {
          var total = all.next().value;
          task.found(total.value().series(), total.value().counts(), total.timestamp());
        }
      }
      forgetIdle(initialised.currentSystemTimeMs());
      initialised.schedule(FORGET_INTERVAL, PunctuationType.WALL_CLOCK_TIME, this::forgetIdle);
    }

    @Override
    public void process(Record<String, QualityWindow> record) {
      var difference = record.value();
      long now = context.currentSystemTimeMs();
      addToTotal(difference, now);
      if (!difference.isTotal()) {
        addToMinute(difference, now);
      }
    }

    @Override
    public void close() {
      task.close();
    }

    private void addToTotal(QualityWindow difference, long now) {
      var key = WindowKey.of(difference.series());
      var stored = totals.get(key);
      var before =
          stored == null
              ? QualityWindow.total(difference.series(), Counts.ZERO, null)
              : stored.value();
      var after = before.plus(difference);
      totals.put(key, ValueAndTimestamp.make(after, now));
      task.counted(before.counts(), difference, now);
      context.forward(new Record<>(WindowKey.of(after), after, now));
    }

    private void addToMinute(QualityWindow difference, long now) {
      long start = TimeUnit.NANOSECONDS.toMillis(difference.startNanos());
      if (start < now - retention || start > now + AHEAD.toMillis()) {
        return;
      }
      var key = WindowKey.of(difference.series());
      var before = minutes.fetch(key, start);
      var after = before == null ? difference : before.plus(difference);
      minutes.put(key, after, start);
      context.forward(new Record<>(WindowKey.of(after), after, now));
    }

    private void forgetIdle(long now) {
      task.forget(now - retention);
    }
  }
}
