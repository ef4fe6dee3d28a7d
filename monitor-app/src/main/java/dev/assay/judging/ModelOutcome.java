package dev.assay.judging;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What came of asking a model. Reasons are for people: bounded, without keys. */
sealed interface ModelOutcome {
  /**
   * The model spoke; whether it makes sense is for the judge to say.
   *
   * @param text empty where it said nothing
   * @param servedBy the model's name as the provider states it, dated where it dates them
   * @param cut the answer hit its token limit
   */
  record Answered(
      String text, long inputTokens, long outputTokens, @Nullable String servedBy, boolean cut)
      implements ModelOutcome {}

  /** Too many calls: later. */
  record RateLimited(String reason, @Nullable Duration retryAfter) implements ModelOutcome {}

  /** The provider is down, unreachable, or too slow: later. */
  record Unreachable(String reason, @Nullable Duration retryAfter) implements ModelOutcome {}

  /** What came back was not the protocol, or too large: perhaps later. */
  record Garbled(String reason) implements ModelOutcome {}

  /** A wrong key, an unknown model, a spent quota: not until somebody mends it. */
  record Unauthorized(String code, String reason) implements ModelOutcome {}

  /** The provider will not answer this question: never. */
  record Refused(String reason) implements ModelOutcome {}
}
