package dev.assay.model;

/** What a span did. */
public enum SpanType {
  LLM,
  CHAT_MODEL,
  CHAIN,
  AGENT,
  TOOL,
  RETRIEVER,
  EMBEDDING,
  RERANKER,
  PARSER,
  GUARDRAIL,
  EVALUATOR,
  MEMORY,
  WORKFLOW,
  TASK,
  UNKNOWN;

  /** Whether the span is a call of a generating model. */
  public boolean isModelCall() {
    return this == LLM || this == CHAT_MODEL;
  }
}
