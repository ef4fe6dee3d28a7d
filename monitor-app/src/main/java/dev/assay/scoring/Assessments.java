package dev.assay.scoring;

import dev.assay.model.Assessment;
import dev.assay.model.AssessmentId;
import dev.assay.model.AssessmentKind;
import dev.assay.model.Feedback;
import dev.assay.model.Outcome;
import dev.assay.model.ScorerError;
import dev.assay.model.ScorerSpec;
import dev.assay.model.Trace;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Runs a scorer and turns what it says into assessments; the same in both lanes. */
public final class Assessments {
  private Assessments() {}

  /**
   * What one scorer says of one trace. Never throws: whatever the scorer throws becomes one ERROR
   * assessment.
   *
   * @param samplingProbability in (0, 1]
   * @param decidedNanos when the pair was sampled, nanoseconds since 1970-01-01T00:00:00Z
   * @param createdNanos now, nanoseconds since 1970-01-01T00:00:00Z
   */
  public static List<Assessment> of(
      Scorer scorer,
      ScorerSpec spec,
      Trace trace,
      double samplingProbability,
      long decidedNanos,
      long createdNanos) {
    return of(
        scorer,
        spec,
        trace,
        feedback(scorer, trace),
        samplingProbability,
        decidedNanos,
        createdNanos,
        false);
  }

  /** As above for feedback already given; the worker lane's half. */
  public static List<Assessment> of(
      Scorer scorer,
      ScorerSpec spec,
      Trace trace,
      List<Feedback> feedback,
      double samplingProbability,
      long decidedNanos,
      long createdNanos,
      boolean backfill) {
    var header = trace.header();
    var assessments = new ArrayList<Assessment>(feedback.size());
    for (var said : feedback) {
      var name = said.name() == null ? spec.name() : said.name();
      var score = said.score();
      var usage = said.usage();
      assessments.add(
          new Assessment(
              AssessmentId.of(
                  header.traceId(),
                  said.spanId(),
                  name,
                  spec.name(),
                  spec.version(),
                  header.revision()),
              name,
              header.traceId(),
              said.spanId(),
              header.sessionId(),
              header.revision(),
              header.app(),
              header.environment(),
              header.appVersion(),
              spec.name(),
              spec.version(),
              scorer.lane(),
              AssessmentKind.FEEDBACK,
              score,
              score == null ? Outcome.ERROR : spec.pass().judge(score),
              said.rationale(),
              scorer.source(),
              usage == null ? spec.kind() : usage.model(),
              said.error(),
              samplingProbability,
              said.metadata(),
              usage,
              header.endNanos(),
              decidedNanos,
              createdNanos,
              backfill,
              null,
              null));
    }
    return assessments;
  }

  // An Error of the scorer's own (StackOverflowError on a hostile trace, a plugin's LinkageError)
  // must not take a stream thread with it; only a virtual machine that cannot go on may.
  private static List<Feedback> feedback(Scorer scorer, Trace trace) {
    try {
      return distinct(scorer.score(trace));
    } catch (OutOfMemoryError fatal) {
      throw fatal;
    } catch (Throwable failure) {
      if (failure instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      return List.of(Feedback.failed(ScorerError.of(failure)));
    }
  }

  /**
   * The feedback itself.
   *
   * @throws IllegalStateException if two of it share name and span: their assessments would share
   *     an id
   */
  public static List<Feedback> distinct(List<Feedback> feedback) {
    if (feedback.size() > 1) {
      var seen = new HashSet<String>();
      for (var said : feedback) {
        if (!seen.add(said.name() + "\u001f" + said.spanId())) {
          throw new IllegalStateException(
              "several feedbacks must differ in name or span; twice: " + said.name());
        }
      }
    }
    return feedback;
  }
}
