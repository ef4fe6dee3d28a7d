package dev.assay.scoring;

import dev.assay.model.Feedback;
import dev.assay.model.Span;
import dev.assay.model.SpanStatus;
import dev.assay.model.Trace;
import dev.assay.model.TraceStatus;
import java.util.List;

/** Passes when the trace, or every span of it, ended without an error. */
final class ErrorStatusScorer implements Scorer {
  static final ScorerFactory KIND =
      new BuiltIn(
          "error_status",
          "The trace did not end with an error.",
          List.of(
              Parameter.optional(
                  "any_span", "boolean", "an error in any span fails it too; default false")),
          "boolean",
          "{any_span: true}",
          parameters -> new ErrorStatusScorer(parameters.flag("any_span", false)));

  private final boolean anySpan;

  private ErrorStatusScorer(boolean anySpan) {
    this.anySpan = anySpan;
  }

  @Override
  public List<Feedback> score(Trace trace) {
    if (trace.header().status() == TraceStatus.ERROR) {
      return List.of(Feedback.of(false, "the trace ended with status ERROR"));
    }
    var failed =
        anySpan
            ? trace.spans().stream().filter(span -> span.status() == SpanStatus.ERROR).toList()
            : List.<Span>of();
    return List.of(
        failed.isEmpty()
            ? Feedback.of(true, "the trace ended with status " + trace.header().status())
            : Feedback.of(
                false,
                Counted.of(failed.size(), "span")
                    + " ended with an error: "
                    + Counted.names(failed.stream().map(Span::name).toList())));
  }
}
