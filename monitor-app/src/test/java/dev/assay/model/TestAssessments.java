package dev.assay.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Assessments for tests to speak of: of app {@code support-chat} 1.0 in {@code production}, inline,
 * passed, of a trace that ended at {@link TestTraces#T0}, unless said otherwise.
 */
public record TestAssessments(
    String traceId,
    String app,
    String version,
    String scorer,
    String scorerVersion,
    int revision,
    Lane lane,
    AssessmentKind kind,
    Outcome outcome,
    @Nullable Score score,
    SourceType source,
    double probability,
    long endNanos,
    long createdNanos,
    boolean backfill,
    @Nullable Superseded supersedes) {

  public static TestAssessments of(String traceId, String scorer) {
    return new TestAssessments(
        traceId,
        "support-chat",
        "1.0",
        scorer,
        "1",
        1,
        Lane.INLINE,
        AssessmentKind.FEEDBACK,
        Outcome.PASS,
        Score.of(true),
        SourceType.CODE,
        1,
        TestTraces.T0,
        TestTraces.T0 + 2_000_000_000L,
        false,
        null);
  }

  /** By a model, in the worker lane. */
  public TestAssessments judged() {
    return new TestAssessments(
        traceId,
        app,
        version,
        scorer,
        scorerVersion,
        revision,
        Lane.WORKER,
        kind,
        outcome,
        score,
        SourceType.LLM_JUDGE,
        probability,
        endNanos,
        createdNanos,
        backfill,
        supersedes);
  }

  public TestAssessments byPerson() {
    return new TestAssessments(
        traceId,
        app,
        version,
        scorer,
        scorerVersion,
        revision,
        lane,
        kind,
        outcome,
        score,
        SourceType.HUMAN,
        probability,
        endNanos,
        createdNanos,
        backfill,
        supersedes);
  }

  public TestAssessments version(String other) {
    return new TestAssessments(
        traceId,
        app,
        other,
        scorer,
        scorerVersion,
        revision,
        lane,
        kind,
        outcome,
        score,
        source,
        probability,
        endNanos,
        createdNanos,
        backfill,
        supersedes);
  }

  public TestAssessments app(String other) {
    return new TestAssessments(
        traceId,
        other,
        version,
        scorer,
        scorerVersion,
        revision,
        lane,
        kind,
        outcome,
        score,
        source,
        probability,
        endNanos,
        createdNanos,
        backfill,
        supersedes);
  }

  public TestAssessments scorerVersion(String other) {
    return new TestAssessments(
        traceId,
        app,
        version,
        scorer,
        other,
        revision,
        lane,
        kind,
        outcome,
        score,
        source,
        probability,
        endNanos,
        createdNanos,
        backfill,
        supersedes);
  }

  public TestAssessments expectation() {
    return new TestAssessments(
        traceId,
        app,
        version,
        scorer,
        scorerVersion,
        revision,
        lane,
        AssessmentKind.EXPECTATION,
        outcome,
        score,
        source,
        probability,
        endNanos,
        createdNanos,
        backfill,
        supersedes);
  }

  public TestAssessments outcome(Outcome other) {
    return new TestAssessments(
        traceId,
        app,
        version,
        scorer,
        scorerVersion,
        revision,
        lane,
        kind,
        other,
        switch (other) {
          case PASS -> Score.of(true);
          case FAIL -> Score.of(false);
          case NONE -> Score.of("a category");
          case ERROR -> null;
        },
        source,
        probability,
        endNanos,
        createdNanos,
        backfill,
        supersedes);
  }

  public TestAssessments failed() {
    return outcome(Outcome.FAIL);
  }

  public TestAssessments probability(double other) {
    return new TestAssessments(
        traceId,
        app,
        version,
        scorer,
        scorerVersion,
        revision,
        lane,
        kind,
        outcome,
        score,
        source,
        other,
        endNanos,
        createdNanos,
        backfill,
        supersedes);
  }

  /** When the trace ended; assessed two seconds later. */
  public TestAssessments endedAt(long nanos) {
    return new TestAssessments(
        traceId,
        app,
        version,
        scorer,
        scorerVersion,
        revision,
        lane,
        kind,
        outcome,
        score,
        source,
        probability,
        nanos,
        nanos + 2_000_000_000L,
        backfill,
        supersedes);
  }

  public TestAssessments backfilled() {
    return new TestAssessments(
        traceId,
        app,
        version,
        scorer,
        scorerVersion,
        revision,
        lane,
        kind,
        outcome,
        score,
        source,
        probability,
        endNanos,
        createdNanos,
        true,
        supersedes);
  }

  /** The next revision of the trace, whose assessment takes back what this one contributed. */
  public TestAssessments revised(Outcome to, long endedAt) {
    var number = score == null ? null : score.asNumber();
    return new TestAssessments(
            traceId,
            app,
            version,
            scorer,
            scorerVersion,
            revision + 1,
            lane,
            kind,
            outcome,
            score,
            source,
            probability,
            endedAt,
            endedAt,
            backfill,
            new Superseded(outcome, number, 1 / probability, endNanos))
        .outcome(to);
  }

  public Assessment get() {
    return new Assessment(
        AssessmentId.of(traceId, null, scorer, scorer, scorerVersion, revision),
        scorer,
        traceId,
        null,
        null,
        revision,
        app,
        "production",
        version,
        scorer,
        scorerVersion,
        lane,
        kind,
        score,
        outcome,
        null,
        source,
        "test",
        outcome == Outcome.ERROR ? new ScorerError("SCORER_EXCEPTION", "boom", null) : null,
        probability,
        Map.of(),
        null,
        endNanos,
        endNanos,
        createdNanos,
        backfill,
        null,
        supersedes);
  }

  public QualitySeries series() {
    return new QualitySeries(app, "production", version, scorer, scorerVersion, source);
  }
}
