package dev.assay.model;

/** What a scorer looks at. */
public enum Level {
  SPAN,
  TRACE,
  SESSION
}
