package dev.assay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.assembly.SessionConfig;
import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.model.CloseReason;
import dev.assay.model.Session;
import dev.assay.model.TestTraces;
import dev.assay.model.Trace;
import dev.assay.model.TraceHeader;
import dev.assay.model.Turn;
import dev.assay.wire.EncodedTrace;
import dev.assay.wire.Topics;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SessionPipelineTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:10Z");
  private static final SessionConfig CONFIG =
      new SessionConfig(
          Duration.ofMinutes(5), Duration.ofHours(2), Duration.ofHours(3), 4, 100_000);

  private final Topics topics = new Topics(1);
  private final Metrics metrics = Metrics.standalone();
  private Instant now = START;
  private TopologyTestDriver driver;
  private TestInputTopic<String, EncodedTrace> traces;
  private TestOutputTopic<String, Session> sessions;

  @BeforeEach
  void start() {
    driver =
        new TopologyTestDriver(
            new SessionPipeline(topics, CONFIG, metrics).get(), new Properties(), START);
    var in = topics.traces();
    traces = driver.createInputTopic(in.name(), in.keys().serializer(), in.values().serializer());
    var out = topics.sessions();
    sessions =
        driver.createOutputTopic(
            out.name(), out.keys().deserializer(), out.values().deserializer());
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void closesOnAQuietPartitionWithItsTurnsInOrderOfTime() {
    say("t2", "s1", 2, "And tomorrow?", "At ten.");
    say("t1", "s1", 1, "Are you open?", "At nine.");
    pass(Duration.ofMinutes(4));
    say("t3", "s1", 3, "Thanks.", "You are welcome.");
    pass(Duration.ofMinutes(4));
    assertThat(sessions.isEmpty()).isTrue();

    pass(Duration.ofMinutes(2));

    var record = sessions.readKeyValue();
    assertThat(record.key).isEqualTo("s1");
    var session = record.value;
    assertThat(session.revision()).isEqualTo(1);
    assertThat(session.app()).isEqualTo("shop");
    assertThat(session.closeReason()).isEqualTo(Session.CloseReason.IDLE);
    assertThat(session.closedNanos()).isEqualTo(now.toEpochMilli() * 1_000_000);
    assertThat(session.turnsLeftOut()).isZero();
    assertThat(session.turns())
        .extracting(Turn::traceId, Turn::question, Turn::answer)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("t1", "Are you open?", "At nine."),
            org.assertj.core.groups.Tuple.tuple("t2", "And tomorrow?", "At ten."),
            org.assertj.core.groups.Tuple.tuple("t3", "Thanks.", "You are welcome."));
    pass(Duration.ofHours(1));
    assertThat(sessions.isEmpty()).isTrue();
  }

  @Test
  void aLaterTurnMakesTheNextRevision() {
    say("t1", "s1", 1, "Are you open?", "At nine.");
    pass(Duration.ofMinutes(6));
    assertThat(sessions.readValue().turns()).hasSize(1);

    pass(Duration.ofHours(1));
    say("t2", "s1", 2, "And now?", "Yes.");
    pass(Duration.ofMinutes(6));

    var again = sessions.readValue();
    assertThat(again.revision()).isEqualTo(2);
    assertThat(again.turns()).extracting(Turn::traceId).containsExactly("t1", "t2");
    assertThat(counted(Meter.SESSIONS)).isEqualTo(Map.of("idle", 1L, "revised", 1L));
  }

  @Test
  void aLaterRevisionOfATraceTakesThePlaceOfTheOneBefore() {
    say("t1", "s1", 1, "Are you open?", null);
    pass(Duration.ofMinutes(6));
    sessions.readValue();

    traces.pipeInput("t1", trace("t1", 2, "shop", "s1", 1, "Are you open?", "At nine."), now);
    pass(Duration.ofMinutes(6));

    var again = sessions.readValue();
    assertThat(again.revision()).isEqualTo(2);
    assertThat(again.turns()).singleElement().matches(turn -> turn.revision() == 2);
    assertThat(again.turns().getFirst().answer()).isEqualTo("At nine.");
  }

  @Test
  void forgottenAfterTheWindowItIsASessionOfItsOwn() {
    say("t1", "s1", 1, "Are you open?", "At nine.");
    pass(Duration.ofMinutes(6));
    sessions.readValue();
    pass(Duration.ofHours(3));
    assertThat(size("open-sessions") + size("session-turns")).isZero();

    say("t2", "s1", 2, "And now?", "Yes.");
    pass(Duration.ofMinutes(6));

    assertThat(sessions.readValue().revision()).isEqualTo(1);
  }

  @Test
  void twoApplicationsMayUseOneId() {
    say("t1", "s1", 1, "Are you open?", "At nine.");
    traces.pipeInput("t2", trace("t2", 1, "travel", "s1", 2, "To Rome.", "Gladly."), now);
    pass(Duration.ofMinutes(6));

    assertThat(sessions.readValuesToList())
        .extracting(Session::app, session -> session.turns().size())
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("shop", 1),
            org.assertj.core.groups.Tuple.tuple("travel", 1));
  }

  @Test
  void whatNeverRestsIsClosedAtItsMaximumAgeAndHoldsTheLatestTurns() {
    for (int i = 0; i < 32; i++) {
      say("t" + i, "s1", i, "More?", "More.");
      pass(Duration.ofMinutes(4));
    }

    var session = sessions.readValue();
    assertThat(session.closeReason()).isEqualTo(Session.CloseReason.MAX_AGE);
    assertThat(session.turns())
        .extracting(Turn::traceId)
        .containsExactly("t26", "t27", "t28", "t29");
    assertThat(session.turnsLeftOut()).isEqualTo(26);
    assertThat(size("session-turns")).isEqualTo(4);
  }

  @Test
  void longTextIsCutWithAMarkAndManyBytesLoseTheEarliest() {
    var large = "ä".repeat(20_000);
    for (int i = 0; i < 4; i++) {
      say("t" + i, "s1", i, large, large);
    }
    pass(Duration.ofMinutes(6));

    var session = sessions.readValue();
    assertThat(session.turns()).extracting(Turn::traceId).containsExactly("t3");
    assertThat(session.turnsLeftOut()).isEqualTo(3);
    assertThat(session.turns().getFirst().question())
        .hasSize(Turn.MAX_TEXT + "[truncated: 20000 characters]".length())
        .endsWith("[truncated: 20000 characters]");
    assertThat(counted(Meter.SESSION_TURNS)).containsEntry("left_out", 3L);
  }

  @Test
  void everyTraceIsGatheredOrCountedWithTheReason() {
    say("t1", "s1", 1, "Are you open?", "At nine.");
    say("t2", null, 1, "Are you open?", "At nine.");
    say("t3", "", 1, "Are you open?", "At nine.");
    say("t4", "x".repeat(513), 1, "Are you open?", "At nine.");
    traces.pipeInput(
        "t5",
        EncodedTrace.of(
            TestTraces.withMetadata(
                TestTraces.chat("t5", "Hi?", "Hello."), Map.of("mlflow.sourceRun", "run-1"))),
        now);
    pass(Duration.ofMinutes(6));

    assertThat(sessions.readValuesToList()).hasSize(1);
    assertThat(counted(Meter.SESSION_TURNS))
        .isEqualTo(
            Map.of(
                "read", 5L,
                "gathered", 1L,
                "no_session", 2L,
                "invalid_session", 1L,
                "loop_guard", 1L));
  }

  /** A change here is a change of node and store names: state and offsets of a running cluster. */
  @Test
  void theTopologyIsTheOneOnRecord() throws Exception {
    var description = new SessionPipeline(topics, CONFIG, metrics).get().describe().toString();

    TracePipelineTest.assertGolden("sessions.txt", description);
    assertThat(description).doesNotContain("KSTREAM-", "KTABLE-");
  }

  private void say(
      String traceId,
      @Nullable String session,
      int minute,
      String question,
      @Nullable String answer) {
    traces.pipeInput(traceId, trace(traceId, 1, "shop", session, minute, question, answer), now);
  }

  private void pass(Duration time) {
    now = now.plus(time);
    driver.advanceWallClockTime(time);
  }

  private int size(String store) {
    int size = 0;
    try (var all = driver.getKeyValueStore(store).all()) {
      for (; all.hasNext(); all.next()) {
        size++;
      }
    }
    return size;
  }

  private Map<String, Long> counted(Meter meter) {
    var counts = new TreeMap<String, Long>();
    for (var snapshot : metrics.registry().scrape()) {
      if (snapshot instanceof CounterSnapshot counter
          && counter.getMetadata().getName().equals(meter.baseName())) {
        for (var point : counter.getDataPoints()) {
          counts.merge(point.getLabels().get("outcome"), (long) point.getValue(), Long::sum);
        }
      }
    }
    return counts;
  }

  private static EncodedTrace trace(
      String traceId,
      int revision,
      String app,
      @Nullable String session,
      int minute,
      String question,
      @Nullable String answer) {
    var header =
        new TraceHeader(
            traceId,
            revision,
            app,
            "production",
            "1.0",
            session,
            "user-1",
            "POST /chat",
            TestTraces.T0 + minute * 60_000_000_000L,
            1_000_000_000,
            dev.assay.model.TraceStatus.OK,
            1.0,
            CloseReason.ROOT_ENDED,
            0,
            1,
            Map.of(),
            Map.of(),
            null);
    var like = TestTraces.chat(traceId, "Hi?", "Hello.");
    return EncodedTrace.of(
        new Trace(
            header, like.inputs(), like.outputs(), question, answer, null, null, like.spans()));
  }
}
