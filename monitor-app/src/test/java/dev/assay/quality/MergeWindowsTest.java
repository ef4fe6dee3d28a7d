package dev.assay.quality;

import static dev.assay.model.TestTraces.T0;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.metrics.LabelBounds;
import dev.assay.model.Outcome;
import dev.assay.model.QualitySeries;
import dev.assay.model.QualityWindow;
import dev.assay.model.QualityWindow.Counts;
import dev.assay.model.SourceType;
import dev.assay.pipeline.Exposition;
import dev.assay.wire.Topics;
import dev.assay.wire.WindowKey;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Properties;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.TimestampedKeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The owner over the life of its task: opened, closed, opened again on what its stores hold. */
class MergeWindowsTest {
  private static final QualitySeries POLITE =
      new QualitySeries("chat", "production", "1.0", "polite", "1", SourceType.CODE);
  private static final String PASSED =
      "assay_assessments_total{app=\"chat\",app_version=\"1.0\",environment=\"production\","
          + "outcome=\"PASS\",scorer=\"polite\",scorer_version=\"1\",source=\"CODE\"}";
  private static final long NOW = T0 / 1_000_000 + 30_000;

  @TempDir Path state;
  private final OwnedSeries owned = new OwnedSeries();
  private final QualityView view =
      new QualityView(Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC), Duration.ofHours(25));
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final MergeWindows stage =
      new MergeWindows(new Topics(1).quality(), Duration.ofHours(25), owned);
  private MockProcessorContext<String, QualityWindow> context;
  private Processor<String, QualityWindow, String, QualityWindow> processor;

  @BeforeEach
  void open() {
    context = new MockProcessorContext<>(new Properties(), new TaskId(1, 0), state.toFile());
    context.setCurrentSystemTimeMs(NOW);
    for (var builder : stage.stores()) {
      StateStore store = builder.withLoggingDisabled().withCachingDisabled().build();
      store.init(context.getStateStoreContext(), store);
      context.addStateStore(store);
    }
    processor = stage.get();
    processor.init(context);
    view.complete(true);
    registry.register(
        new QualityCollector(
            owned,
            view,
            new LabelBounds(100),
            QualityConfig.DEFAULTS,
            Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC)));
  }

  @AfterEach
  void close() {
    for (var builder : stage.stores()) {
      StateStore store = context.getStateStore(builder.name());
      store.close();
    }
  }

  @Test
  void afterARestartCountersBeginAtZeroAndTotalsGoOn() {
    pass();
    pass();
    scrape();
    assertThat(scrape().value(PASSED)).isEqualTo(2);

    restart();
    // the task is away: its series too
    processor = stage.get();
    processor.init(context);
    assertThat(scrape().value(PASSED)).as("a counter reset, before any event").isZero();

    pass();
    assertThat(scrape().value(PASSED)).as("since it became the owner").isEqualTo(1);
    assertThat(view.total(POLITE).passed()).isEqualTo(3);
    assertThat(scrape().text()).contains("window=\"1h\"} 1.0");
  }

  @Test
  void aRevivedTaskForgetsWhatWasNotCommitted() {
    pass();
    scrape();
    assertThat(scrape().value(PASSED)).isEqualTo(1);
    // counted by the owner, then aborted: the store goes back to what was committed
    TimestampedKeyValueStore<String, QualityWindow> totals =
        context.getStateStore(MergeWindows.TOTALS);
    var committed = totals.get(WindowKey.of(POLITE));
    processor.process(difference());
    totals.put(WindowKey.of(POLITE), committed);
    context.resetForwards();
    processor.close();
    processor.init(context); // the same object, as Kafka Streams does

    pass();

    scrape();
    assertThat(view.total(POLITE).passed()).isEqualTo(2);
    assertThat(scrape().value(PASSED)).isEqualTo(2);
  }

  @Test
  void aSeriesSilentForLongerThanTheRetentionIsOwnedAgainWhenItSpeaks() {
    pass();
    restart();
    context.setCurrentSystemTimeMs(NOW + Duration.ofHours(26).toMillis());
    processor = stage.get();
    processor.init(context);
    assertThat(ownedSeries()).isZero();

    processor.process(difference());

    assertThat(ownedSeries()).isEqualTo(1);
    owned.forEach((_, ownership) -> {
      assertThat(ownership.baseline().passed()).isEqualTo(1);
      assertThat(ownership.counted().passed()).isEqualTo(2);
    });
  }

  private void restart() {
    processor.close();
    assertThat(ownedSeries()).isZero();
    assertThat(scrape().text()).doesNotContain("polite");
  }

  private void pass() {
    processor.process(difference());
    context
        .forwarded()
        .forEach(
            forwarded -> view.accept(forwarded.record().value(), forwarded.record().timestamp()));
    context.resetForwards();
  }

  private static Record<String, QualityWindow> difference() {
    return new Record<>(
        WindowKey.ofRatio(POLITE),
        QualityWindow.minute(POLITE, T0, Counts.of(Outcome.PASS, 1, 1.0), null),
        NOW);
  }

  private int ownedSeries() {
    var count = new int[1];
    owned.forEach((_, _) -> count[0]++);
    return count[0];
  }

  private Exposition scrape() {
    return Exposition.of(registry);
  }
}
