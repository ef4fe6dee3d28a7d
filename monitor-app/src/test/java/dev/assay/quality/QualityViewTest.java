package dev.assay.quality;

import static dev.assay.model.QualityWindow.MINUTE;
import static dev.assay.model.TestTraces.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.model.Outcome;
import dev.assay.model.QualitySeries;
import dev.assay.model.QualityWindow;
import dev.assay.model.QualityWindow.Counts;
import dev.assay.model.SourceType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class QualityViewTest {
  private static final QualitySeries POLITE =
      new QualitySeries("chat", "production", "1.0", "polite", "1", SourceType.LLM_JUDGE);
  private static final QualitySeries NEXT =
      new QualitySeries("chat", "production", "2.0", "polite", "1", SourceType.LLM_JUDGE);
  private static final QualitySeries OTHER =
      new QualitySeries("agent", "production", "1.0", "not_empty", "1", SourceType.CODE);
  private static final Duration HOUR = Duration.ofHours(1);

  // half a minute into the minute that starts at T0
  private Instant now = Instant.ofEpochSecond(0, T0 + MINUTE / 2);
  private final InstantSource source = () -> now;
  private final Clock clock = source.withZone(ZoneOffset.UTC);
  private final QualityView view = new QualityView(clock, Duration.ofHours(25));

  @Test
  void aSummaryStatesTheWindowTheTotalAndTheNewestFailure() {
    minute(POLITE, T0, 3, 1, "t-new");
    minute(POLITE, T0 - 30 * MINUTE, 0, 1, "t-old");
    minute(POLITE, T0 - 90 * MINUTE, 0, 7, "t-older");
    total(POLITE, 100, 50);

    var summary = view.summaries(HOUR).getFirst();

    assertThat(summary.series()).isEqualTo(RatioSeries.of(POLITE));
    assertThat(summary.counts()).isEqualTo(counts(3, 2));
    assertThat(summary.estimate()).isEqualTo(Estimate.of(counts(3, 2)));
    assertThat(summary.total()).isEqualTo(counts(100, 50));
    assertThat(summary.lastSeenNanos()).isEqualTo(T0);
    assertThat(summary.lastFailedTraceId()).isEqualTo("t-new");
  }

  @Test
  void aWindowReplacesWhatWasHeldOfIt() {
    minute(POLITE, T0, 3, 1, null);
    minute(POLITE, T0, 5, 2, null);

    assertThat(view.summaries(HOUR).getFirst().counts()).isEqualTo(counts(5, 2));
  }

  @Test
  void aSeriesWithNothingInTheWindowIsListedWithoutAnEstimate() {
    minute(POLITE, T0 - 2 * 60 * MINUTE, 1, 0, null);

    var summary = view.summaries(HOUR).getFirst();

    assertThat(summary.counts()).isEqualTo(Counts.ZERO);
    assertThat(summary.estimate()).isNull();
  }

  @Test
  void summariesStandInOrderAndCanBeChosen() {
    minute(NEXT, T0, 1, 0, null);
    minute(POLITE, T0, 1, 0, null);
    minute(OTHER, T0, 1, 0, null);

    assertThat(view.summaries(HOUR))
        .extracting(summary -> summary.series().app() + " " + summary.series().appVersion())
        .containsExactly("agent 1.0", "chat 1.0", "chat 2.0");
    assertThat(view.summaries(HOUR, new SeriesFilter("chat", null, "2.0", null, null)))
        .extracting(SeriesSummary::series)
        .containsExactly(RatioSeries.of(NEXT));
    assertThat(view.summaries(HOUR, new SeriesFilter(null, null, null, null, "9"))).isEmpty();
  }

  @Test
  void aTimelineHasEveryStepUpToNow() {
    minute(POLITE, T0, 1, 0, null);
    minute(POLITE, T0 - MINUTE, 0, 1, null);
    minute(POLITE, T0 - 6 * MINUTE, 2, 2, null);

    var points =
        view.timeline(
            SeriesFilter.of(RatioSeries.of(POLITE)), Duration.ofMinutes(10), Duration.ofMinutes(5));

    assertThat(points)
        .containsExactly(
            new Point(T0 - 10 * MINUTE, counts(2, 2), Estimate.of(counts(2, 2))),
            new Point(T0 - 5 * MINUTE, counts(0, 1), Estimate.of(counts(0, 1))),
            new Point(T0, counts(1, 0), Estimate.of(counts(1, 0))));
  }

  @Test
  void aGapInATimelineIsAPointWithoutAnEstimate() {
    assertThat(view.timeline(SeriesFilter.ALL, Duration.ofMinutes(2), Duration.ofMinutes(1)))
        .hasSize(3)
        .allMatch(point -> point.estimate() == null && point.counts().equals(Counts.ZERO));
  }

  @Test
  void aTimelineThatCannotBeIsRefused() {
    assertThatThrownBy(() -> view.timeline(SeriesFilter.ALL, HOUR, Duration.ofSeconds(90)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("step must be whole minutes, >= 1, was PT1M30S");
    assertThatThrownBy(
            () -> view.timeline(SeriesFilter.ALL, Duration.ofDays(7), Duration.ofMinutes(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("back must be from one step of PT1M to 9999 of them");
    assertThatThrownBy(() -> view.timeline(SeriesFilter.ALL, Duration.ZERO, HOUR))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void versionsAreMarkedWhenFirstAndLastSeen() {
    minute(NEXT, T0 - 10 * MINUTE, 1, 0, null);
    minute(NEXT, T0, 1, 0, null);
    minute(POLITE, T0 - 60 * MINUTE, 1, 0, null);
    minute(POLITE, T0 - 11 * MINUTE, 1, 0, null);

    assertThat(view.versions(new SeriesFilter("chat", null, null, null, null)))
        .containsExactly(
            new VersionMark("chat", "production", "1.0", T0 - 60 * MINUTE, T0 - 11 * MINUTE),
            new VersionMark("chat", "production", "2.0", T0 - 10 * MINUTE, T0));
  }

  @Test
  void whatIsPastTheRetentionIsNeitherTakenNorKept() {
    minute(POLITE, T0 - 26 * 60 * MINUTE, 1, 0, null);
    assertThat(view.series()).isEmpty();

    minute(POLITE, T0, 1, 0, null);
    total(POLITE, 1, 0);
    minute(NEXT, T0 + 60 * MINUTE, 1, 0, null);
    now = now.plus(Duration.ofHours(25)).plus(Duration.ofMinutes(1));
    view.prune();

    assertThat(view.series()).containsExactly(NEXT);
    assertThat(view.total(POLITE)).isEqualTo(Counts.ZERO);
  }

  @Test
  void resultsDoNotChangeUnderTheReader() {
    minute(POLITE, T0, 1, 0, null);
    var before = view.summaries(HOUR);
    minute(POLITE, T0, 2, 0, null);

    assertThat(before).extracting(SeriesSummary::counts).isEqualTo(List.of(counts(1, 0)));
    assertThatThrownBy(before::clear).isInstanceOf(UnsupportedOperationException.class);
  }

  private void minute(
      QualitySeries series, long start, int passed, int failed, @Nullable String lastFailed) {
    view.accept(
        QualityWindow.minute(series, start, counts(passed, failed), lastFailed),
        now.toEpochMilli());
  }

  private void total(QualitySeries series, int passed, int failed) {
    view.accept(QualityWindow.total(series, counts(passed, failed), null), now.toEpochMilli());
  }

  private static Counts counts(int passed, int failed) {
    var counts = Counts.ZERO;
    for (int i = 0; i < passed; i++) {
      counts = counts.plus(Counts.of(Outcome.PASS, 1, null));
    }
    for (int i = 0; i < failed; i++) {
      counts = counts.plus(Counts.of(Outcome.FAIL, 1, null));
    }
    return counts;
  }
}
