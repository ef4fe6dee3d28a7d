package dev.assay.demo;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What can be wrong with a trace, on purpose. */
public enum Defect {
  /** The model call failed, and there is no answer. */
  MODEL_ERROR(Aspect.HELPFUL),
  EMPTY_ANSWER(Aspect.HELPFUL),
  /** Synthetic personal data of somebody else is in the answer. */
  PII_LEAK(Aspect.ON_POLICY),
  REFUSAL(Aspect.HELPFUL),
  /** The answer should be JSON and is not. */
  BROKEN_JSON,
  /** A tool call failed; the agent says so. */
  TOOL_FAILURE(Aspect.HELPFUL),
  UNHELPFUL(Aspect.HELPFUL),
  UNGROUNDED(Aspect.GROUNDED),
  RUDE(Aspect.POLITE),
  OFF_POLICY(Aspect.ON_POLICY),
  /** Took at least {@link Latency#SLOW}; comes on top of any other. */
  SLOW;

  // Set.of: immutable, which its type does not say
  @SuppressWarnings("ImmutableEnumChecker")
  private final Set<Aspect> spoils;

  Defect(Aspect... spoils) {
    this.spoils = Set.of(spoils);
  }

  /** The name in lower case. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The true verdicts on an answer with these defects, by {@link Aspect#key}. */
  static Map<String, Boolean> truth(Set<Defect> defects) {
    var good = EnumSet.allOf(Aspect.class);
    defects.forEach(defect -> good.removeAll(defect.spoils));
    var truth = new TreeMap<String, Boolean>();
    for (var aspect : Aspect.values()) {
      truth.put(aspect.key(), good.contains(aspect));
    }
    return truth;
  }
}
