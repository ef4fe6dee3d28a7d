package dev.assay.scoring;

import dev.assay.model.Trace;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Which text of a trace a scorer looks at. */
enum TextField {
  /** Plain text of what the application answered. */
  ANSWER,
  /** Plain text of what the user asked. */
  QUESTION,
  /** JSON text of what the application answered, as it came. */
  OUTPUTS,
  /** JSON text of what the user asked, as it came. */
  INPUTS;

  static final Parameter PARAMETER =
      Parameter.optional(
          "field",
          "string",
          "which text: `answer` or `question` (plain text), `outputs` or `inputs` (as they came);"
              + " default `answer`");

  static TextField of(Parameters parameters) throws InvalidScorerException {
    return parameters.choice("field", ANSWER);
  }

  private final String label = "the " + name().toLowerCase(Locale.ROOT);

  @Nullable String in(Trace trace) {
    return switch (this) {
      case ANSWER -> trace.answer();
      case QUESTION -> trace.question();
      case OUTPUTS -> trace.outputs();
      case INPUTS -> trace.inputs();
    };
  }

  /** For rationales: {@code the answer}. */
  String label() {
    return label;
  }
}
