package dev.assay.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One verdict of one scorer on one trace.
 *
 * @param assessmentId see {@link AssessmentId}
 * @param name the scorer's name, or that of the feedback it returned
 * @param spanId when one span is assessed
 * @param revision of the trace, ≥ 1
 * @param score absent when the scorer failed
 * @param sourceId scorer kind, model or person
 * @param samplingProbability in (0, 1]: every figure over assessments weighs by its inverse
 * @param traceEndNanos nanoseconds since 1970-01-01T00:00:00Z, as are the other times
 * @param backfill a re-run over old traces: never enters the windows that alerts read
 * @param overrides the assessment_id a person corrects
 */
public record Assessment(
    String assessmentId,
    String name,
    String traceId,
    @Nullable String spanId,
    @Nullable String sessionId,
    int revision,
    String app,
    String environment,
    String appVersion,
    String scorer,
    String scorerVersion,
    Lane lane,
    AssessmentKind kind,
    @Nullable Score score,
    Outcome outcome,
    @Nullable String rationale,
    SourceType source,
    String sourceId,
    @Nullable ScorerError error,
    double samplingProbability,
    Map<String, String> metadata,
    @Nullable JudgeUsage usage,
    long traceEndNanos,
    long decidedNanos,
    long createdNanos,
    boolean backfill,
    @Nullable String overrides,
    @Nullable Superseded supersedes) {
  public Assessment {
    if (!(samplingProbability > 0 && samplingProbability <= 1)) {
      throw new IllegalArgumentException(
          "sampling_probability must be in (0, 1], was " + samplingProbability);
    }
    if ((error != null) != (outcome == Outcome.ERROR)) {
      throw new IllegalArgumentException("outcome is ERROR exactly when there is an error");
    }
    metadata = Map.copyOf(metadata);
  }

  /** 1 / sampling probability: how many traces of the population this one stands for. */
  public double weight() {
    return 1 / samplingProbability;
  }
}
