package dev.assay.pipeline;

import dev.assay.model.Assessment;
import dev.assay.model.CloseReason;
import dev.assay.model.EpochNanos;
import dev.assay.model.Lane;
import dev.assay.scoring.Assessments;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
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
 * Runs the inline scorers a trace was sampled for. An assessment of a revised trace carries what
 * the revision before contributed; what has no successor, because the scorer does not see the
 * revision or it counts in another series, is withdrawn by an assessment that says no more than
 * that. So is a worker-lane scorer's that is not asked again.
 *
 * <p>For that, what the scorers said of a trace is kept in {@value #SCORED}, some 80 bytes an
 * assessment, and read only when a revision comes: a first revision costs one write. Kept, and not
 * scored again: the definitions may be others by then, and what is taken back must be what was
 * counted. A trace closed by its size is never revised, and not kept.
 */
final class ScoreInline implements FixedKeyProcessorSupplier<String, SampledTrace, Assessment> {
  static final String SCORED = "scored-traces";

  private static final Map<String, String> CHANGELOG =
      Map.of("segment.bytes", Integer.toString(64 * 1024 * 1024));

  private final InlineScorers scorers;
  private final Duration kept;
  private final Consumer<List<Assessment>> seen;
  private final InstantSource clock;

  /**
   * @param kept how long what was said is kept at least
   * @param seen told of every scorer's assessments of every trace; may be called again for the same
   *     ones after a rolled-back transaction
   */
  ScoreInline(
      InlineScorers scorers, Duration kept, Consumer<List<Assessment>> seen, InstantSource clock) {
    this.scorers = scorers;
    this.kept = kept;
    this.seen = seen;
    this.clock = clock;
  }

  // Filed under the start of the period, as quality's ids are: old periods go as whole segments.
  @Override
  public Set<StoreBuilder<?>> stores() {
    return Set.of(
        Stores.windowStoreBuilder(
                Stores.persistentWindowStore(SCORED, kept.multipliedBy(2), kept, false),
                Serdes.String(),
                ScoredRevision.serde())
            .withCachingDisabled()
            .withLoggingEnabled(CHANGELOG));
  }

  @Override
  public FixedKeyProcessor<String, SampledTrace, Assessment> get() {
    return new Score();
  }

  private final class Score implements FixedKeyProcessor<String, SampledTrace, Assessment> {
    private FixedKeyProcessorContext<String, Assessment> context;
    private WindowStore<String, ScoredRevision> scored;

    @SuppressWarnings("NullAway.Init") // init comes before process
    Score() {}

    @Override
    public void init(FixedKeyProcessorContext<String, Assessment> initialised) {
      context = initialised;
      scored = initialised.getStateStore(SCORED);
    }

    @Override
    public void process(FixedKeyRecord<String, SampledTrace> record) {
      var sampled = record.value();
      var header = sampled.trace().header();
      // by the record, so that a backlog is read as it would have been then
      long at = Math.min(record.timestamp(), context.currentSystemTimeMs());
      long start = at - Math.floorMod(at, kept.toMillis());
      var before =
          header.revision() > 1 ? before(header.traceId(), header.revision(), start) : null;

      var said = new ArrayList<Said>();
      for (var assessment : score(sampled, said)) {
        var same = before == null ? null : before.sameAs(assessment);
        context.forward(
            record.withValue(
                same == null || before == null
                    ? assessment
                    : assessment.superseding(same.superseded(before.endNanos()))));
      }
      if (before != null) {
        for (var gone : before.without(ScoredRevision.of(header, said))) {
          context.forward(
              record.withValue(gone.withdrawal(before, header.revision(), sampled.decidedNanos())));
        }
      }
      if (!said.isEmpty() && header.closeReason() != CloseReason.SIZE || before != null) {
        scored.put(header.traceId(), ScoredRevision.of(header, said), start);
      }
    }

    private List<Assessment> score(SampledTrace sampled, List<Said> said) {
      var all = new ArrayList<Assessment>();
      for (var decision : sampled.sampled()) {
        var scorer = scorers.scorer(decision.scorer());
        if (scorer.lane() == Lane.WORKER) {
          said.add(Said.asked(decision.scorer(), decision.samplingProbability()));
          continue;
        }
        var assessments =
            Assessments.of(
                scorer,
                decision.scorer(),
                sampled.trace().trace(),
                decision.samplingProbability(),
                sampled.decidedNanos(),
                EpochNanos.now(clock));
        seen.accept(assessments);
        assessments.forEach(assessment -> said.add(Said.inline(assessment)));
        all.addAll(assessments);
      }
      return all;
    }

    private @Nullable ScoredRevision before(String traceId, int revision, long start) {
      var found = scored.fetch(traceId, start);
      if (found == null) {
        found = scored.fetch(traceId, start - kept.toMillis());
      }
      return found == null || found.revision() >= revision ? null : found;
    }
  }
}
