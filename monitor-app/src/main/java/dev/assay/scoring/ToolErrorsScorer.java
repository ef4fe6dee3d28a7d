package dev.assay.scoring;

import dev.assay.model.Feedback;
import dev.assay.model.Span;
import dev.assay.model.SpanStatus;
import dev.assay.model.SpanType;
import dev.assay.model.ToolCall;
import dev.assay.model.Trace;
import java.util.List;
import java.util.stream.Stream;

/** Passes when at most so many tool calls failed. */
final class ToolErrorsScorer implements Scorer {
  static final ScorerFactory KIND =
      new BuiltIn(
          "tool_errors",
          "At most so many tool calls failed; passes where no tool was called.",
          List.of(Parameter.optional("max_errors", "integer", "failed calls allowed; default 0")),
          "boolean",
          "{max_errors: 1}",
          parameters -> new ToolErrorsScorer(parameters.integer("max_errors", 0, 0, 1_000_000)));

  private final long maxErrors;

  private ToolErrorsScorer(long maxErrors) {
    this.maxErrors = maxErrors;
  }

  @Override
  public List<Feedback> score(Trace trace) {
    var told = trace.toldToolCalls();
    var spans = trace.spans().stream().filter(ToolErrorsScorer::isCall).toList();
    int calls = spans.size() + told.size();
    var failed =
        Stream.concat(
                spans.stream().filter(ToolErrorsScorer::failed).map(ToolErrorsScorer::name),
                told.stream().filter(call -> call.status() == SpanStatus.ERROR).map(ToolCall::name))
            .toList();
    if (failed.isEmpty()) {
      return List.of(
          Feedback.of(
              true,
              calls == 0
                  ? "no tool was called"
                  : Counted.of(calls, "tool call") + ", none failed"));
    }
    return List.of(
        Feedback.of(
            failed.size() <= maxErrors,
            "%d of %s failed, %d allowed: %s"
                .formatted(
                    failed.size(),
                    Counted.of(calls, "tool call"),
                    maxErrors,
                    Counted.names(failed))));
  }

  private static boolean isCall(Span span) {
    return span.type() == SpanType.TOOL || span.toolCall() != null;
  }

  private static boolean failed(Span span) {
    var call = span.toolCall();
    return span.status() == SpanStatus.ERROR || (call != null && call.status() == SpanStatus.ERROR);
  }

  private static String name(Span span) {
    var call = span.toolCall();
    return call == null ? span.name() : call.name();
  }
}
