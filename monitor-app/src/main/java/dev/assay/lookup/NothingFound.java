package dev.assay.lookup;

import dev.assay.model.Assessment;
import dev.assay.model.Trace;
import java.util.List;
import java.util.Optional;

/** Where an instance keeps no index: the role {@code api} is not among its roles. */
public final class NothingFound implements Lookup {
  @Override
  public Optional<Trace> trace(String traceId) {
    return Optional.empty();
  }

  @Override
  public List<Assessment> assessments(String traceId) {
    return List.of();
  }

  @Override
  public List<TraceRow> recent(TraceFilter filter, int limit) {
    return List.of();
  }

  @Override
  public List<AssessmentRow> latest(AssessmentFilter filter, int limit) {
    return List.of();
  }

  @Override
  public List<Assessment> latestAssessments(AssessmentFilter filter, int limit) {
    return List.of();
  }
}
