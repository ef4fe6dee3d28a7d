package dev.assay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.assembly.SessionConfig;
import dev.assay.metrics.Metrics;
import dev.assay.model.CloseReason;
import dev.assay.model.Session;
import dev.assay.model.TestTraces;
import dev.assay.model.Trace;
import dev.assay.model.TraceHeader;
import dev.assay.model.TraceStatus;
import dev.assay.wire.EncodedTrace;
import dev.assay.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.apache.kafka.streams.TopologyTestDriver;

/**
 * Turns of many conversations, of applications that share session ids, in whatever order, sent
 * again and revised: the last revision of each session holds every trace once, at its highest
 * revision, in order of time. (No shrinking: a smaller seed is no smaller plan.)
 */
class SessionPropertyTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:10Z");
  private static final SessionConfig CONFIG =
      new SessionConfig(
          Duration.ofMinutes(5), Duration.ofDays(2), Duration.ofDays(2), 10_000, 7 * 1024 * 1024);
  private static final List<String> APPS = List.of("shop", "travel", "shop/s1");
  private static final List<String> IDS = List.of("s1", "s2", "s1/s1");

  /** One trace of a conversation, in one of its revisions. */
  private record Said(String app, String session, String traceId, int revision, int minute) {
    String place() {
      return app + " " + session;
    }
  }

  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  void withinTheGapASessionIsOneWhateverTheOrder(@ForAll long seed) {
    var random = new Random(seed);
    var plan = plan(random);

    var sessions = run(plan, random, Duration.ofMinutes(1));

    assertThat(sessions.values()).allMatch(revisions -> revisions.size() == 1);
    assertThat(lastTurns(sessions)).isEqualTo(expected(plan));
  }

  @Property(tries = 40, shrinking = ShrinkingMode.OFF)
  void acrossGapsTheLastRevisionHoldsAllThatWasSaid(@ForAll long seed) {
    var random = new Random(seed);
    var plan = plan(random);

    var sessions = run(plan, random, Duration.ofMinutes(20));

    assertThat(lastTurns(sessions)).isEqualTo(expected(plan));
    for (var revisions : sessions.values()) {
      for (int i = 0; i < revisions.size(); i++) {
        assertThat(revisions.get(i).revision()).isEqualTo(i + 1);
      }
    }
  }

  private static List<Said> plan(Random random) {
    var plan = new ArrayList<Said>();
    int traces = 1 + random.nextInt(40);
    for (int t = 0; t < traces; t++) {
      var app = APPS.get(random.nextInt(APPS.size()));
      var session = IDS.get(random.nextInt(IDS.size()));
      int revisions = 1 + random.nextInt(3);
      int minute = random.nextInt(20); // several start at once
      for (int revision = 1; revision <= revisions; revision++) {
        var said = new Said(app, session, "t" + t, revision, minute);
        plan.add(said);
        if (random.nextInt(4) == 0) {
          plan.add(said); // published again
        }
      }
    }
    Collections.shuffle(plan, random);
    return plan;
  }

  /** By (app, session): what its last revision must hold, in order. */
  private static Map<String, List<String>> expected(List<Said> plan) {
    var highest = new HashMap<String, Said>();
    plan.forEach(
        said -> highest.merge(said.traceId(), said, (a, b) -> b.revision() > a.revision() ? b : a));
    var expected = new TreeMap<String, List<String>>();
    highest.values().stream()
        .sorted(Comparator.comparingInt(Said::minute).thenComparing(Said::traceId))
        .forEach(said ->
            expected
                .computeIfAbsent(said.place(), _ -> new ArrayList<>())
                .add(turn(said.traceId(), said.revision(), answer(said))));
    return expected;
  }

  private static Map<String, List<String>> lastTurns(Map<String, List<Session>> sessions) {
    var turns = new TreeMap<String, List<String>>();
    sessions.forEach((place, revisions) ->
        turns.put(
            place,
            revisions.getLast().turns().stream()
                .map(turn -> turn(turn.traceId(), turn.revision(), String.valueOf(turn.answer())))
                .toList()));
    return turns;
  }

  private static String turn(String traceId, int revision, String answer) {
    return traceId + " " + revision + " " + answer;
  }

  private static String answer(Said said) {
    return "answer " + said.revision() + " of " + said.traceId();
  }

  /** Sends all, with up to {@code pause} before some; then rests until everything is closed. */
  private static Map<String, List<Session>> run(List<Said> plan, Random random, Duration pause) {
    var topics = new Topics(1);
    var topology = new SessionPipeline(topics, CONFIG, Metrics.standalone()).get();
    try (var driver = new TopologyTestDriver(topology, new Properties(), START)) {
      var in = topics.traces();
      var traces =
          driver.createInputTopic(in.name(), in.keys().serializer(), in.values().serializer());
      var out = topics.sessions();
      var sessions =
          driver.createOutputTopic(
              out.name(), out.keys().deserializer(), out.values().deserializer());
      var now = START;
      // one minute in all where the pauses are short: nobody rests for as long as the gap
      long share = pause.toMillis() > CONFIG.idle().toMillis() ? 1 : plan.size();
      for (var said : plan) {
        if (random.nextInt(8) == 0) {
          var time = Duration.ofMillis(1 + random.nextLong(pause.toMillis() / share + 1));
          now = now.plus(time);
          driver.advanceWallClockTime(time);
        }
        traces.pipeInput(said.traceId(), trace(said), now);
      }
      driver.advanceWallClockTime(CONFIG.idle().plusSeconds(1));
      driver.advanceWallClockTime(Duration.ofSeconds(1));
      var made = new TreeMap<String, List<Session>>();
      for (var session : sessions.readValuesToList()) {
        made.computeIfAbsent(session.app() + " " + session.sessionId(), _ -> new ArrayList<>())
            .add(session);
      }
      return made;
    }
  }

  private static EncodedTrace trace(Said said) {
    var header =
        new TraceHeader(
            said.traceId(),
            said.revision(),
            said.app(),
            "production",
            "1.0",
            said.session(),
            null,
            "POST /chat",
            TestTraces.T0 + said.minute() * 60_000_000_000L,
            1_000_000_000,
            TraceStatus.OK,
            1.0,
            CloseReason.ROOT_ENDED,
            0,
            1,
            Map.of(),
            Map.of(),
            null);
    var like = TestTraces.chat(said.traceId(), "Hi?", "Hello.");
    return EncodedTrace.of(
        new Trace(
            header, like.inputs(), like.outputs(), "Hi?", answer(said), null, null, like.spans()));
  }
}
