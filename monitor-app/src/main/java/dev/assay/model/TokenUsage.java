package dev.assay.model;

import org.jspecify.annotations.Nullable;

/**
 * Tokens of one model call, or the sum over a trace's calls, each counted once.
 *
 * @param inputTokens prompt tokens, cached ones included, ≥ 0
 * @param outputTokens completion tokens, reasoning included, ≥ 0
 * @param totalTokens what the provider stated, else input plus output, ≥ 0
 * @param cacheReadInputTokens the part of {@code inputTokens} served from a cache, where known
 */
public record TokenUsage(
    long inputTokens, long outputTokens, long totalTokens, @Nullable Long cacheReadInputTokens) {
  public TokenUsage {
    if (inputTokens < 0 || outputTokens < 0 || totalTokens < 0) {
      throw new IllegalArgumentException(
          "token counts must be >= 0: input_tokens=%d output_tokens=%d total_tokens=%d"
              .formatted(inputTokens, outputTokens, totalTokens));
    }
  }

  /** Input and output, with their sum as the total. */
  public static TokenUsage of(long inputTokens, long outputTokens) {
    return new TokenUsage(inputTokens, outputTokens, inputTokens + outputTokens, null);
  }

  public TokenUsage plus(TokenUsage other) {
    Long cached =
        cacheReadInputTokens == null && other.cacheReadInputTokens == null
            ? null
            : Long.valueOf(orZero(cacheReadInputTokens) + orZero(other.cacheReadInputTokens));
    return new TokenUsage(
        inputTokens + other.inputTokens,
        outputTokens + other.outputTokens,
        totalTokens + other.totalTokens,
        cached);
  }

  private static long orZero(@Nullable Long tokens) {
    return tokens == null ? 0 : tokens;
  }
}
