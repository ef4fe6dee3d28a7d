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
 * @param score absent when the scorer failed, and in a withdrawal
 * @param sourceId scorer kind, model or person
 * @param samplingProbability in (0, 1]: every figure over assessments weighs by its inverse
 * @param traceEndNanos nanoseconds since 1970-01-01T00:00:00Z, as are the other times
 * @param backfill a re-run over old traces: never enters the windows that alerts read
 * @param overrides the assessment_id a person corrects
 * @param supersedes what the revision before contributed, where the lane knows: inline does.
 *     Readers of the worker lane's keep, of a trace and a scorer, the highest revision
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
  /** What the names of reported assessments begin with. */
  public static final String REPORTED = "reported/";

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

  /**
   * Whether it says nothing of its own and only withdraws what the revision before contributed: the
   * trace was revised, and this scorer does not see the revision.
   */
  public boolean isWithdrawal() {
    return score == null && outcome == Outcome.NONE;
  }

  /**
   * Whether the application reported it on its own spans, as {@code reported/…}: it is the same
   * whatever the trace's revision. No scorer's name holds a slash.
   */
  public boolean isReported() {
    return scorer.startsWith(REPORTED);
  }

  /** 1 / sampling probability: how many traces of the population this one stands for. */
  public double weight() {
    return 1 / samplingProbability;
  }

  /** The same, taking back what the revision before contributed. */
  public Assessment superseding(Superseded contribution) {
    return new Assessment(
        assessmentId,
        name,
        traceId,
        spanId,
        sessionId,
        revision,
        app,
        environment,
        appVersion,
        scorer,
        scorerVersion,
        lane,
        kind,
        score,
        outcome,
        rationale,
        source,
        sourceId,
        error,
        samplingProbability,
        metadata,
        usage,
        traceEndNanos,
        decidedNanos,
        createdNanos,
        backfill,
        overrides,
        contribution);
  }
}
