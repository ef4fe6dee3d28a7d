package dev.assay.demo;

import java.util.Map;
import java.util.Set;

/**
 * A trace to be sent, and what is true of it.
 *
 * @param answer empty where the application failed
 */
record PlannedTrace(
    String app,
    String version,
    Phase phase,
    PlannedSpan root,
    String question,
    String answer,
    Set<Defect> defects) {
  PlannedTrace {
    defects = Set.copyOf(defects);
  }

  /** By {@link Aspect#key}. */
  Map<String, Boolean> truth() {
    return Defect.truth(defects);
  }
}
