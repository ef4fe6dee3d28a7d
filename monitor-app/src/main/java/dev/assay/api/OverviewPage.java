package dev.assay.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The overview: what runs, how good it is, what failed last.
 *
 * @param window as in the address: {@code 1h}
 * @param attention what somebody should look at, the worst first
 * @param app the one application shown, or empty
 * @param moreApps applications there was no room for
 * @param empty nothing has come in yet
 */
record OverviewPage(
    String window,
    List<String> windows,
    List<Tile> tiles,
    List<HealthPage.Part> parts,
    List<Attention> attention,
    String app,
    List<AppSection> apps,
    List<String> moreApps,
    FailingList failing,
    boolean noScorers,
    boolean empty) {
  /** One figure. */
  record Tile(String label, String value, @Nullable String note, String css) {}

  /**
   * @param link where to look, a path of ours
   */
  record Attention(String css, String what, String where, String detail, @Nullable String link) {}

  /** An application in one environment. */
  record AppSection(
      String app,
      String environment,
      @Nullable String tracesPerMinute,
      List<Version> versions,
      List<Row> rows) {}

  /** A version of an application, newest first. */
  record Version(String name, String share) {}

  /**
   * One scorer on one application.
   *
   * @param id of the row's elements, unique on the page and the same at every refresh
   * @param passRate or the mean, where nothing is judged; a dash where there is neither
   */
  record Row(
      String id,
      String scorer,
      String kind,
      @Nullable String state,
      boolean hasPassRate,
      String passRate,
      @Nullable String interval,
      String samples,
      @Nullable String errors,
      @Nullable String objective,
      Standing standing,
      @Nullable String burnRate,
      List<VersionRate> versions) {}

  /**
   * The pass rate of one version.
   *
   * @param worse than the version before it, by more than chance
   */
  record VersionRate(String name, String passRate, String title, boolean worse) {}
}
