package dev.assay.scoring;

import com.google.re2j.Pattern;
import dev.assay.model.Feedback;
import dev.assay.model.Trace;
import dev.assay.redaction.Patterns;
import java.util.List;

/** Passes when a text matches a regular expression. */
final class RegexMatchScorer implements Scorer {
  static final ScorerFactory KIND =
      new BuiltIn(
          "regex_match",
          "The text matches a regular expression (RE2 syntax; linear time). Fails where there is no"
              + " text.",
          List.of(
              Parameter.required("pattern", "string", "RE2; `(?i)` in front ignores case"),
              Parameter.optional(
                  "full_match",
                  "boolean",
                  "the whole text must match; default false: anywhere in it"),
              TextField.PARAMETER),
          "boolean",
          "{pattern: \"\\\\bORD-[0-9]{6}\\\\b\"}",
          RegexMatchScorer::of);

  private final Pattern pattern;
  private final boolean whole;
  private final TextField field;

  private RegexMatchScorer(Pattern pattern, boolean whole, TextField field) {
    this.pattern = pattern;
    this.whole = whole;
    this.field = field;
  }

  private static Scorer of(Parameters parameters) throws InvalidScorerException {
    try {
      return new RegexMatchScorer(
          Patterns.compile(parameters.text("pattern", Integer.MAX_VALUE)),
          parameters.flag("full_match", false),
          TextField.of(parameters));
    } catch (IllegalArgumentException e) {
      throw new InvalidScorerException("parameters.pattern", String.valueOf(e.getMessage()));
    }
  }

  @Override
  public List<Feedback> score(Trace trace) {
    var text = field.in(trace);
    if (text == null) {
      return List.of(Feedback.of(false, field.label() + " is missing"));
    }
    var refusal = Patterns.refusal(text, pattern.programSize());
    if (refusal.isPresent()) {
      return List.of(Feedback.failed(refusal.get()));
    }
    var matcher = pattern.matcher(text);
    boolean matched = whole ? matcher.matches() : matcher.find();
    // Where, not what: the owner may be looking for card numbers.
    return List.of(
        Feedback.of(
            matched,
            matched
                ? "%s matches at character %d, %d long"
                    .formatted(field.label(), matcher.start() + 1, matcher.end() - matcher.start())
                : field.label() + " does not match"));
  }
}
