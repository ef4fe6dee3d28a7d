package dev.assay.scoring;

import dev.assay.model.Feedback;
import dev.assay.model.Trace;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** Passes when a text is neither too short nor too long. */
final class ResponseLengthScorer implements Scorer {
  static final ScorerFactory KIND =
      new BuiltIn(
          "response_length",
          "The text's length is within bounds, both inclusive; a missing text has length 0.",
          List.of(
              Parameter.optional("min", "integer", "at least this many; ≥ 0"),
              Parameter.optional("max", "integer", "at most this many; at least one bound"),
              Parameter.optional(
                  "unit",
                  "string",
                  "`chars` (Unicode code points) or `words` (separated by white space); default"
                      + " `chars`"),
              TextField.PARAMETER),
          "boolean",
          "{min: 20, max: 300, unit: words}",
          ResponseLengthScorer::of);

  private static final long MOST = 1_000_000_000;

  /** What is counted. */
  private enum Unit {
    CHARS,
    WORDS;

    private final String label = name().toLowerCase(Locale.ROOT);
  }

  private final OptionalLong min;
  private final OptionalLong max;
  private final Unit unit;
  private final TextField field;

  private ResponseLengthScorer(OptionalLong min, OptionalLong max, Unit unit, TextField field) {
    this.min = min;
    this.max = max;
    this.unit = unit;
    this.field = field;
  }

  private static Scorer of(Parameters parameters) throws InvalidScorerException {
    var min = parameters.optionalInteger("min", 0, MOST);
    var max = parameters.optionalInteger("max", 0, MOST);
    if (min.isEmpty() && max.isEmpty()) {
      throw new InvalidScorerException("parameters", "min or max is required, or both");
    }
    if (min.isPresent() && max.isPresent() && min.getAsLong() > max.getAsLong()) {
      throw new InvalidScorerException(
          "parameters.min",
          "was %d; allowed: at most max, which is %d".formatted(min.getAsLong(), max.getAsLong()));
    }
    return new ResponseLengthScorer(
        min, max, parameters.choice("unit", Unit.CHARS), TextField.of(parameters));
  }

  @Override
  public List<Feedback> score(Trace trace) {
    var text = field.in(trace);
    long length = text == null ? 0 : length(text);
    boolean tooShort = min.isPresent() && length < min.getAsLong();
    boolean tooLong = max.isPresent() && length > max.getAsLong();
    var allowed =
        tooShort
            ? ", at least " + min.getAsLong() + " needed"
            : tooLong ? ", at most " + max.getAsLong() + " allowed" : "";
    return List.of(
        Feedback.of(
            !tooShort && !tooLong, field.label() + " has " + length + " " + unit.label + allowed));
  }

  private long length(String text) {
    return switch (unit) {
      case CHARS -> text.codePointCount(0, text.length());
      case WORDS -> words(text);
    };
  }

  private static long words(String text) {
    long words = 0;
    boolean within = false;
    for (int i = 0; i < text.length(); i++) {
      boolean space = Character.isWhitespace(text.charAt(i)) || text.charAt(i) == '\u00a0';
      words += !space && !within ? 1 : 0;
      within = !space;
    }
    return words;
  }
}
