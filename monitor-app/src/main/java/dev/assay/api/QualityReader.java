package dev.assay.api;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where pages and API read quality from: the composition root puts the quality stage behind it. */
public interface QualityReader {
  /** What figures are summed over. */
  enum Grouping {
    /** By app, environment and scorer, all versions together. */
    SCORER,
    /** By app, environment, scorer and the application's version. */
    VERSION
  }

  /** How far back there are figures: no window is longer. */
  Duration reach();

  /** Figures over traces that ended within the window before now; in any order. */
  List<QualityRow> rows(Duration window, Grouping grouping);

  /**
   * The same over time.
   *
   * @param window before now, ≥ {@code step}
   * @param step length of one point, ≥ 1 minute
   * @param app only of this one, if given
   * @param scorer only of this one, if given
   */
  List<QualityTimeline> timelines(
      Duration window,
      Duration step,
      Grouping grouping,
      @Nullable String app,
      @Nullable String scorer);

  /**
   * The versions of every application, in the order they came; as far back as there are figures.
   */
  List<VersionMark> versions();
}
