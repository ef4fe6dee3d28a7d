package dev.assay.quality;

import static dev.assay.model.TestTraces.T0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.assay.metrics.LabelBounds;
import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.model.Outcome;
import dev.assay.model.QualityWindow;
import dev.assay.model.TestAssessments;
import dev.assay.pipeline.Exposition;
import dev.assay.pipeline.QualityDriver;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From assessments to the text that a scraper reads. */
class QualityCollectorTest {
  private static final TestAssessments POLITE = TestAssessments.of("t1", "polite");
  private static final String LABELS =
      "app=\"support-chat\",app_version=\"1.0\",environment=\"production\"";

  @TempDir Path state;
  private QualityDriver quality;
  private Clock clock;
  private QualityView view;
  private LabelBounds bounds;
  private PrometheusRegistry registry;

  @BeforeEach
  void open() {
    quality = new QualityDriver(state);
    InstantSource source = () -> quality.now();
    clock = source.withZone(ZoneOffset.UTC);
    view = new QualityView(clock, QualityConfig.DEFAULTS.windowRetention());
    view.complete(true);
    register(1_000);
  }

  @AfterEach
  void close() {
    quality.close();
  }

  @Test
  void aNewSeriesIsFirstShownAtZeroInEveryOutcome() {
    count(POLITE, TestAssessments.of("t2", "polite"), TestAssessments.of("t3", "polite").failed());

    var first = scrape();
    for (var outcome : Outcome.values()) {
      assertThat(first.value(counter("assay_assessments_total", "polite", outcome))).isZero();
      assertThat(first.value(counter("assay_assessment_weight_total", "polite", outcome))).isZero();
    }

    var second = scrape();
    assertThat(second.value(counter("assay_assessments_total", "polite", Outcome.PASS)))
        .isEqualTo(2);
    assertThat(second.value(counter("assay_assessments_total", "polite", Outcome.FAIL)))
        .isEqualTo(1);
    assertThat(second.value(counter("assay_assessments_total", "polite", Outcome.ERROR))).isZero();
    assertThat(second.text())
        .contains(
            "# TYPE assay_assessments counter\n",
            "# HELP assay_assessments " + Meter.ASSESSMENTS.help() + "\n");
  }

  @Test
  void weightsAreInversesOfTheSamplingProbability() {
    count(POLITE.probability(0.1), TestAssessments.of("t2", "polite").probability(0.25).failed());
    scrape();

    var page = scrape();

    assertThat(page.value(counter("assay_assessment_weight_total", "polite", Outcome.PASS)))
        .isEqualTo(10);
    assertThat(page.value(counter("assay_assessment_weight_total", "polite", Outcome.FAIL)))
        .isEqualTo(4);
    assertThat(page.value("assay_quality_ratio{" + LABELS + ",scorer=\"polite\",window=\"5m\"}"))
        .isEqualTo(10.0 / 14);
  }

  @Test
  void countersNeverFall() {
    count(POLITE, TestAssessments.of("t2", "polite"));
    scrape();
    scrape();

    count(POLITE.revised(Outcome.FAIL, T0));
    var revised = scrape();
    assertThat(revised.value(counter("assay_assessments_total", "polite", Outcome.PASS)))
        .isEqualTo(2);
    assertThat(revised.value(counter("assay_assessments_total", "polite", Outcome.FAIL)))
        .isEqualTo(1);

    // the next one makes up for what was taken back, and then it counts on
    count(TestAssessments.of("t3", "polite"));
    assertThat(scrape().value(counter("assay_assessments_total", "polite", Outcome.PASS)))
        .isEqualTo(2);
    count(TestAssessments.of("t4", "polite"));
    assertThat(scrape().value(counter("assay_assessments_total", "polite", Outcome.PASS)))
        .isEqualTo(3);
  }

  @Test
  void whatIsNotYetCommittedIsNotShown() {
    count(POLITE);
    scrape();
    scrape();

    quality.pipe(TestAssessments.of("t2", "polite"));
    quality.flush(); // the owner has counted it; the view has not read it

    assertThat(scrape().value(counter("assay_assessments_total", "polite", Outcome.PASS)))
        .isEqualTo(1);
  }

