package dev.assay.judging;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Told of every call of a model; called on the calling thread, so it must be quick. */
public interface JudgeListener {
  /**
   * A call that ended.
   *
   * @param model as in the definition: {@code openai:/gpt-4o-mini}
   * @param scorer the judge's name
   * @param took from asking to answer
   * @param inputTokens ≥ 0; 0 where the provider did not say, as are output tokens
   * @param costUsd absent without a price
   * @param error absent when the model answered; otherwise {@code JUDGE_RATE_LIMITED}, {@code
   *     JUDGE_UNREACHABLE}, {@code JUDGE_BAD_RESPONSE}, {@code JUDGE_UNAUTHORIZED}, {@code
   *     JUDGE_MODEL_NOT_FOUND}, {@code JUDGE_QUOTA_SPENT}, {@code JUDGE_REFUSED} or {@code
   *     JUDGE_CANCELLED}
   */
  record Call(
      String model,
      String scorer,
      Duration took,
      long inputTokens,
      long outputTokens,
      @Nullable Double costUsd,
      @Nullable String error) {}

  /** A call begins; exactly one {@link #ended} follows. */
  void began(String model);

  void ended(Call call);

  /** The model answered, but not with a verdict: {@code JUDGE_INVALID_ANSWER}. */
  void unusable(String model, String scorer, String error);

  /** Nobody listens. */
  static JudgeListener silent() {
    return new JudgeListener() {
      @Override
      public void began(String model) {}

      @Override
      public void ended(Call call) {}

      @Override
      public void unusable(String model, String scorer, String error) {}
    };
  }
}
