package dev.assay.redaction;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.assay.model.ScorerError;
import java.util.Optional;

/**
 * Regular expressions over text of strangers: RE2 syntax, which matches in time linear in the text
 * (no backreferences, no look-around), and of bounded size.
 */
public final class Patterns {
  /** Instructions of the compiled expression; each may be visited once per character. */
  public static final int MAX_PROGRAM = 1_000;

  private static final int MAX_LENGTH = 4_000;
  // characters times instructions: at about 10 ns each, half a second at most
  private static final long MAX_STEPS = 50_000_000;

  private Patterns() {}

  /**
   * @throws IllegalArgumentException saying what is wrong and what is allowed
   */
  public static Pattern compile(String expression) {
    if (expression.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "of %d characters; allowed: at most %d".formatted(expression.length(), MAX_LENGTH));
    }
    try {
      var pattern = Pattern.compile(expression);
      if (pattern.programSize() > MAX_PROGRAM) {
        throw new IllegalArgumentException(
            "of %d instructions once compiled; allowed: at most %d"
                .formatted(pattern.programSize(), MAX_PROGRAM));
      }
      return pattern;
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "%s in `%s`; allowed: RE2 syntax, which has no look-around and no backreferences"
              .formatted(e.getDescription(), e.getPattern()),
          e);
    }
  }

  /** Why the text is not matched against a program of that many instructions; empty: it may be. */
  public static Optional<ScorerError> refusal(String text, int programSize) {
    long longest = MAX_STEPS / Math.max(1, programSize);
    return text.length() <= longest
        ? Optional.empty()
        : Optional.of(
            new ScorerError(
                "TEXT_TOO_LONG",
                "%d characters; this pattern is matched against at most %d"
                    .formatted(text.length(), longest)));
  }
}
