package dev.assay.model;

/** {@code FEEDBACK} judges an answer; {@code EXPECTATION} says what it should have been. */
public enum AssessmentKind {
  FEEDBACK,
  EXPECTATION
}
