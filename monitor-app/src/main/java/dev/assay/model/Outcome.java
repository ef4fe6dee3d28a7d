package dev.assay.model;

/**
 * A value held against its scorer's pass condition. {@code NONE}: a value without a condition.
 * {@code ERROR}: the scorer failed, which is never a zero.
 */
public enum Outcome {
  PASS,
  FAIL,
  NONE,
  ERROR
}
