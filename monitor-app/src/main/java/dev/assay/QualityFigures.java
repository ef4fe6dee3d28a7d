package dev.assay;

import dev.assay.api.QualityEstimate;
import dev.assay.api.QualityReader;
import dev.assay.api.QualityRow;
import dev.assay.api.QualityTimeline;
import dev.assay.api.VersionMark;
import dev.assay.model.QualityWindow.Counts;
import dev.assay.quality.Estimate;
import dev.assay.quality.QualityView;
import dev.assay.quality.RatioSeries;
import dev.assay.quality.SeriesFilter;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The quality stage's figures as pages and API ask for them. */
final class QualityFigures implements QualityReader {
  private final QualityView view;
  private final Duration reach;

  QualityFigures(QualityView view, Duration reach) {
    this.view = view;
    this.reach = reach;
  }

  @Override
  public Duration reach() {
    return reach;
  }

  @Override
  public List<QualityRow> rows(Duration window, Grouping grouping) {
    var groups = new TreeMap<RatioSeries, Counts>();
    for (var summary : view.summaries(window)) {
      groups.merge(group(summary.series(), grouping), summary.counts(), Counts::plus);
    }
    return groups.entrySet().stream()
        .map(entry ->
            new QualityRow(
                entry.getKey().app(),
                entry.getKey().environment(),
                version(entry.getKey(), grouping),
                entry.getKey().scorer(),
                estimate(entry.getValue())))
        .toList();
  }

  @Override
  public List<QualityTimeline> timelines(
      Duration window,
      Duration step,
      Grouping grouping,
      @Nullable String app,
      @Nullable String scorer) {
    var groups = new TreeMap<RatioSeries, Boolean>();
    for (var summary : view.summaries(window, new SeriesFilter(app, null, null, scorer, null))) {
      groups.put(group(summary.series(), grouping), true);
    }
    return groups.keySet().stream()
        .map(group ->
            new QualityTimeline(
                group.app(),
                group.environment(),
                version(group, grouping),
                group.scorer(),
                view
                    .timeline(
                        new SeriesFilter(
                            group.app(),
                            group.environment(),
                            version(group, grouping),
                            group.scorer(),
                            null),
                        window,
                        step)
                    .stream()
                    .map(point ->
                        new QualityTimeline.Point(point.startNanos(), estimate(point.counts())))
                    .toList()))
        .toList();
  }

  @Override
  public List<VersionMark> versions() {
    return view.versions(SeriesFilter.ALL).stream()
        .map(mark ->
            new VersionMark(
                mark.app(), mark.environment(), mark.appVersion(), mark.firstSeenNanos()))
        .toList();
  }

  private static RatioSeries group(RatioSeries series, Grouping grouping) {
    return switch (grouping) {
      case VERSION -> series;
      case SCORER -> new RatioSeries(series.app(), series.environment(), "", series.scorer());
    };
  }

  private static @Nullable String version(RatioSeries group, Grouping grouping) {
    return switch (grouping) {
      case VERSION -> group.appVersion();
      case SCORER -> null;
    };
  }

  private static QualityEstimate estimate(Counts counts) {
    var estimate = Estimate.of(counts);
    return new QualityEstimate(
        counts,
        estimate == null
            ? null
            : new QualityEstimate.PassRate(
                estimate.ratio(), estimate.lower(), estimate.upper(), estimate.effectiveSamples()));
  }
}
