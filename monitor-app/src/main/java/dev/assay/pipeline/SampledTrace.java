package dev.assay.pipeline;

import dev.assay.model.Decision;
import dev.assay.model.ScorerDecision;
import dev.assay.model.TraceDecisions;
import dev.assay.wire.EncodedTrace;
import java.util.List;

/**
 * A trace with the decision of every scorer.
 *
 * @param decidedNanos nanoseconds since 1970-01-01T00:00:00Z
 */
record SampledTrace(EncodedTrace trace, List<ScorerDecision> decisions, long decidedNanos) {
  /** The scorers that see it. */
  List<ScorerDecision> sampled() {
    return decisions.stream().filter(d -> d.decision() == Decision.SAMPLED).toList();
  }

  TraceDecisions record() {
    var header = trace.header();
    return new TraceDecisions(
        header.traceId(),
        header.revision(),
        header.app(),
        decidedNanos,
        decisions.stream()
            .map(d ->
                new TraceDecisions.Pair(
                    d.scorer().name(), d.scorer().version(), d.decision(), d.samplingProbability()))
            .toList());
  }
}
