package dev.assay.lookup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.model.Assessment;
import dev.assay.model.Outcome;
import dev.assay.model.Span;
import dev.assay.model.TestAssessments;
import dev.assay.model.TestTraces;
import dev.assay.model.Trace;
import dev.assay.model.TraceHeader;
import dev.assay.model.TraceStatus;
import dev.assay.pipeline.LookupPipeline;
import dev.assay.wire.EncodedTrace;
import dev.assay.wire.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.QueryableStoreType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StreamsLookupTest {
  private static final Duration RETENTION = Duration.ofDays(7);
  private static final Topics TOPICS = new Topics(1);

  @TempDir Path state;
  private Instant now = Instant.parse("2026-01-01T00:10:00Z");
  private final InstantSource source = () -> now;
  private final Clock clock = source.withZone(ZoneOffset.UTC);
  private TopologyTestDriver driver;
  private TestInputTopic<String, EncodedTrace> traces;
  private TestInputTopic<String, Assessment> assessments;
  private StreamsLookup lookup;

  @BeforeEach
  void open() {
    var config = new Properties();
    config.put("application.id", "assay-lookup");
    config.put("bootstrap.servers", "none:1");
    config.put("state.dir", state.toString());
    driver = new TopologyTestDriver(new LookupPipeline(TOPICS, RETENTION).get(), config, now);
    traces =
        driver.createInputTopic(
            TOPICS.traces().name(),
            TOPICS.traces().keys().serializer(),
            TOPICS.traces().values().serializer());
    assessments =
        driver.createInputTopic(
            TOPICS.assessments().name(),
            TOPICS.assessments().keys().serializer(),
            TOPICS.assessments().values().serializer());
    lookup =
        new StreamsLookup(
            new StreamsLookup.StoreSource() {
              @Override
              @SuppressWarnings("unchecked") // the driver gives the store itself
              public <T> T store(String name, QueryableStoreType<T> type) {
                return (T)
                    (name.contains("-by-")
                        ? driver.getWindowStore(name)
                        : driver.getKeyValueStore(name));
              }
            },
            new RecordReader(Map.of("bootstrap.servers", "none:1"), 1, Duration.ofSeconds(1)),
            TOPICS,
            RETENTION,
            clock);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  private void pipe(Trace trace) {
    traces.pipeInput(trace.traceId(), EncodedTrace.of(trace));
  }

  private void pipe(Assessment assessment) {
    assessments.pipeInput(assessment.traceId(), assessment);
  }

  private void advance(Duration time) {
    now = now.plus(time);
    driver.advanceWallClockTime(time);
  }

  private static Trace trace(String id, int revision, TraceStatus status, String name) {
    var old = TestTraces.header(id, "support-chat", "1.0");
    return new Trace(
        new TraceHeader(
            id,
            revision,
            old.app(),
            old.environment(),
            old.appVersion(),
            null,
            null,
            name,
            old.startNanos(),
            old.durationNanos(),
            status,
            1,
            old.closeReason(),
            old.closedNanos(),
            2,
            Map.of(),
            Map.of(),
            null),
        null,
        null,
        null,
        null,
        null,
        null,
        List.<Span>of());
  }

  @Test
  void knowsWhereTheNewestRevisionOfATraceIs() {
    pipe(trace("t1", 1, TraceStatus.OK, "chat"));
    pipe(trace("t2", 1, TraceStatus.OK, "chat"));
    advance(Duration.ofSeconds(5));
    pipe(trace("t1", 2, TraceStatus.OK, "chat"));

    assertThat(lookup.place("t1")).contains(new Place(0, 2));
    assertThat(lookup.place("t2")).contains(new Place(0, 1));
    assertThat(lookup.place("t3")).isEmpty();
    assertThat(lookup.trace("t3")).isEmpty();
  }

  @Test
  void knowsWhereEveryAssessmentOfATraceIsEvenOfOneMillisecond() {
    pipe(TestAssessments.of("t1", "polite").get());
    pipe(TestAssessments.of("t1", "not_empty").failed().get());
    pipe(TestAssessments.of("t2", "polite").get());

    assertThat(lookup.places("t1"))
        .containsExactly(
            new AssessmentPlace(new Place(0, 0), "polite", Outcome.PASS),
            new AssessmentPlace(new Place(0, 1), "not_empty", Outcome.FAIL));
    assertThat(lookup.assessments("t3")).isEmpty();
  }

  @Test
  void listsTracesNewestFirstWithTheirVerdicts() {
    pipe(trace("t1", 1, TraceStatus.OK, "first"));
    advance(Duration.ofSeconds(1));
    pipe(trace("t2", 1, TraceStatus.ERROR, "second"));
    pipe(TestAssessments.of("t1", "polite").failed().get());

    var rows = lookup.recent(TraceFilter.ALL, 10);

    assertThat(rows).extracting(TraceRow::name).containsExactly("second", "first");
    assertThat(rows.get(1).verdicts())
        .containsExactly(new TraceRow.Verdict("polite", Outcome.FAIL));
    assertThat(lookup.recent(new TraceFilter(null, TraceStatus.ERROR), 10)).hasSize(1);
    assertThat(lookup.recent(new TraceFilter("other", null), 10)).isEmpty();
    assertThat(lookup.recent(TraceFilter.ALL, 1)).hasSize(1);
  }

  @Test
  void listsAReopenedTraceOnceAsItIsNow() {
    pipe(trace("t1", 1, TraceStatus.IN_PROGRESS, "chat"));
    advance(Duration.ofSeconds(1));
    pipe(trace("t1", 2, TraceStatus.OK, "chat"));

    assertThat(lookup.recent(TraceFilter.ALL, 10))
        .singleElement()
        .satisfies(row -> assertThat(row.revision()).isEqualTo(2));
  }

  @Test
  void keepsTheNewestTracesOnly() {
    for (int i = 0; i < IndexTraces.RECENT + 50; i++) {
      pipe(trace("t" + i, 1, TraceStatus.OK, "chat"));
      advance(Duration.ofMillis(100));
    }

    var rows = lookup.recent(TraceFilter.ALL, 1_000);

    assertThat(rows).hasSize(IndexTraces.RECENT);
    assertThat(rows.getFirst().traceId()).isEqualTo("t" + (IndexTraces.RECENT + 49));
    assertThat(lookup.place("t0")).as("still found by its id").isPresent();
  }

  @Test
  void takesASampleOfABurstForTheListButIndexesAllOfIt() {
    for (int i = 0; i < 1_000; i++) {
      pipe(trace("t" + i, 1, TraceStatus.OK, "chat"));
    }

    assertThat(lookup.recent(TraceFilter.ALL, 1_000)).hasSize(IndexTraces.RECENT_PER_SECOND);
    assertThat(lookup.place("t999")).contains(new Place(0, 999));
  }

  @Test
  void listsTheLatestVerdictsByOutcomeAndScorer() {
    pipe(TestAssessments.of("t1", "polite").failed().get());
    advance(Duration.ofSeconds(1));
    pipe(TestAssessments.of("t2", "not_empty").failed().get());
    pipe(TestAssessments.of("t3", "polite").get());

    assertThat(lookup.latest(AssessmentFilter.FAILING, 10))
        .extracting(AssessmentRow::traceId)
        .containsExactly("t2", "t1");
    assertThat(lookup.latest(new AssessmentFilter(null, "polite", null), 10))
        .extracting(AssessmentRow::traceId)
        .containsExactly("t3", "t1");
    assertThat(lookup.latest(new AssessmentFilter("other", null, null), 10)).isEmpty();
    assertThat(lookup.latest(AssessmentFilter.FAILING, 1)).hasSize(1);
  }

  @Test
  void aFloodOfOneScorersFailuresDoesNotHideAnothers() {
    pipe(TestAssessments.of("rare", "polite").failed().get());
    for (int i = 0; i < 200; i++) {
      advance(Duration.ofMillis(100));
      pipe(TestAssessments.of("t" + i, "not_empty").failed().get());
    }

    var rows = lookup.latest(AssessmentFilter.FAILING, 1_000);

    assertThat(rows).hasSize(IndexAssessments.RECENT + 1);
    assertThat(rows).extracting(AssessmentRow::traceId).contains("rare");
  }

  @Test
  void forgetsWhatTheTopicHasForgotten() {
    pipe(trace("t1", 1, TraceStatus.OK, "chat"));

    advance(RETENTION.plusMinutes(1));

    assertThat(lookup.place("t1")).isEmpty();
  }

  @Test
  void aTraceFromTheFutureDoesNotPushOutTheOthers() {
    pipe(trace("t1", 1, TraceStatus.OK, "chat"));

    traces.pipeInput(
        "t2",
        EncodedTrace.of(trace("t2", 1, TraceStatus.OK, "chat")),
        Instant.parse("2500-01-01T00:00:00Z"));
    pipe(trace("t3", 1, TraceStatus.OK, "chat"));

    assertThat(lookup.place("t1")).isPresent();
    assertThat(lookup.place("t3")).isPresent();
  }

  @Test
  void leavesOutIdsThatNobodyCouldAskFor() {
    pipe(trace("../etc/passwd", 1, TraceStatus.OK, "chat"));
    pipe(trace("x".repeat(200), 1, TraceStatus.OK, "chat"));
    traces.pipeInput("t1", (EncodedTrace) null);

    assertThat(lookup.recent(TraceFilter.ALL, 10)).isEmpty();
  }

  @Test
  void cutsLongTextsForTheLists() {
    pipe(trace("t1", 1, TraceStatus.OK, "\ud83d\ude00".repeat(100_000)));

    assertThat(lookup.recent(TraceFilter.ALL, 10).getFirst().name())
        .hasSize(TraceEntry.MAX_TEXT + 1)
        .endsWith("…");
  }

  @Test
  void saysTryAgainWhileStoresAreNotThere() {
    var starting =
        new StreamsLookup(
            new StreamsLookup.StoreSource() {
              @Override
              public <T> T store(String name, QueryableStoreType<T> type) {
                throw new InvalidStateStoreException("starting");
              }
            },
            new RecordReader(Map.of("bootstrap.servers", "none:1"), 1, Duration.ofSeconds(1)),
            TOPICS,
            RETENTION,
            clock);

    assertThatThrownBy(() -> starting.trace("t1"))
        .isInstanceOf(LookupUnavailableException.class)
        .hasMessageContaining("try again");
    assertThatThrownBy(() -> starting.latest(AssessmentFilter.FAILING, 1))
        .isInstanceOf(LookupUnavailableException.class);
  }
}
