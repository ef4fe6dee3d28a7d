package dev.assay.model;

import org.jspecify.annotations.Nullable;

/**
 * Why a scorer gave no value.
 *
 * @param code upper snake case from a bounded set: it may become a label
 * @param message for people
 * @param stack at most 4,000 characters
 */
public record ScorerError(String code, String message, @Nullable String stack) {
  private static final int MAX_STACK = 4_000;

  public ScorerError {
    if (!code.matches("[A-Z][A-Z0-9_]{0,63}")) {
      throw new IllegalArgumentException(
          "an error code must match [A-Z][A-Z0-9_]{0,63}, was '" + code + "'");
    }
    if (stack != null && stack.length() > MAX_STACK) {
      stack = stack.substring(0, MAX_STACK);
    }
  }

  public ScorerError(String code, String message) {
    this(code, message, null);
  }

  /** {@code SCORER_EXCEPTION} with the exception's message and stack. */
  public static ScorerError of(Throwable failure) {
    var stack = new java.io.StringWriter();
    failure.printStackTrace(new java.io.PrintWriter(stack));
    return new ScorerError("SCORER_EXCEPTION", String.valueOf(failure), stack.toString());
  }
}
