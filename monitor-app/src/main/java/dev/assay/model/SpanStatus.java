package dev.assay.model;

/** OpenTelemetry's span status. */
public enum SpanStatus {
  UNSET,
  OK,
  ERROR
}
