package dev.assay.lookup;

import dev.assay.model.Assessment;
import dev.assay.model.Trace;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Finds traces and their assessments for pages and the API. The answers come from an index of where
 * the records are; the records themselves are read back from Kafka.
 *
 * <p>Every method may wait for Kafka and throws {@link LookupUnavailableException} where it cannot
 * answer for now.
 */
public interface Lookup {
  /** What a trace id may look like; a trace published under any other id is not indexed. */
  Pattern TRACE_ID = Pattern.compile("[A-Za-z0-9._:-]{1,128}");

  /** The newest revision of a trace; empty if it is not known or no longer kept. */
  Optional<Trace> trace(String traceId);

  /**
   * Every verdict on a trace, of all its revisions, each assessment id once, in the order of their
   * arrival; at most {@value StreamsLookup#MAX_ASSESSMENTS} of the newest.
   */
  List<Assessment> assessments(String traceId);

  /** Traces in the order of their arrival, newest first. Under much traffic a sample of them. */
  List<TraceRow> recent(TraceFilter filter, int limit);

  /** Verdicts in the order of their arrival, newest first. Under much traffic a sample of them. */
  List<AssessmentRow> latest(AssessmentFilter filter, int limit);

  /** The whole records of {@link #latest}, those that are still kept. */
  List<Assessment> latestAssessments(AssessmentFilter filter, int limit);
}
