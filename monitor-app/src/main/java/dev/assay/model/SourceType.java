package dev.assay.model;

/** Who assessed. */
public enum SourceType {
  CODE,
  LLM_JUDGE,
  HUMAN
}
