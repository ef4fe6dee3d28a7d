package dev.assay.wire;

import dev.assay.model.Assessment;
import dev.assay.model.AssessmentKind;
import dev.assay.model.JudgeUsage;
import dev.assay.model.Lane;
import dev.assay.model.Outcome;
import dev.assay.model.Score;
import dev.assay.model.ScorerError;
import dev.assay.model.SourceType;
import dev.assay.model.Superseded;
import org.jspecify.annotations.Nullable;

/** {@link Assessment} ↔ the record on {@code assay.assessments}. */
final class AssessmentAvro {
  static final AvroCodec<dev.assay.schemas.Assessment> CODEC =
      new AvroCodec<>(dev.assay.schemas.Assessment.getClassSchema());

  private AssessmentAvro() {}

  static byte[] encode(Assessment a) {
    var score = a.score();
    var error = a.error();
    var usage = a.usage();
    var supersedes = a.supersedes();
    return CODEC.encode(
        new dev.assay.schemas.Assessment(
            a.assessmentId(),
            a.name(),
            a.traceId(),
            a.spanId(),
            a.sessionId(),
            a.revision(),
            a.app(),
            a.environment(),
            a.appVersion(),
            a.scorer(),
            a.scorerVersion(),
            dev.assay.schemas.Lane.valueOf(a.lane().name()),
            dev.assay.schemas.AssessmentKind.valueOf(a.kind().name()),
            score == null ? null : score.toObject(),
            dev.assay.schemas.Outcome.valueOf(a.outcome().name()),
            a.rationale(),
            dev.assay.schemas.SourceType.valueOf(a.source().name()),
            a.sourceId(),
            error == null
                ? null
                : new dev.assay.schemas.AssessmentError(
                    error.code(), error.message(), error.stack()),
            a.samplingProbability(),
            a.metadata(),
            usage == null ? null : usage.costUsd(),
            usage == null ? null : Long.valueOf(usage.inputTokens()),
            usage == null ? null : Long.valueOf(usage.outputTokens()),
            a.traceEndNanos(),
            a.decidedNanos(),
            a.createdNanos(),
            a.backfill(),
            a.overrides(),
            supersedes == null
                ? null
                : new dev.assay.schemas.Superseded(
                    dev.assay.schemas.Outcome.valueOf(supersedes.outcome().name()),
                    supersedes.number(),
                    supersedes.weight(),
                    supersedes.traceEndNanos())));
  }

  static Assessment decode(byte[] bytes) {
    var in = CODEC.decode(bytes);
    var value = in.getValue();
    var error = in.getError();
    var supersedes = in.getSupersedes();
    return new Assessment(
        in.getAssessmentId(),
        in.getName(),
        in.getTraceId(),
        in.getSpanId(),
        in.getSessionId(),
        in.getRevision(),
        in.getApp(),
        in.getEnvironment(),
        in.getAppVersion(),
        in.getScorer(),
        in.getScorerVersion(),
        Lane.valueOf(in.getLane().name()),
        AssessmentKind.valueOf(in.getKind().name()),
        value == null ? null : Score.of(value),
        Outcome.valueOf(in.getOutcome().name()),
        in.getRationale(),
        SourceType.valueOf(in.getSource().name()),
        in.getSourceId(),
        error == null
            ? null
            : new ScorerError(error.getCode(), error.getMessage(), error.getStack()),
        in.getSamplingProbability(),
        in.getMetadata(),
        usage(in),
        in.getTraceEndNanos(),
        in.getDecidedNanos(),
        in.getCreatedNanos(),
        in.getBackfill(),
        in.getOverrides(),
        supersedes == null
            ? null
            : new Superseded(
                Outcome.valueOf(supersedes.getOutcome().name()),
                supersedes.getNumber(),
                supersedes.getWeight(),
                supersedes.getTraceEndNanos()));
  }

  private static @Nullable JudgeUsage usage(dev.assay.schemas.Assessment in) {
    var input = in.getInputTokens();
    var output = in.getOutputTokens();
    return input == null || output == null
        ? null
        : new JudgeUsage(in.getSourceId(), input, output, in.getCostUsd());
  }
}
