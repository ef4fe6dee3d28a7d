package dev.assay.scoring;

import dev.assay.model.Feedback;
import dev.assay.model.Trace;
import dev.assay.redaction.PiiScan;
import dev.assay.redaction.PiiType;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Passes when a text holds no personal data and no secret. Never repeats what it found. */
final class PiiDetectionScorer implements Scorer {
  static final ScorerFactory KIND =
      new BuiltIn(
          "pii_detection",
          "The text holds no personal data and no secret: e-mail, phone, card (issuer and Luhn"
              + " checksum), IBAN (length and mod-97 checksum), US social security number, secret"
              + " (API keys, tokens, JWTs, private keys). The rationale gives types and counts,"
              + " never the data.",
          List.of(
              Parameter.optional(
                  "types",
                  "list of strings",
                  "`email`, `phone`, `card`, `iban`, `ssn`, `secret`, `random`; default all but"
                      + " `random`"),
              TextField.PARAMETER),
          "boolean",
          "{types: [email, card, iban]}",
          PiiDetectionScorer::of);

  private final Set<PiiType> types;
  private final TextField field;

  private PiiDetectionScorer(Set<PiiType> types, TextField field) {
    this.types = types;
    this.field = field;
  }

  private static Scorer of(Parameters parameters) throws InvalidScorerException {
    var types = parameters.choices("types", PiiType.class);
    return new PiiDetectionScorer(
        types.isEmpty() ? EnumSet.complementOf(EnumSet.of(PiiType.RANDOM)) : types,
        TextField.of(parameters));
  }

  @Override
  public List<Feedback> score(Trace trace) {
    var text = field.in(trace);
    if (text == null) {
      return List.of(Feedback.of(true, field.label() + " is missing"));
    }
    var found = PiiScan.count(text, types);
    return List.of(
        Feedback.of(
            found.isEmpty(),
            found.isEmpty() ? "none found in " + field.label() : field.label() + summary(found)));
  }

  private static String summary(Map<PiiType, Integer> found) {
    return found.entrySet().stream()
        .map(entry -> entry.getKey().counted(entry.getValue()))
        .collect(Collectors.joining(", ", " has ", ""));
  }
}
