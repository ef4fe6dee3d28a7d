package dev.assay.model;

/** How a trace ended. {@code IN_PROGRESS}: it was closed before its root ended. */
public enum TraceStatus {
  OK,
  ERROR,
  IN_PROGRESS
}
