package dev.assay.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The latest verdicts of one outcome.
 *
 * @param unavailable why there is no list for now
 */
record FailingList(List<Row> rows, @Nullable String unavailable) {
  /** One verdict on one trace. */
  record Row(
      String id,
      String traceId,
      String app,
      String environment,
      String appVersion,
      String scorer,
      String outcome,
      String css,
      Source source,
      @Nullable String rationale,
      String ago,
      String utc) {}
}
