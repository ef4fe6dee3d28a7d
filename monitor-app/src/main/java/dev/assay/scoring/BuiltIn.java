package dev.assay.scoring;

import dev.assay.model.ScorerSpec;
import java.util.List;

/** A kind of scorer that ships with Assay. */
record BuiltIn(
    String kind,
    String description,
    List<Parameter> parameters,
    String value,
    String example,
    Maker maker)
    implements ScorerFactory {
  /** Reads the parameters of one definition. */
  @FunctionalInterface
  interface Maker {
    Scorer make(Parameters parameters) throws InvalidScorerException;
  }

  @Override
  public Scorer create(ScorerSpec spec) throws InvalidScorerException {
    return maker.make(Parameters.of(spec));
  }
}
