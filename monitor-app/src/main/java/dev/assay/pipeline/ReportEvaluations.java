package dev.assay.pipeline;

import dev.assay.model.Assessment;
import dev.assay.model.AssessmentId;
import dev.assay.model.AssessmentKind;
import dev.assay.model.EpochNanos;
import dev.assay.model.Lane;
import dev.assay.model.ReportedEvaluation;
import dev.assay.model.TraceHeader;
import dev.assay.wire.convention.ReportedEvaluations;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.KeyValueMapper;

/**
 * Assessments from the verdicts that applications report on their own spans. They are named {@code
 * reported/…}, so that no ratio mixes them with those of a scorer of ours.
 *
 * <p>An id is a function of target, name and identifier, whatever the trace's revision: reported
 * once more by a later revision, it is the same assessment, and quality counts it once, as it does
 * with a worker's repeats.
 */
final class ReportEvaluations
    implements KeyValueMapper<String, SampledTrace, List<KeyValue<String, Assessment>>> {
  private static final int MAX_NAME = 128;
  private static final int REVISION = 1;

  private final InstantSource clock;

  ReportEvaluations(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public List<KeyValue<String, Assessment>> apply(String traceId, SampledTrace sampled) {
    if (!ReportedEvaluations.in(sampled.trace().header())) {
      return List.of();
    }
    var trace = sampled.trace().trace();
    var assessments = new ArrayList<KeyValue<String, Assessment>>();
    for (var evaluation : ReportedEvaluations.of(trace)) {
      assessments.add(
          KeyValue.pair(
              evaluation.traceId(),
              assessment(evaluation, trace.header(), sampled.decidedNanos())));
    }
    return assessments;
  }

  private Assessment assessment(
      ReportedEvaluation evaluation, TraceHeader header, long decidedNanos) {
    var name = Assessment.REPORTED + evaluation.name();
    var scorer = name.length() > MAX_NAME ? name.substring(0, MAX_NAME) : name;
    var target =
        evaluation.sessionId() == null ? evaluation.spanId() : "session:" + evaluation.sessionId();
    return new Assessment(
        AssessmentId.of(
            evaluation.traceId(), target, scorer, scorer, evaluation.identifier(), REVISION),
        scorer,
        evaluation.traceId(),
        evaluation.spanId(),
        evaluation.sessionId() == null ? header.sessionId() : evaluation.sessionId(),
        REVISION,
        header.app(),
        header.environment(),
        header.appVersion(),
        scorer,
        "reported",
        Lane.WORKER,
        AssessmentKind.FEEDBACK,
        evaluation.score(),
        evaluation.outcome(),
        evaluation.rationale(),
        evaluation.source(),
        evaluation.sourceId(),
        evaluation.error(),
        header.samplingProbability(),
        evaluation.metadata(),
        null,
        header.endNanos(),
        decidedNanos,
        EpochNanos.now(clock),
        false,
        null,
        null);
  }
}
