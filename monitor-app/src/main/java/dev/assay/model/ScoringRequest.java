package dev.assay.model;

/**
 * Work for the worker lane: one scorer on one trace. It carries all it needs, so that any worker
 * can run it and a re-run gives the same.
 *
 * @param requestId see {@link AssessmentId#ofRequest}
 * @param samplingProbability in (0, 1]
 * @param attempt 1 for the first
 * @param requestedNanos when it was first put on the topic, nanoseconds since 1970-01-01T00:00:00Z
 * @param notBeforeNanos 0: at once
 */
public record ScoringRequest(
    String requestId,
    double samplingProbability,
    int attempt,
    long requestedNanos,
    long notBeforeNanos,
    boolean backfill,
    ScorerSpec scorer,
    Trace trace) {
  public ScoringRequest {
    if (attempt < 1) {
      throw new IllegalArgumentException("attempt must be >= 1, was " + attempt);
    }
  }

  /** The next attempt, not to be made before then. */
  public ScoringRequest retryAt(long nanos) {
    return new ScoringRequest(
        requestId,
        samplingProbability,
        attempt + 1,
        requestedNanos,
        nanos,
        backfill,
        scorer,
        trace);
  }

  /** The same attempt, not to be made before then: the scorer was not asked. */
  public ScoringRequest postponedTo(long nanos) {
    return new ScoringRequest(
        requestId, samplingProbability, attempt, requestedNanos, nanos, backfill, scorer, trace);
  }
}
