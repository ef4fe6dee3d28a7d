package dev.assay.quality;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.model.Assessment;
import dev.assay.model.Lane;
import dev.assay.model.QualityWindow;
import dev.assay.wire.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Set;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorSupplier;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.jspecify.annotations.Nullable;

/**
 * Lets each assessment through once, with what it changes. The worker lane delivers at least once,
 * and people press a button twice: what they said is remembered, for the retention at least and
 * twice of it at most. What is scored inline is written exactly once by a transaction and passes
 * without a look, which is what lets it be counted at its rate.
 *
 * <p>Of a trace that was revised, the worker lane's answer to the revision takes back what was
 * counted of the ones before: answers come in any order, so only here is it known what that was.
 * One that comes after an answer to a later revision never counts. An assessment that says itself
 * what it supersedes, as inline ones do, is taken at its word.
 *
 * <p>Assessments must be keyed so that one trace always meets the same task: by trace id.
 */
public final class DedupeAssessments
    implements FixedKeyProcessorSupplier<String, Assessment, Counted> {
  public static final String SEEN = "seen-assessments";

  private static final byte[] YES = {1};

  private final Serde<QualityWindow> windows;
  private final Duration retention;
  private final Metrics metrics;

  /**
   * @param quality whose serde what was counted is kept in
   * @param retention how long an id is remembered at least
   */
  public DedupeAssessments(
      Topic<String, QualityWindow> quality, Duration retention, Metrics metrics) {
    this.windows = quality.values();
    this.retention = retention;
    this.metrics = metrics;
  }

  // Filed under the start of the period they came in, so that a look-up is two point reads and old
  // periods go as whole segments.
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
  public FixedKeyProcessor<String, Assessment, Counted> get() {
    return new Dedupe(windows, retention.toMillis(), metrics);
  }

  private static final class Dedupe implements FixedKeyProcessor<String, Assessment, Counted> {
    private final Serde<QualityWindow> windows;
    private final long period;
    private final Metrics metrics;
    private FixedKeyProcessorContext<String, Counted> context;
    private WindowStore<String, byte[]> seen;

    @SuppressWarnings("NullAway.Init") // init comes before process
    Dedupe(Serde<QualityWindow> windows, long period, Metrics metrics) {
      this.windows = windows;
      this.period = period;
      this.metrics = metrics;
    }

    @Override
    public void init(FixedKeyProcessorContext<String, Counted> initialised) {
      context = initialised;
      seen = initialised.getStateStore(SEEN);
    }

    @Override
    public void process(FixedKeyRecord<String, Assessment> record) {
      var assessment = record.value();
      var counted =
          switch (assessment.source()) {
            case HUMAN -> ofId(assessment);
            case CODE, LLM_JUDGE ->
                assessment.lane() == Lane.INLINE
                    ? counted(assessment)
                    : assessment.supersedes() == null && !assessment.isReported()
                        ? ofPair(assessment)
                        : ofId(assessment);
          };
      if (counted != null) {
        context.forward(record.withValue(counted));
      }
    }

    private @Nullable Counted ofId(Assessment assessment) {
      var id = assessment.assessmentId();
      if (fetch(id) != null) {
        return null;
      }
      put(id, YES);
      return counted(assessment);
    }

    private Counted counted(Assessment assessment) {
      if (assessment.supersedes() != null) {
        metrics.count(Meter.SUPERSEDED, assessment.scorer(), "taken_back");
      }
      return new Counted(assessment, Contributions.of(assessment));
    }

    private @Nullable Counted ofPair(Assessment assessment) {
      var key = assessment.traceId() + '\u001f' + assessment.scorer();
      var stored = fetch(key);
      var known = stored == null ? Verdicts.NONE : Verdicts.read(stored, windows);
      if (assessment.revision() < known.revision()) {
        metrics.count(Meter.SUPERSEDED, assessment.scorer(), "outrun");
        return null;
      }
      if (known.contains(assessment.assessmentId())) {
        return null;
      }
      if (assessment.revision() == known.revision() && known.isFull()) {
        return ofId(assessment);
      }
      var own = Contributions.of(assessment);
      var differences = new ArrayList<>(own);
      if (assessment.revision() > known.revision()) {
        for (var verdict : known.said()) {
          metrics.count(Meter.SUPERSEDED, assessment.scorer(), "taken_back");
          verdict.counted().forEach(change -> differences.add(Contributions.negated(change)));
        }
      }
      var now =
          known.with(assessment.revision(), new Verdicts.Verdict(assessment.assessmentId(), own));
      put(key, now.write(windows));
      return new Counted(assessment, differences);
    }

    // By this machine's clock, not the record's: one producer with a clock a day ahead would make
    // the store forget everything.
    private byte @Nullable [] fetch(String key) {
      var now = seen.fetch(key, start());
      return now != null ? now : seen.fetch(key, start() - period);
    }

    private void put(String key, byte[] value) {
      seen.put(key, value, start());
    }

    private long start() {
      long now = context.currentSystemTimeMs();
      return now - Math.floorMod(now, period);
    }
  }
}
