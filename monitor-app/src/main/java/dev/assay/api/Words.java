package dev.assay.api;

import dev.assay.model.Objective;
import dev.assay.model.Outcome;
import dev.assay.model.PassCondition;
import dev.assay.model.ScorerState;
import dev.assay.model.TraceStatus;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;

/** The model's constants as people say them. */
final class Words {
  private Words() {}

  static String of(Outcome outcome) {
    return switch (outcome) {
      case PASS -> "pass";
      case FAIL -> "fail";
      case NONE -> "no verdict";
      case ERROR -> "scorer error";
    };
  }

  static String of(TraceStatus status) {
    return switch (status) {
      case OK -> "ok";
      case ERROR -> "error";
      case IN_PROGRESS -> "unfinished";
    };
  }

  static String of(ScorerState state) {
    return of((Enum<?>) state);
  }

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** {@code ≥ 95%}. */
  static String of(Objective objective) {
    return switch (objective.direction()) {
      case AT_LEAST -> "≥ " + Formats.target(objective.target());
      case AT_MOST -> "≤ " + Formats.target(objective.target());
    };
  }

  static String of(PassCondition condition) {
    return switch (condition) {
      case PassCondition.Natural _ -> "yes passes, no fails";
      case PassCondition.AtLeast(var bound) -> "at least " + Formats.number(bound);
      case PassCondition.AtMost(var bound) -> "at most " + Formats.number(bound);
      case PassCondition.OneOf(var allowed) -> "one of " + String.join(", ", allowed);
    };
  }

  /** The id of an element, from texts that may hold anything. */
  static String elementId(String prefix, String... of) {
    var bytes = String.join("\u001f", of).getBytes(StandardCharsets.UTF_8);
    return prefix + UUID.nameUUIDFromBytes(bytes);
  }
}