  @Test
  void whatIsBackfilledIsNotShown() {
    count(POLITE);
    scrape();

    count(TestAssessments.of("t2", "polite").backfilled().failed());
    count(TestAssessments.of("t3", "polite").backfilled());

    var page = scrape();
    assertThat(page.value(counter("assay_assessments_total", "polite", Outcome.PASS))).isEqualTo(1);
    assertThat(page.value(counter("assay_assessments_total", "polite", Outcome.FAIL))).isZero();
    assertThat(view.total(POLITE.series()).passed()).isEqualTo(2);
    assertThat(page.value(ratio("polite", "1h"))).isEqualTo(1);
  }

  @Test
  void ratiosCarryTheirIntervalAndSize() {
    for (int i = 0; i < 81; i++) {
      count(TestAssessments.of("p" + i, "polite"));
    }
    for (int i = 0; i < 182; i++) {
      count(TestAssessments.of("f" + i, "polite").failed());
    }

    var page = scrape();

    var at = "{" + LABELS + ",scorer=\"polite\",window=\"1h\"}";
    assertThat(page.value("assay_quality_ratio" + at)).isEqualTo(81.0 / 263);
    assertThat(page.value("assay_quality_ratio_lower" + at)).isEqualTo(0.2553, within(5e-5));
    assertThat(page.value("assay_quality_ratio_upper" + at)).isEqualTo(0.3662, within(5e-5));
    assertThat(page.value("assay_quality_effective_samples" + at)).isEqualTo(263, within(1e-6));
  }

  @Test
  void aWindowIsTheMinuteThatRunsAndTheWholeOnesBefore() {
    // T0 + 1 min 0.5 s: the minute of T0 is the last whole one
    count(POLITE, TestAssessments.of("t2", "polite").failed().endedAt(T0 - 1));

    var page = scrape();

    assertThat(page.value(ratio("polite", "1m"))).isEqualTo(1);
    assertThat(page.value(ratio("polite", "5m"))).isEqualTo(0.5);
    assertThat(page.value(ratio("polite", "1h"))).isEqualTo(0.5);
    assertThat(page.value(ratio("polite", "1d"))).isEqualTo(0.5);

    quality.advance(Duration.ofMinutes(1));
    page = scrape();
    assertThat(page.samples()).doesNotContainKey(ratio("polite", "1m"));
    assertThat(
            page.value(
                "assay_quality_effective_samples{" + LABELS + ",scorer=\"polite\",window=\"1m\"}"))
        .isZero();
    assertThat(page.value(ratio("polite", "5m"))).isEqualTo(0.5);
  }

  @Test
  void aTraceThatEndedInTheFutureCountsWhenThatHasCome() {
    count(POLITE.endedAt(T0 + 10 * QualityWindow.MINUTE));
    assertThat(scrape().samples()).doesNotContainKey(ratio("polite", "1h"));

    quality.advance(Duration.ofMinutes(9));
    assertThat(scrape().value(ratio("polite", "1h"))).isEqualTo(1);
  }

  @Test
  void ratiosAreSummedOverScorerVersionsAndSources() {
    count(POLITE, POLITE.scorerVersion("2").failed(), POLITE.judged().failed());

    var page = scrape();

    assertThat(page.value(ratio("polite", "1h"))).isEqualTo(1.0 / 3);
  }

  @Test
  void verdictsOfPeopleEnterARatioOnlyWhereThereAreNoOthers() {
    count(POLITE, POLITE.byPerson().failed(), TestAssessments.of("t1", "thumbs").byPerson());

    var page = scrape();

    assertThat(page.value(ratio("polite", "1h"))).isEqualTo(1);
    assertThat(page.value(ratio("thumbs", "1h"))).isEqualTo(1);
  }

  @Test
  void ratiosWaitForTheViewToLoad() {
    view.complete(false);
    count(POLITE);

    assertThat(scrape().text())
        .doesNotContain("assay_quality_ratio{")
        .contains("assay_assessments");
  }

