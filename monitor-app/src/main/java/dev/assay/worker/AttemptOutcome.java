package dev.assay.worker;

import dev.assay.model.Feedback;
import dev.assay.model.ScorerError;
import java.time.Duration;
import java.util.List;

/** What came of one delivery of a request. */
sealed interface AttemptOutcome {
  /** The scorer spoke, if only to say that it failed. */
  record Assessed(List<Feedback> feedback) implements AttemptOutcome {}

  /**
   * Later.
   *
   * @param error why; what the request ends with, should it never succeed
   * @param delay from now
   * @param asked whether an attempt was used up
   */
  record Retry(ScorerError error, Duration delay, boolean asked) implements AttemptOutcome {}

  /**
   * Never: a dead letter and an ERROR assessment.
   *
   * @param cause of the dead letter, a bounded set
   */
  record Reject(String cause, ScorerError error) implements AttemptOutcome {}

  /** Too old: an ERROR assessment. */
  record Expire(ScorerError error) implements AttemptOutcome {}
}
