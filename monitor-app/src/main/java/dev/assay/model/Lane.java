package dev.assay.model;

/**
 * Where a scorer runs. {@code INLINE}: pure, microseconds, no I/O: in the topology. {@code WORKER}:
 * anything that calls out or takes more than a millisecond.
 */
public enum Lane {
  INLINE,
  WORKER
}
