package dev.assay.assembly;

import dev.assay.model.Span;
import dev.assay.model.SpanStatus;
import dev.assay.model.Trace;
import dev.assay.wire.convention.ReportedEvaluations;
import java.util.HashSet;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What spans that came after the close mean for their trace. */
final class LateSpans {
  private LateSpans() {}

  /**
   * Whether a revision says something else than the one before: another status, question or answer,
   * a new span that is a root, failed, or has an output, or a verdict that was not reported yet.
   */
  static boolean matter(@Nullable Trace before, @Nullable Trace after) {
    if (before == null || after == null) {
      return after != null;
    }
    if (before.header().status() != after.header().status()
        || !Objects.equals(before.inputs(), after.inputs())
        || !Objects.equals(before.outputs(), after.outputs())) {
      return true;
    }
    var known = new HashSet<String>();
    before.spans().forEach(span -> known.add(span.spanId()));
    return after.spans().stream().anyMatch(span -> !known.contains(span.spanId()) && says(span))
        || verdicts(after) > verdicts(before);
  }

  private static int verdicts(Trace trace) {
    return ReportedEvaluations.in(trace.header()) ? ReportedEvaluations.of(trace).size() : 0;
  }

  private static boolean says(Span span) {
    return span.parentId() == null || span.status() == SpanStatus.ERROR || span.outputs() != null;
  }

  /** The bucket of an age, as a label: so long after the close, at most. */
  static String age(long millis) {
    return millis <= 1_000
        ? "1s"
        : millis <= 10_000 ? "10s" : millis <= 60_000 ? "1m" : millis <= 600_000 ? "10m" : "1d";
  }
}
