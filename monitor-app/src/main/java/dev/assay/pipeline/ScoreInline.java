package dev.assay.pipeline;

import dev.assay.model.Assessment;
import dev.assay.model.Lane;
import dev.assay.model.ScorerDecision;
import dev.assay.scoring.Assessments;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.streams.kstream.ValueMapper;

/** Runs the inline scorers a trace was sampled for. */
final class ScoreInline implements ValueMapper<SampledTrace, Iterable<Assessment>> {
  private final InlineScorers scorers;
  private final Consumer<List<Assessment>> seen;
  private final InstantSource clock;

  /**
   * @param seen told of every scorer's assessments of every trace; may be called again for the same
   *     ones after a rolled-back transaction
   */
  ScoreInline(InlineScorers scorers, Consumer<List<Assessment>> seen, InstantSource clock) {
    this.scorers = scorers;
    this.seen = seen;
    this.clock = clock;
  }

  @Override
  public Iterable<Assessment> apply(SampledTrace sampled) {
    var all = new ArrayList<Assessment>();
    for (ScorerDecision decision : sampled.sampled()) {
      var scorer = scorers.scorer(decision.scorer());
      if (scorer.lane() == Lane.INLINE) {
        var assessments =
            Assessments.of(
                scorer,
                decision.scorer(),
                sampled.trace().trace(),
                decision.samplingProbability(),
                sampled.decidedNanos(),
                SampleTraces.nanos(clock));
        seen.accept(assessments);
        all.addAll(assessments);
      }
    }
    return all;
  }
}
