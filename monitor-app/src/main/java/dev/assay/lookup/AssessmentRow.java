package dev.assay.lookup;

import dev.assay.model.Assessment;
import dev.assay.model.Outcome;
import dev.assay.model.SourceType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An assessment as a list shows it. Texts are cut to {@value TraceEntry#MAX_TEXT} characters, the
 * rationale to {@value #MAX_RATIONALE}.
 *
 * @param rationale why, or the error that kept the scorer from a value
 * @param traceEndNanos nanoseconds since 1970-01-01T00:00:00Z
 */
public record AssessmentRow(
    String traceId,
    String app,
    String environment,
    String appVersion,
    String scorer,
    String name,
    Outcome outcome,
    SourceType source,
    String sourceId,
    boolean simulated,
    @Nullable String rationale,
    long traceEndNanos) {
  static final int MAX_RATIONALE = 300;

  static AssessmentRow of(Assessment assessment) {
    var error = assessment.error();
    var why =
        error != null && assessment.rationale() == null ? error.message() : assessment.rationale();
    return new AssessmentRow(
        assessment.traceId(),
        TraceEntry.cut(assessment.app()),
        TraceEntry.cut(assessment.environment()),
        TraceEntry.cut(assessment.appVersion()),
        TraceEntry.cut(assessment.scorer()),
        TraceEntry.cut(assessment.name()),
        assessment.outcome(),
        assessment.source(),
        TraceEntry.cut(assessment.sourceId()),
        isSimulated(assessment),
        why == null ? null : TraceEntry.cut(why, MAX_RATIONALE),
        assessment.traceEndNanos());
  }

  /**
   * Whether a stand-in model judged: its metadata says {@code simulated: true}, or its name has the
   * word in it. Wherever such a verdict is shown, it is called simulated.
   */
  public static boolean isSimulated(Assessment assessment) {
    return Boolean.parseBoolean(assessment.metadata().get("simulated"))
        || assessment.sourceId().toLowerCase(Locale.ROOT).contains("simulated");
  }
}
