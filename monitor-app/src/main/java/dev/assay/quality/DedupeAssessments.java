package dev.assay.quality;

import dev.assay.model.Assessment;
import dev.assay.model.Lane;
import dev.assay.model.SourceType;
import java.time.Duration;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;

/**
 * Lets each assessment through once. The worker lane delivers at least once, and people press a
 * button twice: their ids are remembered, for the retention at least and twice of it at most. What
 * is scored inline is written exactly once by a transaction and passes without a look, which is
 * what lets it be counted at its rate.
 *
 * <p>Assessments must be keyed so that one id always meets the same task: by trace id.
 */
public final class DedupeAssessments
    implements FixedKeyProcessorSupplier<String, Assessment, Assessment> {
  public static final String SEEN = "seen-assessments";

  private static final byte[] YES = {1};

  private final Duration retention;

  /**
   * @param retention how long an id is remembered at least
   */
  public DedupeAssessments(Duration retention) {
    this.retention = retention;
  }

  // Ids are filed under the start of the period they came in, so that a look-up is two point reads
  // and old periods go as whole segments.
  @Override
  public Set<StoreBuilder<?>> stores() {
    return Set.of(
        Stores.windowStoreBuilder(
                Stores.persistentWindowStore(SEEN, retention.multipliedBy(2), retention, false),
                Serdes.String(),
                Serdes.ByteArray())
            .withCachingDisabled());
  }

  @Override
  public FixedKeyProcessor<String, Assessment, Assessment> get() {
    return new Dedupe(retention.toMillis());
  }

  private static boolean mayRepeat(Assessment assessment) {
    return assessment.lane() == Lane.WORKER || assessment.source() == SourceType.HUMAN;
  }

  private static final class Dedupe implements FixedKeyProcessor<String, Assessment, Assessment> {
    private final long period;
    private FixedKeyProcessorContext<String, Assessment> context;
    private WindowStore<String, byte[]> seen;

    @SuppressWarnings("NullAway.Init") // init comes before process
    Dedupe(long period) {
      this.period = period;
    }

    @Override
    public void init(FixedKeyProcessorContext<String, Assessment> initialised) {
      context = initialised;
      seen = initialised.getStateStore(SEEN);
    }

    @Override
    public void process(FixedKeyRecord<String, Assessment> record) {
      var assessment = record.value();
      if (!mayRepeat(assessment) || isNew(assessment.assessmentId())) {
        context.forward(record);
      }
    }

    // By this machine's clock, not the record's: one producer with a clock a day ahead would make
    // the store forget everything.
    private boolean isNew(String id) {
      long now = context.currentSystemTimeMs();
      long start = now - Math.floorMod(now, period);
      if (seen.fetch(id, start) != null || seen.fetch(id, start - period) != null) {
        return false;
      }
      seen.put(id, YES, start);
      return true;
    }
  }
}
