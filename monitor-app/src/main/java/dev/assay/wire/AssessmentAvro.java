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
import java.io.IOException;
import java.util.Map;
import org.apache.avro.io.BinaryEncoder;
import org.jspecify.annotations.Nullable;

/**
 * {@link Assessment} ↔ the record on {@code assay.assessments}. Written field by field as the
 * schema has them: Avro generates no coder for a union such as {@code value}'s, and its generic
 * writer takes three times as long for what is the most frequent record of all.
 */
// Avro enums are numbered in the schema's order, which is the model's; TopicsTest holds it.
@SuppressWarnings("EnumOrdinal")
final class AssessmentAvro {
  static final AvroCodec<dev.assay.schemas.Assessment> CODEC =
      new AvroCodec<>(dev.assay.schemas.Assessment.getClassSchema());

  private AssessmentAvro() {}

  static byte[] encode(Assessment assessment) {
    return CODEC.encode(out -> write(assessment, out));
  }

  private static void write(Assessment a, BinaryEncoder out) throws IOException {
    out.writeString(a.assessmentId());
    out.writeString(a.name());
    out.writeString(a.traceId());
    text(a.spanId(), out);
    text(a.sessionId(), out);
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
    text(a.rationale(), out);
    out.writeEnum(a.source().ordinal());
    out.writeString(a.sourceId());
    error(a.error(), out);
    out.writeDouble(a.samplingProbability());
    metadata(a.metadata(), out);
    var usage = a.usage();
    number(usage == null ? null : usage.costUsd(), out);
    count(usage == null ? null : Long.valueOf(usage.inputTokens()), out);
    count(usage == null ? null : Long.valueOf(usage.outputTokens()), out);
    out.writeLong(a.traceEndNanos());
    out.writeLong(a.decidedNanos());
    out.writeLong(a.createdNanos());
    out.writeBoolean(a.backfill());
    text(a.overrides(), out);
    supersedes(a.supersedes(), out);
  }

  private static void text(@Nullable String text, BinaryEncoder out) throws IOException {
    out.writeIndex(text == null ? 0 : 1);
    if (text != null) {
      out.writeString(text);
    }
  }

  private static void number(@Nullable Double number, BinaryEncoder out) throws IOException {
    out.writeIndex(number == null ? 0 : 1);
    if (number != null) {
      out.writeDouble(number);
    }
  }

  private static void count(@Nullable Long count, BinaryEncoder out) throws IOException {
    out.writeIndex(count == null ? 0 : 1);
    if (count != null) {
      out.writeLong(count);
    }
  }

  /** One of null, boolean, double, string, array, map, by its place in the union. */
  private static void value(@Nullable Score score, BinaryEncoder out) throws IOException {
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
        out.writeArrayStart();
        out.setItemCount(items.size());
        for (var item : items) {
          out.startItem();
          value(item, out);
        }
        out.writeArrayEnd();
      }
      case Score.Fields(var fields) -> {
        out.writeIndex(5);
        out.writeMapStart();
        out.setItemCount(fields.size());
        for (var field : fields.entrySet()) {
          out.startItem();
          out.writeString(field.getKey());
          value(field.getValue(), out);
        }
        out.writeMapEnd();
      }
    }
  }

  private static void error(@Nullable ScorerError error, BinaryEncoder out) throws IOException {
    out.writeIndex(error == null ? 0 : 1);
    if (error != null) {
      out.writeString(error.code());
      out.writeString(error.message());
      text(error.stack(), out);
    }
  }

  private static void metadata(Map<String, String> metadata, BinaryEncoder out) throws IOException {
    out.writeMapStart();
    out.setItemCount(metadata.size());
    for (var entry : metadata.entrySet()) {
      out.startItem();
      out.writeString(entry.getKey());
      out.writeString(entry.getValue());
    }
    out.writeMapEnd();
  }

  private static void supersedes(@Nullable Superseded supersedes, BinaryEncoder out)
      throws IOException {
    out.writeIndex(supersedes == null ? 0 : 1);
    if (supersedes != null) {
      out.writeEnum(supersedes.outcome().ordinal());
      number(supersedes.number(), out);
      out.writeDouble(supersedes.weight());
      out.writeLong(supersedes.traceEndNanos());
    }
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
