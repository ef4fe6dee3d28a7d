package dev.assay.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A verdict that an application reported itself, on its spans.
 *
 * @param traceId the trace it concerns: 32 lower-case hex digits
 * @param spanId when it concerns one span
 * @param sessionId when it concerns a whole session
 * @param name {@code [a-zA-Z0-9_./-]{1,128}}
 * @param identifier tells apart verdicts of one name on one target; empty where there is none
 * @param score absent when the evaluation failed
 * @param outcome what its label says; NONE where it says neither pass nor fail
 * @param sourceId who assessed, or the instrumentation that reported it
 */
public record ReportedEvaluation(
    String traceId,
    @Nullable String spanId,
    @Nullable String sessionId,
    String name,
    String identifier,
    @Nullable Score score,
    Outcome outcome,
    @Nullable String rationale,
    SourceType source,
    String sourceId,
    @Nullable ScorerError error,
    Map<String, String> metadata) {
  public ReportedEvaluation {
    if (!name.matches("[a-zA-Z0-9_./-]{1,128}")) {
      throw new IllegalArgumentException(
          "a name must match [a-zA-Z0-9_./-]{1,128}, was '" + name + "'");
    }
    if ((score == null) != (error != null) || (error != null) != (outcome == Outcome.ERROR)) {
      throw new IllegalArgumentException("an evaluation has either a score or an error");
    }
    metadata = Map.copyOf(metadata);
  }
}
