package dev.assay.scoring;

import dev.assay.model.ScorerSpec;

/**
 * Makes the scorers of one kind. To add a kind, implement this, name the class in {@code
 * META-INF/services/dev.assay.scoring.ScorerFactory} and drop the jar into the plugins folder; the
 * class needs a public constructor without parameters.
 */
public interface ScorerFactory {
  /** What {@code kind:} names in a definition: {@code [a-z][a-z0-9_]*}, unique. */
  String kind();

  /** One line for the catalogue: what the scorer checks. */
  String description();

  /** What {@code parameters:} may hold, in the order to document them. */
  java.util.List<Parameter> parameters();

  /** What its assessments hold, for the catalogue: {@code boolean}, {@code number} … */
  default String value() {
    return "boolean";
  }

  /** Parameters in YAML that work, for the catalogue. */
  default String example() {
    return "{}";
  }

  /**
   * Makes a scorer. Called at start for every definition, so a mistake in one is refused before any
   * trace is read.
   *
   * @throws InvalidScorerException naming the field and what is allowed
   */
  Scorer create(ScorerSpec spec) throws InvalidScorerException;
}
