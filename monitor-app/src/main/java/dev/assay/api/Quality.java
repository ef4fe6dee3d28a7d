package dev.assay.api;

import dev.assay.model.QualityWindow.Counts;
import dev.assay.quality.QualityView;
import dev.assay.quality.RatioSeries;
import dev.assay.quality.SeriesFilter;
import dev.assay.quality.VersionMark;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The quality stage's view, asked as pages and API need it: by groups, in windows, over time. */
final class Quality {
  /** What figures are summed over. */
  enum Grouping {
    /** By app, environment and scorer, all versions together. */
    SCORER,
    /** By app, environment, scorer and the application's version. */
    VERSION
  }

  private final QualityView view;
  private final Duration reach;

  /**
   * @param reach how far back the view holds minutes
   */
  Quality(QualityView view, Duration reach) {
    this.view = view;
    this.reach = reach;
  }

  private record Group(String app, String environment, @Nullable String appVersion, String scorer) {
    static Group of(RatioSeries series, Grouping grouping) {
      return new Group(
          series.app(),
          series.environment(),
          switch (grouping) {
            case SCORER -> null;
            case VERSION -> series.appVersion();
          },
          series.scorer());
    }

    SeriesFilter filter() {
      return new SeriesFilter(app, environment, appVersion, scorer, null);
    }
  }

  /** How far back there are figures: no window is longer. */
  Duration reach() {
    return reach;
  }

  /** Figures over traces that ended within the window before now. */
  List<QualityRow> rows(Duration window, Grouping grouping) {
    return groups(window, grouping, SeriesFilter.ALL).entrySet().stream()
        .map(group ->
            new QualityRow(
                group.getKey().app(),
                group.getKey().environment(),
                group.getKey().appVersion(),
                group.getKey().scorer(),
                QualityEstimate.of(group.getValue())))
        .toList();
  }

  /**
   * The same over time.
   *
   * @param window before now, ≥ {@code step}
   * @param step length of one point, whole minutes
   * @param app only of this one, if given
   * @param scorer only of this one, if given
   */
  List<QualityTimeline> timelines(
      Duration window,
      Duration step,
      Grouping grouping,
      @Nullable String app,
      @Nullable String scorer) {
    var filter = new SeriesFilter(app, null, null, scorer, null);
    return groups(window, grouping, filter).keySet().stream()
        .map(group ->
            new QualityTimeline(
                group.app(),
                group.environment(),
                group.appVersion(),
                group.scorer(),
                view.timeline(group.filter(), window, step).stream()
                    .filter(point -> !isEmpty(point.counts()))
                    .map(point ->
                        new QualityTimeline.Point(
                            point.startNanos(),
                            new QualityEstimate(point.counts(), point.estimate())))
                    .toList()))
        .toList();
  }

  /**
   * The versions of every application, in the order they came; as far back as there are figures.
   */
  List<VersionMark> versions() {
    return view.versions(SeriesFilter.ALL);
  }

  /** What was counted in the window, for groups where something was. */
  private Map<Group, Counts> groups(Duration window, Grouping grouping, SeriesFilter filter) {
    var groups = new LinkedHashMap<Group, Counts>();
    for (var summary : view.summaries(window, filter)) {
      if (!isEmpty(summary.counts())) {
        groups.merge(Group.of(summary.series(), grouping), summary.counts(), Counts::plus);
      }
    }
    return groups;
  }

  private static boolean isEmpty(Counts counts) {
    return counts.passed() == 0
        && counts.failed() == 0
        && counts.unjudged() == 0
        && counts.errors() == 0;
  }
}
