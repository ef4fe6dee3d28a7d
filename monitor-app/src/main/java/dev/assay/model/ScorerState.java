package dev.assay.model;

/** Whether a scorer runs. {@code PAUSED}: by Assay itself, for a stated reason. */
public enum ScorerState {
  REGISTERED,
  ACTIVE,
  STOPPED,
  PAUSED
}
