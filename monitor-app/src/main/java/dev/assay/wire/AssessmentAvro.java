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

/**
 * {@link Assessment} ↔ the record on {@code assay.assessments}. Written field by field as the
 * schema has them: Avro generates no coder for a union such as {@code value}'s and takes its
 * generic writer instead, for what is the most frequent record of all.
 */
// Avro enums are numbered in the schema's order, which is the model's; TopicsTest holds it.
@SuppressWarnings("EnumOrdinal")
final class AssessmentAvro {
  static final AvroCodec<dev.assay.schemas.Assessment> CODEC =
      new AvroCodec<>(dev.assay.schemas.Assessment.getClassSchema());

  private AssessmentAvro() {}

  static byte[] encode(Assessment assessment) {
    return CODEC.encode(assessment, AssessmentAvro::write);
  }

  private static void write(Assessment a, AvroWriter out) {
    out.writeString(a.assessmentId());
    out.writeString(a.name());
    out.writeString(a.traceId());
    out.writeOptional(a.spanId());
    out.writeOptional(a.sessionId());
    out.writeInt(a.revision());
    out.writeString(a.app());
    out.writeString(a.environment());
    out.writeString(a.appVersion());
    out.writeString(a.scorer());
    out.writeString(a.scorerVersion());
    out.writeEnum(a.lane().ordinal());
    out.writeEnum(a.kind().ordinal());
    value(a.score(), out);
    out.writeEnum(a.outcome().ordinal());
    out.writeOptional(a.rationale());
    out.writeEnum(a.source().ordinal());
    out.writeString(a.sourceId());
    out.writeOptional(a.error(), AssessmentAvro::write);
    out.writeDouble(a.samplingProbability());
    out.writeTexts(a.metadata());
    var usage = a.usage();
    out.writeOptional(usage == null ? null : usage.costUsd());
    out.writeOptional(usage == null ? null : Long.valueOf(usage.inputTokens()));
    out.writeOptional(usage == null ? null : Long.valueOf(usage.outputTokens()));
    out.writeLong(a.traceEndNanos());
    out.writeLong(a.decidedNanos());
    out.writeLong(a.createdNanos());
    out.writeBoolean(a.backfill());
    out.writeOptional(a.overrides());
    out.writeOptional(a.supersedes(), AssessmentAvro::write);
  }

  /** One of null, boolean, double, string, array, map, by its place in the union. */
  private static void value(@Nullable Score score, AvroWriter out) {
    switch (score) {
      case null -> out.writeIndex(0);
      case Score.Bool(var bool) -> {
        out.writeIndex(1);
        out.writeBoolean(bool);
      }
      case Score.Num(var number) -> {
        out.writeIndex(2);
        out.writeDouble(number);
      }
      case Score.Text(var text) -> {
        out.writeIndex(3);
        out.writeString(text);
      }
      case Score.Items(var items) -> {
        out.writeIndex(4);
        out.writeList(items, AssessmentAvro::value);
      }
      case Score.Fields(var fields) -> {
        out.writeIndex(5);
        out.writeMap(fields, AssessmentAvro::value);
      }
    }
  }

  private static void write(ScorerError error, AvroWriter out) {
    out.writeString(error.code());
    out.writeString(error.message());
    out.writeOptional(error.stack());
  }

  private static void write(Superseded superseded, AvroWriter out) {
    out.writeEnum(superseded.outcome().ordinal());
    out.writeOptional(superseded.number());
    out.writeDouble(superseded.weight());
    out.writeLong(superseded.traceEndNanos());
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
