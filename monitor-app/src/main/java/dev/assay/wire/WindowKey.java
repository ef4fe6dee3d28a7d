package dev.assay.wire;

import dev.assay.model.QualitySeries;
import dev.assay.model.QualityWindow;
import dev.assay.model.SourceType;
import java.util.List;

/**
 * The keys of quality records: the label values of a series joined by 0x1F, which cannot stand in
 * them, and for a window its start behind them.
 */
public final class WindowKey {
  private static final char SEPARATOR = '\u001f';

  private WindowKey() {}

  /** The series alone: the key of its running total. */
  public static String of(QualitySeries series) {
    return String.join(
        "\u001f",
        List.of(
            clean(series.app()),
            clean(series.environment()),
            clean(series.appVersion()),
            clean(series.scorer()),
            clean(series.scorerVersion()),
            series.source().name()));
  }

  /** The series and the window's start. */
  public static String of(QualitySeries series, long startNanos) {
    return of(series) + SEPARATOR + startNanos;
  }

  /**
   * The key of a window on {@code assay.quality}: of its series alone if it is the running total.
   */
  public static String of(QualityWindow window) {
    return window.isTotal() ? of(window.series()) : of(window.series(), window.startNanos());
  }

  /**
   * What pass ratios are stated for: app, environment, version and scorer. Series that differ in
   * scorer version or source only share it, and by it their owner, who can then state one ratio.
   */
  public static String ofRatio(QualitySeries series) {
    return String.join(
        "\u001f",
        List.of(
            clean(series.app()),
            clean(series.environment()),
            clean(series.appVersion()),
            clean(series.scorer())));
  }

  /** The series of a key made by {@link #of(QualitySeries)}. */
  public static QualitySeries series(String key) {
    var parts = key.split("\u001f", -1);
    if (parts.length < 6) {
      throw new IllegalArgumentException("not a series key: " + parts.length + " parts");
    }
    return new QualitySeries(
        parts[0], parts[1], parts[2], parts[3], parts[4], SourceType.valueOf(parts[5]));
  }

  private static String clean(String label) {
    return label.indexOf(SEPARATOR) < 0 ? label : label.replace(SEPARATOR, ' ');
  }
}
