package dev.assay.scoring;

import dev.assay.model.Feedback;
import dev.assay.model.Trace;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Passes when there is a text that says something. */
final class NotEmptyScorer implements Scorer {
  static final ScorerFactory KIND =
      new BuiltIn(
          "not_empty",
          "The text is there and holds more than white space; `null`, `\"\"`, `[]` and `{}` in"
              + " `outputs` or `inputs` count as empty.",
          List.of(TextField.PARAMETER),
          "boolean",
          "{}",
          parameters -> new NotEmptyScorer(TextField.of(parameters)));

  private static final Set<String> EMPTY_JSON = Set.of("null", "\"\"", "[]", "{}");

  private final TextField field;

  private NotEmptyScorer(TextField field) {
    this.field = field;
  }

  @Override
  public List<Feedback> score(Trace trace) {
    var problem = problem(field.in(trace));
    return List.of(
        Feedback.of(
            problem == null, field.label() + (problem == null ? " is not empty" : problem)));
  }

  private @Nullable String problem(@Nullable String text) {
    if (text == null) {
      return " is missing";
    }
    if (text.codePoints().allMatch(NotEmptyScorer::isBlank)) {
      return " is blank";
    }
    boolean json = field == TextField.OUTPUTS || field == TextField.INPUTS;
    return json && text.length() < 100 && EMPTY_JSON.contains(text.strip()) ? " is empty" : null;
  }

  // also the spaces that isWhitespace leaves out: no-break, zero width, byte order mark
  private static boolean isBlank(int c) {
    return Character.isWhitespace(c)
        || Character.isSpaceChar(c)
        || Character.getType(c) == Character.FORMAT
        || Character.getType(c) == Character.CONTROL;
  }
}
