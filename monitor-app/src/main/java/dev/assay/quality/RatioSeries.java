package dev.assay.quality;

import dev.assay.model.QualitySeries;
import java.util.Comparator;

/**
 * What a pass ratio is stated for: the labels of the ratio gauges. All {@link QualitySeries} that
 * differ in scorer version or source only are one of these.
 *
 * <p>Verdicts of people enter the ratio only where nothing else judges under the scorer's name:
 * people look at the traces they choose, often because something went wrong, so that their verdicts
 * are not a sample of all.
 */
public record RatioSeries(String app, String environment, String appVersion, String scorer)
    implements Comparable<RatioSeries> {
  private static final Comparator<RatioSeries> ORDER =
      Comparator.comparing(RatioSeries::app)
          .thenComparing(RatioSeries::environment)
          .thenComparing(RatioSeries::scorer)
          .thenComparing(RatioSeries::appVersion);

  public static RatioSeries of(QualitySeries series) {
    return new RatioSeries(
        series.app(), series.environment(), series.appVersion(), series.scorer());
  }

  /** By app, environment, scorer, version: the versions of a scorer stand together. */
  @Override
  public int compareTo(RatioSeries other) {
    return ORDER.compare(this, other);
  }
}
