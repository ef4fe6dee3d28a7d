package dev.assay.quality;

import dev.assay.model.QualitySeries;
import org.jspecify.annotations.Nullable;

/** Which series to look at; what is absent matches everything. */
public record SeriesFilter(
    @Nullable String app,
    @Nullable String environment,
    @Nullable String appVersion,
    @Nullable String scorer,
    @Nullable String scorerVersion) {
  public static final SeriesFilter ALL = new SeriesFilter(null, null, null, null, null);

  /** Exactly the series of one ratio. */
  public static SeriesFilter of(RatioSeries series) {
    return new SeriesFilter(
        series.app(), series.environment(), series.appVersion(), series.scorer(), null);
  }

  boolean matches(RatioSeries series) {
    return matches(app, series.app())
        && matches(environment, series.environment())
        && matches(appVersion, series.appVersion())
        && matches(scorer, series.scorer());
  }

  boolean matches(QualitySeries series) {
    return matches(RatioSeries.of(series)) && matches(scorerVersion, series.scorerVersion());
  }

  private static boolean matches(@Nullable String wanted, String value) {
    return wanted == null || wanted.equals(value);
  }
}
