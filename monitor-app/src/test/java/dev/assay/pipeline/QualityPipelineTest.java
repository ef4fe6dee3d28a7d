package dev.assay.pipeline;

import static dev.assay.model.TestTraces.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.assay.metrics.Metrics;
import dev.assay.model.Outcome;
import dev.assay.model.QualityWindow;
import dev.assay.model.QualityWindow.Counts;
import dev.assay.model.TestAssessments;
import dev.assay.quality.CountAssessments;
import dev.assay.quality.MergeWindows;
import dev.assay.quality.OwnedSeries;
import dev.assay.quality.QualityConfig;
import dev.assay.wire.Topics;
import dev.assay.wire.WindowKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QualityPipelineTest {
  private static final TestAssessments POLITE = TestAssessments.of("t1", "polite");
  private static final long MINUTE = QualityWindow.MINUTE;

  @TempDir Path state;
  private QualityDriver quality;

  @BeforeEach
  void open() {
    quality = new QualityDriver(state);
  }

  @AfterEach
  void close() {
    quality.close();
  }

  @Test
  void everythingInTheTopologyHasAName() {
    var description =
        new QualityPipeline(
                new Topics(1), Metrics.standalone(), QualityConfig.DEFAULTS, new OwnedSeries())
            .get()
            .describe()
            .toString();

    assertThat(description).isEqualTo(golden()).doesNotContain("KSTREAM-", "KTABLE-");
  }

  @Test
  void countsGoToTheMinuteInWhichTheTraceEndedAndToTheTotal() {
    quality.pipe(POLITE, TestAssessments.of("t2", "polite").failed().endedAt(T0 + 59_999_999_999L));

    var written = quality.flush();

    assertThat(written).hasSize(2);
    assertThat(quality.minute(POLITE.series(), T0))
        .isEqualTo(Counts.of(Outcome.PASS, 1, 1.0).plus(Counts.of(Outcome.FAIL, 1, 0.0)));
    assertThat(quality.total(POLITE.series())).isEqualTo(quality.minute(POLITE.series(), T0));
    assertThat(written).allMatch(window -> "t2".equals(window.lastFailedTraceId()));
    assertThat(quality.table())
        .containsOnlyKeys(WindowKey.of(POLITE.series()), WindowKey.of(POLITE.series(), T0));
  }

  @Test
  void aLateTraceGoesToItsOwnMinute() {
    quality.pipe(POLITE.endedAt(T0 + MINUTE));
    quality.flush();

    quality.pipe(TestAssessments.of("t2", "polite").failed().endedAt(T0 - 3 * 60 * MINUTE));
    quality.flush();

    assertThat(quality.minute(POLITE.series(), T0 + MINUTE).failed()).isZero();
    assertThat(quality.minute(POLITE.series(), T0 - 3 * 60 * MINUTE).failed()).isEqualTo(1);
    assertThat(quality.total(POLITE.series()).passed()).isEqualTo(1);
    assertThat(quality.total(POLITE.series()).failed()).isEqualTo(1);
  }

  @Test
  void whatIsTooOldOrFarAheadCountsInTheTotalOnly() {
    quality.pipe(
        POLITE.endedAt(T0 - 26 * 60 * MINUTE),
        TestAssessments.of("t2", "polite").endedAt(T0 + 90 * MINUTE),
        TestAssessments.of("t3", "polite").endedAt(Long.MAX_VALUE),
        TestAssessments.of("t4", "polite").endedAt(Long.MIN_VALUE));
    quality.flush();

    assertThat(quality.total(POLITE.series()).passed()).isEqualTo(4);
    assertThat(quality.table()).containsOnlyKeys(WindowKey.of(POLITE.series()));
  }

  @Test
  void aWorkersRepeatCountsOnce() {
    var judged = POLITE.judged();
    quality.pipe(judged, judged);
    quality.flush();
    quality.pipe(judged.endedAt(T0 + MINUTE), judged.failed());
    quality.advance(Duration.ofHours(24));
    quality.pipe(judged);
    quality.flush();

    assertThat(quality.total(judged.series())).isEqualTo(Counts.of(Outcome.PASS, 1, 1.0));
  }

  @Test
  void aPersonsRepeatCountsOnce() {
    quality.pipe(POLITE.byPerson(), POLITE.byPerson());
    quality.flush();

    assertThat(quality.total(POLITE.byPerson().series()).passed()).isEqualTo(1);
  }

  @Test
  void otherRevisionsAndVersionsOfAJudgeAreNoRepeats() {
    var judged = POLITE.judged();
    quality.pipe(judged, judged.scorerVersion("2"), judged.revised(Outcome.PASS, T0));
    quality.flush();

    assertThat(quality.total(judged.scorerVersion("2").series()).passed()).isEqualTo(1);
    assertThat(quality.total(judged.series()).passed()).isEqualTo(1);
  }

  @Test
  void idsAreForgottenInTheEnd() {
    var judged = POLITE.judged();
    quality.pipe(judged);
    quality.advance(Duration.ofHours(51));
    quality.pipe(judged);
    quality.flush();

    assertThat(quality.total(judged.series()).passed()).isEqualTo(2);
  }

  @Test
  void inlineAssessmentsAreCountedAsTheyCome() {
    quality.pipe(POLITE, POLITE);
    quality.flush();

    assertThat(quality.total(POLITE.series()).passed()).isEqualTo(2);
  }

  @Test
  void aRevisionTakesBackWhatTheOneBeforeContributed() {
    var sampled = POLITE.probability(0.25);
    quality.pipe(sampled, TestAssessments.of("t2", "polite"));
    quality.flush();

    quality.pipe(sampled.revised(Outcome.FAIL, T0 + MINUTE));
    quality.flush();

    assertThat(quality.minute(POLITE.series(), T0)).isEqualTo(Counts.of(Outcome.PASS, 1, 1.0));
    assertThat(quality.minute(POLITE.series(), T0 + MINUTE))
        .isEqualTo(Counts.of(Outcome.FAIL, 4, 0.0));
    assertThat(quality.total(POLITE.series()))
        .isEqualTo(Counts.of(Outcome.PASS, 1, 1.0).plus(Counts.of(Outcome.FAIL, 4, 0.0)));
  }

  @Test
  void theOrderOfRevisionsDoesNotMatter() {
    quality.pipe(POLITE.revised(Outcome.ERROR, T0));
    quality.flush();
    quality.pipe(POLITE);
    quality.flush();

    assertThat(quality.minute(POLITE.series(), T0)).isEqualTo(Counts.of(Outcome.ERROR, 1, null));
  }

  @Test
  void whatIsBackfilledEntersNoWindow() {
    quality.pipe(POLITE.backfilled(), TestAssessments.of("t2", "polite"));
    quality.flush();

    assertThat(quality.total(POLITE.series()).passed()).isEqualTo(2);
    assertThat(quality.minute(POLITE.series(), T0).passed()).isEqualTo(1);
  }

  @Test
  void anExpectationIsNotCounted() {
    quality.pipe(POLITE.expectation());

    assertThat(quality.flush()).isEmpty();
  }

  @Test
  void everyOutcomeIsCountedApart() {
    for (var outcome : Outcome.values()) {
      quality.pipe(TestAssessments.of("t" + outcome, "polite").outcome(outcome).probability(0.5));
    }
    quality.flush();

    var total = quality.total(POLITE.series());
    for (var outcome : Outcome.values()) {
      assertThat(total.count(outcome)).as("%s", outcome).isEqualTo(1);
      assertThat(total.weight(outcome)).as("%s", outcome).isEqualTo(2);
    }
    assertThat(total.judgedWeightSquared()).isEqualTo(8);
    assertThat(total.values()).isEqualTo(2);
  }

  @Test
  void countsWaitInTheStoreForTheFlush() {
    quality.pipe(POLITE);

    assertThat(quality.read()).isEmpty();
    var pending = quality.driver.<String, QualityWindow>getKeyValueStore(CountAssessments.PENDING);
    assertThat(pending.get(WindowKey.of(POLITE.series(), T0)).counts().passed()).isEqualTo(1);

    assertThat(quality.flush()).hasSize(2);
    assertThat(pending.get(WindowKey.of(POLITE.series(), T0))).isNull();
    assertThat(quality.flush()).isEmpty();
  }

  @Test
  void oldMinutesLeaveTheStore(@TempDir Path apart) {
    // without a cache, which would still know the old minute
    try (var uncached = new QualityDriver(apart, QualityConfig.DEFAULTS, 0)) {
      uncached.pipe(POLITE);
      uncached.flush();
      var minutes = uncached.driver.<String, QualityWindow>getWindowStore(MergeWindows.WINDOWS);
      var key = WindowKey.of(POLITE.series());
      long startMillis = T0 / 1_000_000;
      assertThat(minutes.fetch(key, startMillis).counts().passed()).isEqualTo(1);

      uncached.advance(Duration.ofHours(60));
      long later = T0 + 60 * 60 * MINUTE;
      uncached.pipe(TestAssessments.of("t2", "polite").endedAt(later));
      uncached.flush();

      assertThat(minutes.fetch(key, startMillis)).isNull();
      assertThat(minutes.fetch(key, later / 1_000_000).counts().passed()).isEqualTo(1);
      assertThat(uncached.total(POLITE.series()).passed()).isEqualTo(2);
    }
  }

  @Test
  void aWeightBeyondReasonStaysFinite() {
    quality.pipe(POLITE.probability(Double.MIN_NORMAL));
    quality.flush();

    assertThat(quality.total(POLITE.series()).passedWeight()).isEqualTo(1e9);
    assertThat(quality.total(POLITE.series()).judgedWeightSquared()).isEqualTo(1e18);
  }

  @Test
  void aLabelBeyondReasonIsCut() {
    quality.pipe(POLITE.app("a".repeat(100_000)));
    quality.flush();

    assertThat(quality.total(POLITE.app("a".repeat(128)).series()).passed()).isEqualTo(1);
  }

  @Test
  void histogramsSeeScoresAndDelaysOnce() {
    var judged = POLITE.judged();
    quality.pipe(judged, judged, judged.backfilled(), TestAssessments.of("t2", "polite").failed());

    var page = Exposition.of(quality.metrics.registry());

    var labels =
        "app=\"support-chat\",app_version=\"1.0\",environment=\"production\",scorer=\"polite\"";
    assertThat(page.value("assay_score_count{" + labels + "}")).isEqualTo(2);
    assertThat(page.value("assay_score_sum{" + labels + "}")).isEqualTo(1);
    assertThat(page.value("assay_scoring_seconds_count{lane=\"worker\",scorer=\"polite\"}"))
        .isEqualTo(1);
    assertThat(page.value("assay_scoring_seconds_sum{lane=\"inline\",scorer=\"polite\"}"))
        .isEqualTo(2, within(1e-9));
    assertThat(page.text()).contains("# {trace_id=\"t2\"}");
  }

  private static String golden() {
    try (var file = QualityPipelineTest.class.getResourceAsStream("/topology/quality.txt")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
