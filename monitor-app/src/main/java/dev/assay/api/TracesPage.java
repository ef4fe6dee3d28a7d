package dev.assay.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lists of traces.
 *
 * @param show {@code recent}, {@code failing} or {@code errors}
 * @param app the filter, or empty
 * @param scorer the filter, or empty
 * @param scorers to choose from
 * @param failing for the other two
 */
record TracesPage(
    String show,
    String app,
    String scorer,
    List<String> apps,
    List<String> scorers,
    List<Row> recent,
    FailingList failing,
    @Nullable String unavailable) {
  /**
   * One trace.
   *
   * @param marks what failed or could not be scored
   * @param passed how many verdicts passed
   */
  record Row(
      String traceId,
      String app,
      String environment,
      String appVersion,
      String name,
      String status,
      String statusCss,
      String duration,
      int spanCount,
      String ago,
      String utc,
      List<Mark> marks,
      int passed) {}

  /** A verdict in short. */
  record Mark(String name, String outcome, String css) {}
}
