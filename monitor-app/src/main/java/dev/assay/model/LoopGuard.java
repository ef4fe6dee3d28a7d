package dev.assay.model;

import java.util.Set;

/** Traces that judges and evaluation runs leave behind: scoring them would feed on itself. */
public final class LoopGuard {
  // MLflow's evaluation runs, MLflow's scorers, our own judges
  private static final Set<String> MARKS =
      Set.of("mlflow.sourceRun", "mlflow.trace.sourceScorer", "assay.source_scorer");

  // Langfuse's own judges trace themselves into it
  private static final String LANGFUSE_JUDGES = "langfuse-llm-as-a-judge";

  private LoopGuard() {}

  /** Whether a judge or an evaluation run made the trace: it must never be scored. */
  public static boolean holds(TraceHeader header) {
    if (header.environment().equals(LANGFUSE_JUDGES)) {
      return true;
    }
    for (var mark : MARKS) {
      if (header.metadata().containsKey(mark) || header.tags().containsKey(mark)) {
        return true;
      }
    }
    return false;
  }
}
