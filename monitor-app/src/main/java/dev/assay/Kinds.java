package dev.assay;

import dev.assay.scoring.Scorers;
import java.util.List;

/** The kinds of scorer an instance knows. */
final class Kinds {
  private Kinds() {}

  static Scorers builtIn() {
    return new Scorers(List.of());
  }
}