  @Test
  void labelsOverTheBoundMeetInOtherAndAddUp() {
    register(2);
    for (int version = 0; version < 5; version++) {
      for (int i = 0; i <= version; i++) {
        count(
            TestAssessments.of("t" + version + i, "polite").version("v" + version),
            TestAssessments.of("f" + version + i, "polite").version("v" + version).failed());
      }
    }
    scrape();

    var page = scrape();

    var samples =
        page.samples().entrySet().stream()
            .filter(sample -> sample.getKey().startsWith("assay_assessments_total{"))
            .toList();
    assertThat(samples).hasSize(3 * Outcome.values().length);
    assertThat(samples.stream().mapToDouble(sample -> sample.getValue()).sum()).isEqualTo(30);
    assertThat(page.samples().keySet())
        .filteredOn(key -> key.startsWith("assay_quality_ratio{") && key.contains("1h"))
        .hasSize(3)
        .anyMatch(key -> key.contains("app_version=\"__other__\""));
    var samplesOf1h =
        page.samples().entrySet().stream()
            .filter(sample ->
                sample.getKey().startsWith("assay_quality_effective_samples{")
                    && sample.getKey().contains("1h"))
            .mapToDouble(sample -> sample.getValue())
            .sum();
    assertThat(samplesOf1h).isEqualTo(30, within(1e-9));
  }

  @Test
  void otherGoesOnWhenOneOfItsSeriesMovesAway() {
    register(1);
    count(POLITE);
    scrape(); // the first to come has the one label there is
    count(POLITE.version("2.0"), POLITE.version("3.0"));
    scrape();
    scrape();
    var other =
        counter("assay_assessments_total", "polite", Outcome.PASS)
            .replace("app_version=\"1.0\"", "app_version=\"__other__\"");
    assertThat(scrape().value(other)).isEqualTo(2);

    // 26 hours on, only 3.0 still has traffic
    quality.advance(Duration.ofHours(20));
    count(POLITE.version("3.0").endedAt(T0 + 20 * 60 * QualityWindow.MINUTE));
    quality.advance(Duration.ofHours(6));

    assertThat(scrape().value(other)).isEqualTo(3);
  }

  @Test
  void aSeriesLongSilentIsTakenOff() {
    count(POLITE);
    scrape();
    quality.advance(Duration.ofHours(26));

    assertThat(scrape().text()).doesNotContain("polite");
  }

  @Test
  void aTaskThatMovesAwayTakesItsSeriesOff() {
    count(POLITE);
    scrape();
    assertThat(scrape().text()).contains("polite");

    quality.close();

    assertThat(scrape().text()).doesNotContain("polite");
  }

  @Test
  void labelsOfTracesAreEscaped() {
    count(POLITE.app("x\"} 1\nassay_assessments_total{app=\"y\\"));
    scrape();

    assertThat(scrape().text())
        .contains("app=\"x\\\"} 1\\nassay_assessments_total{app=\\\"y\\\\\"");
  }

  @Test
  void itsNamesAreTakenOnTheRegistry() {
    assertThatThrownBy(() ->
            registry.register(
                new QualityCollector(quality.owned, view, bounds, QualityConfig.DEFAULTS, clock)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void windowsAreNamedAsPrometheusWritesDurations() {
    assertThat(QualityCollector.label(Duration.ofMinutes(5))).isEqualTo("5m");
    assertThat(QualityCollector.label(Duration.ofMinutes(90))).isEqualTo("90m");
    assertThat(QualityCollector.label(Duration.ofHours(6))).isEqualTo("6h");
    assertThat(QualityCollector.label(Duration.ofDays(3))).isEqualTo("3d");
  }

  private void register(int maxLabelValues) {
    bounds = new LabelBounds(maxLabelValues);
    registry = new Metrics(new PrometheusRegistry(), bounds).registry();
    registry.register(
        new QualityCollector(quality.owned, view, bounds, QualityConfig.DEFAULTS, clock));
  }

  /** Counted, committed and read back. */
  private void count(TestAssessments... assessments) {
    quality.pipe(assessments);
    Instant before = quality.now();
    quality.flush().forEach(window -> view.accept(window, before.toEpochMilli()));
  }

  private Exposition scrape() {
    return Exposition.of(registry);
  }

  private static String counter(String name, String scorer, Outcome outcome) {
    return "%s{%s,outcome=\"%s\",scorer=\"%s\",scorer_version=\"1\",source=\"CODE\"}"
        .formatted(
            name,
            "app=\"support-chat\",app_version=\"1.0\",environment=\"production\"",
            outcome,
            scorer);
  }

  private static String ratio(String scorer, String window) {
    return "assay_quality_ratio{%s,scorer=\"%s\",window=\"%s\"}".formatted(LABELS, scorer, window);
  }
}
