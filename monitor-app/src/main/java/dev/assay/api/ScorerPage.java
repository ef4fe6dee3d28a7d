package dev.assay.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One scorer: its definition, its pass rate over time by version, what failed last.
 *
 * @param definition absent for a feedback's name that is no scorer's
 */
record ScorerPage(
    String name,
    ScorersPage.@Nullable Row definition,
    List<Fact> facts,
    @Nullable String parameters,
    String window,
    List<String> windows,
    List<App> apps,
    FailingList failing,
    FailingList errors) {
  /** A label and what it says. */
  record Fact(String label, String value) {}

  /**
   * One application.
   *
   * @param objective as a ratio for the chart, or empty
   */
  record App(String app, String environment, String objective, List<VersionRow> versions) {}

  /** One version; the newest first. */
  record VersionRow(
      String version,
      String passRate,
      @Nullable String interval,
      String effectiveSamples,
      String passed,
      String failed,
      String unjudged,
      String errors,
      @Nullable String mean,
      Standing standing,
      boolean worse) {}
}
