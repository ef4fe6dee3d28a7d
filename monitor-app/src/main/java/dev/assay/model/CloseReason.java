package dev.assay.model;

/**
 * Why assembly closed a trace. {@code PUBLISHED}: an application sent the whole trace itself, and
 * nothing was assembled.
 */
public enum CloseReason {
  ROOT_ENDED,
  IDLE,
  MAX_AGE,
  SIZE,
  PUBLISHED
}
