package dev.assay.scoring;

import java.util.List;

/** The inline kinds that ship with Assay: the one list of them. */
public final class BuiltInScorers {
  private BuiltInScorers() {}

  public static List<ScorerFactory> all() {
    return List.of(
        NotEmptyScorer.KIND,
        ContainsScorer.KIND,
        ExcludesScorer.KIND,
        RegexMatchScorer.KIND,
        ResponseLengthScorer.KIND,
        JsonValidityScorer.KIND,
        RefusalScorer.KIND,
        PiiDetectionScorer.KIND,
        LatencyScorer.KIND,
        ErrorStatusScorer.KIND,
        ToolErrorsScorer.KIND,
        ExpressionScorer.KIND);
  }
}
