package dev.assay.judging;

import dev.assay.scoring.ScorerFactory;
import java.util.List;

/** The kinds of judge there are. */
public final class Judges {
  private Judges() {}

  /** {@code guidelines} and {@code prompt}, on these models. */
  public static List<ScorerFactory> factories(Models models) {
    return List.of(new GuidelinesFactory(models), new PromptFactory(models));
  }
}
