package dev.assay.model;

/** What was decided for one (trace, scorer) pair. */
public enum Decision {
  SAMPLED,
  FILTERED,
  SAMPLED_OUT,
  OVER_BUDGET,
  PAUSED,
  LOOP_GUARD
}
