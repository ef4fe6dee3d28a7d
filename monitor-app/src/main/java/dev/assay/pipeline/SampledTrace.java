package dev.assay.pipeline;

import dev.assay.model.Decision;
import dev.assay.model.ScorerDecision;
import dev.assay.model.TraceDecisions;
import dev.assay.wire.EncodedTrace;
import java.util.ArrayList;
import java.util.List;

/**
 * A trace with the decision of every scorer.
 *
 * @param decidedNanos nanoseconds since 1970-01-01T00:00:00Z
 */
record SampledTrace(EncodedTrace trace, List<ScorerDecision> decisions, long decidedNanos) {
  /** The scorers that see it. */
  List<ScorerDecision> sampled() {
    var sampled = new ArrayList<ScorerDecision>(decisions.size());
    for (var decision : decisions) {
      if (decision.decision() == Decision.SAMPLED) {
        sampled.add(decision);
      }
    }
    return sampled;
  }

  TraceDecisions record() {
    var header = trace.header();
    var pairs = new ArrayList<TraceDecisions.Pair>(decisions.size());
    for (var decision : decisions) {
      var scorer = decision.scorer();
      pairs.add(
          new TraceDecisions.Pair(
              scorer.name(),
              scorer.version(),
              decision.decision(),
              decision.samplingProbability()));
    }
    return new TraceDecisions(
        header.traceId(), header.revision(), header.app(), decidedNanos, pairs);
  }
}
