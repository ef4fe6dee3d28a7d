package dev.assay.model;

import java.util.Locale;

/** What was decided for one (trace, scorer) pair. */
public enum Decision {
  SAMPLED,
  FILTERED,
  SAMPLED_OUT,
  OVER_BUDGET,
  PAUSED,
  LOOP_GUARD;

  private final String label = name().toLowerCase(Locale.ROOT);

  /** The value of metrics' {@code decision} label. */
  public String label() {
    return label;
  }
}
