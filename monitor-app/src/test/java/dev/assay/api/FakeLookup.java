package dev.assay.api;

import dev.assay.lookup.AssessmentFilter;
import dev.assay.lookup.AssessmentRow;
import dev.assay.lookup.Lookup;
import dev.assay.lookup.LookupUnavailableException;
import dev.assay.lookup.TraceFilter;
import dev.assay.lookup.TraceRow;
import dev.assay.model.Assessment;
import dev.assay.model.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Traces and assessments in memory. */
final class FakeLookup implements Lookup {
  final List<Trace> traces = new ArrayList<>();
  final List<Assessment> assessments = new ArrayList<>();
  boolean unavailable;
  boolean broken;

  @Override
  public Optional<Trace> trace(String traceId) {
    check();
    return traces.stream().filter(trace -> trace.traceId().equals(traceId)).findFirst();
  }

  @Override
  public List<Assessment> assessments(String traceId) {
    check();
    return assessments.stream().filter(a -> a.traceId().equals(traceId)).toList();
  }

  @Override
  public List<TraceRow> recent(TraceFilter filter, int limit) {
    check();
    return traces.reversed().stream()
        .map(Trace::header)
        .filter(header -> filter.app() == null || filter.app().equals(header.app()))
        .limit(limit)
        .map(header ->
            new TraceRow(
                header.traceId(),
                header.revision(),
                header.app(),
                header.environment(),
                header.appVersion(),
                header.name(),
                header.endNanos(),
                header.durationNanos(),
                header.status(),
                header.spanCount(),
                assessments(header.traceId()).stream()
                    .map(a -> new TraceRow.Verdict(a.name(), a.outcome()))
                    .toList()))
        .toList();
  }

  @Override
  public List<AssessmentRow> latest(AssessmentFilter filter, int limit) {
    return latestAssessments(filter, limit).stream().map(FakeLookup::row).toList();
  }

  @Override
  public List<Assessment> latestAssessments(AssessmentFilter filter, int limit) {
    check();
    return assessments.reversed().stream()
        .filter(a -> filter.app() == null || filter.app().equals(a.app()))
        .filter(a -> filter.scorer() == null || filter.scorer().equals(a.name()))
        .filter(a -> filter.outcome() == null || filter.outcome() == a.outcome())
        .limit(limit)
        .toList();
  }

  private static AssessmentRow row(Assessment a) {
    return new AssessmentRow(
        a.traceId(),
        a.app(),
        a.environment(),
        a.appVersion(),
        a.scorer(),
        a.name(),
        a.outcome(),
        a.source(),
        a.sourceId(),
        AssessmentRow.isSimulated(a),
        a.error() == null ? a.rationale() : a.error().message(),
        a.traceEndNanos());
  }

  private void check() {
    if (unavailable) {
      throw new LookupUnavailableException("the index of traces is starting");
    }
    if (broken) {
      throw new IllegalStateException("secret-internal-detail at com.example.Internal");
    }
  }
}
