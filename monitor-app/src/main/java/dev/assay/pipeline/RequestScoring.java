package dev.assay.pipeline;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.model.AssessmentId;
import dev.assay.model.ScoringRequest;
import java.util.ArrayList;
import org.apache.kafka.streams.kstream.ValueMapper;

/** Asks the worker lane for the scorers a trace was sampled for that do not run inline. */
final class RequestScoring implements ValueMapper<SampledTrace, Iterable<ScoringRequest>> {
  private final InlineScorers scorers;
  private final Metrics metrics;

  RequestScoring(InlineScorers scorers, Metrics metrics) {
    this.scorers = scorers;
    this.metrics = metrics;
  }

  @Override
  public Iterable<ScoringRequest> apply(SampledTrace sampled) {
    var requests = new ArrayList<ScoringRequest>();
    for (var decision : sampled.sampled()) {
      var scorer = decision.scorer();
      if (!scorers.isInline(scorer)) {
        var trace = sampled.trace().trace();
        requests.add(
            new ScoringRequest(
                AssessmentId.ofRequest(
                    trace.traceId(), scorer.name(), scorer.version(), trace.header().revision()),
                decision.samplingProbability(),
                1,
                sampled.decidedNanos(),
                0,
                false,
                scorer,
                trace));
        metrics.count(Meter.SCORING_REQUESTS, scorer.name(), "requested");
      }
    }
    return requests;
  }
}
