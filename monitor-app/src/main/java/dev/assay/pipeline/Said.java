package dev.assay.pipeline;

import dev.assay.model.Assessment;
import dev.assay.model.AssessmentId;
import dev.assay.model.AssessmentKind;
import dev.assay.model.Lane;
import dev.assay.model.Outcome;
import dev.assay.model.ScorerSpec;
import dev.assay.model.SourceType;
import dev.assay.model.Superseded;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a revision of a trace gave for one scorer: an inline scorer's assessment, as far as it
 * counts; of a worker-lane scorer that it was asked, no more.
 *
 * @param number of the score, where it has one
 */
record Said(
    String scorer,
    String scorerVersion,
    Lane lane,
    String name,
    @Nullable String spanId,
    Outcome outcome,
    @Nullable Double number,
    double samplingProbability,
    SourceType source,
    String sourceId) {
  static Said inline(Assessment said) {
    var score = said.score();
    return new Said(
        said.scorer(),
        said.scorerVersion(),
        said.lane(),
        said.name(),
        said.spanId(),
        said.outcome(),
        score == null ? null : score.asNumber(),
        said.samplingProbability(),
        said.source(),
        said.sourceId());
  }

  static Said asked(ScorerSpec scorer, double samplingProbability) {
    return new Said(
        scorer.name(),
        scorer.version(),
        Lane.WORKER,
        scorer.name(),
        null,
        Outcome.NONE,
        null,
        samplingProbability,
        SourceType.CODE,
        scorer.kind());
  }

  /** Whether both are of one scorer, version and lane, on the same thing. */
  boolean isAbout(Said other) {
    return scorer.equals(other.scorer)
        && scorerVersion.equals(other.scorerVersion)
        && lane == other.lane
        && name.equals(other.name)
        && source == other.source
        && Objects.equals(spanId, other.spanId);
  }

  Superseded superseded(long traceEndNanos) {
    return new Superseded(outcome, number, 1 / samplingProbability, traceEndNanos);
  }

  /** What says that it no longer holds. */
  Assessment withdrawal(ScoredRevision of, int revision, long decidedNanos) {
    return new Assessment(
        AssessmentId.ofWithdrawal(
            AssessmentId.of(of.traceId(), spanId, name, scorer, scorerVersion, of.revision()),
            revision),
        name,
        of.traceId(),
        spanId,
        of.sessionId(),
        revision,
        of.app(),
        of.environment(),
        of.appVersion(),
        scorer,
        scorerVersion,
        lane,
        AssessmentKind.FEEDBACK,
        null,
        Outcome.NONE,
        "withdrawn: revision %d of the trace is not seen by this scorer, or counts elsewhere"
            .formatted(revision),
        source,
        sourceId,
        null,
        samplingProbability,
        Map.of(),
        null,
        of.endNanos(),
        decidedNanos,
        decidedNanos,
        false,
        null,
        lane == Lane.INLINE ? superseded(of.endNanos()) : null);
  }
}
