package dev.assay.scoring;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A scorer has no answer now but may have one later: a busy provider, an outage, a time-out. The
 * worker lane asks again after a delay, and gives up after its number of attempts or when the
 * request is too old; then the code and message become those of the ERROR assessment. In the inline
 * lane it is a failure like any other.
 */
public final class RetryableScoringException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;
  private final @Nullable Duration retryAfter;
  private final boolean asked;

  private RetryableScoringException(
      String code, String reason, @Nullable Duration retryAfter, boolean asked) {
    super(reason);
    this.code = code;
    this.retryAfter = retryAfter;
    this.asked = asked;
  }

  /**
   * Somebody was asked and could not answer: uses up one of the request's attempts.
   *
   * @param code upper snake case from a bounded set, such as {@code JUDGE_RATE_LIMITED}
   * @param reason for people; no secrets, no trace content
   * @param retryAfter not before this much has passed; absent: the lane's own back-off
   */
  public static RetryableScoringException asked(
      String code, String reason, @Nullable Duration retryAfter) {
    return new RetryableScoringException(code, reason, retryAfter, true);
  }

  /** Nobody was asked, since it would have been no use: the attempt is not used up. */
  public static RetryableScoringException notAsked(
      String code, String reason, @Nullable Duration retryAfter) {
    return new RetryableScoringException(code, reason, retryAfter, false);
  }

  public String code() {
    return code;
  }

  public @Nullable Duration retryAfter() {
    return retryAfter;
  }

  /** Whether an attempt was used up. */
  public boolean wasAsked() {
    return asked;
  }
}
