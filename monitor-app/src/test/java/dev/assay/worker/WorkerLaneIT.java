package dev.assay.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.judging.ApiKey;
import dev.assay.judging.FakeOpenAi;
import dev.assay.judging.JudgeListener;
import dev.assay.judging.Judges;
import dev.assay.judging.ModelConfig;
import dev.assay.judging.Models;
import dev.assay.metrics.Meter;
import dev.assay.model.Assessment;
import dev.assay.model.Outcome;
import dev.assay.model.ScorerSpec;
import dev.assay.model.SourceType;
import dev.assay.scoring.Scorers;
import dev.assay.wire.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class WorkerLaneIT {
  private static final WorkerConfig CONFIG =
      WorkerConfig.withSlots(32)
          .withConsumers(8, 8)
          .withRetries(3, Duration.ofMillis(100), Duration.ofMillis(500))
          .withDrain(Duration.ofSeconds(2));

  @TempDir Path data;
  private LaneFixture fixture;
  private final StubScorers stub = new StubScorers();

  @BeforeEach
  void start() throws Exception {
    fixture = new LaneFixture(data);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  void everyRequestIsAssessedOnceWithinTheSlots() throws Exception {
    var spec = StubScorers.spec(Map.of("mean_ms", 100));
    for (int i = 0; i < 500; i++) {
      fixture.request(spec, "t" + i);
    }
    try (var lane = fixture.lane(CONFIG, stub.scorers())) {
      fixture.await(Duration.ofSeconds(60), () -> fixture.ids().size() == 500);
      fixture.await(Duration.ofSeconds(10), () -> fixture.outcome("assessed") == 500);
      assertThat(lane.running()).isTrue();
    }
    assertThat(fixture.assessments()).hasSize(500);
    assertThat(fixture.assessments())
        .allSatisfy(assessment -> {
          assertThat(assessment.outcome()).isEqualTo(Outcome.PASS);
          assertThat(assessment.samplingProbability()).isEqualTo(0.5);
          assertThat(assessment.rationale()).isEqualTo("fine");
        });
    assertThat(stub.mostInFlight.get()).isBetween(16, 32);
    assertThat(fixture.unaccounted()).isZero();
    assertThat(fixture.counted(Meter.WORKER_LOST_LOCKS)).isZero();
    assertThat(fixture.counted(Meter.WORKER_RESTARTS)).isZero();
  }

  @Test
  void noPartitionStarvesWhileConsumersOutnumberTheRoomThereIs() throws Exception {
    // room for two batches, sixteen consumers: fourteen wait while two poll
    var config = WorkerConfig.withSlots(4).withConsumers(16, 4);
    var spec = StubScorers.spec(Map.of());
    try (var _ = fixture.lane(config, stub.scorers())) {
      for (int round = 0; round < 3; round++) {
        for (int partition = 0; partition < LaneFixture.PARTITIONS; partition++) {
          fixture.requestOn(partition, spec, "p" + partition + "-" + round);
          int expected = round * LaneFixture.PARTITIONS + partition + 1;
          fixture.await(Duration.ofSeconds(30), () -> fixture.ids().size() == expected);
        }
      }
    }
  }

  @Test
  void whatCannotBeDoneEndsAsDeadLetterAndError() throws Exception {
    fixture.send(null, "poison", "not avro".getBytes(StandardCharsets.UTF_8));
    fixture.send(null, "empty", null);
    fixture.request(StubScorers.spec(Map.of("mode", "throw")), "throws");
    fixture.request(StubScorers.spec(Map.of("mode", "retry")), "down");
    fixture.request(StubScorers.spec(Map.of("mode", "huge")), "huge");
    fixture.request(ScorerSpec.of("gone", "no_such_kind", Map.of()), "invalid");
    fixture.request(StubScorers.spec(Map.of()), "good");
    try (var _ = fixture.lane(CONFIG, stub.scorers())) {
      fixture.await(
          Duration.ofSeconds(60),
          () -> fixture.assessments().size() == 5 && fixture.deadLetters().size() == 6);
      fixture.await(Duration.ofSeconds(10), () -> fixture.outcome("rejected") == 6);
    }
    assertThat(fixture.assessments())
        .extracting(a -> a.traceId() + " " + code(a))
        .containsExactlyInAnyOrder(
            "throws SCORER_EXCEPTION",
            "down STUB_DOWN",
            "huge ASSESSMENT_TOO_LARGE",
            "invalid INVALID_SCORER",
            "good PASS");
    assertThat(fixture.deadLetters())
        .extracting(letter -> LaneFixture.header(letter, DeadLetter.CAUSE))
        .containsExactlyInAnyOrder(
            "undecodable",
            "undecodable",
            "scorer_exception",
            "attempts_exhausted",
            "assessment_too_large",
            "invalid_scorer");
    var exhausted = deadLetter("attempts_exhausted");
    assertThat(LaneFixture.header(exhausted, DeadLetter.MESSAGE))
        .isEqualTo("STUB_DOWN: after 3 attempts: down");
    assertThat(exhausted.value()).isNotEmpty();
    assertThat(stub.callsByTrace.get("down")).isEqualTo(3);
    assertThat(fixture.outcome("retried")).isEqualTo(2);
    assertThat(fixture.counted(Meter.DEAD_LETTERS, "scoring", "undecodable")).isEqualTo(2);
    assertThat(fixture.unaccounted()).isZero();
  }

  @Test
  void aCallThatHangsIsCancelledAndTriedAgain() throws Exception {
    fixture.request(StubScorers.spec(Map.of("mode", "hang")), "hangs");
    var config = CONFIG.withCallTimeout(Duration.ofMillis(300));
    try (var _ = fixture.lane(config, stub.scorers())) {
      fixture.await(Duration.ofSeconds(30), () -> fixture.assessments().size() == 1);
    }
    assertThat(code(fixture.assessments().getFirst())).isEqualTo("TIMEOUT");
    assertThat(stub.interrupted.get()).isEqualTo(3);
    assertThat(stub.inFlight.get()).isZero();
  }

  @Test
  void oldRequestsExpireAndSayWhatKeptThem() throws Exception {
    fixture.request(StubScorers.spec(Map.of()), "stale", Instant.now().minus(Duration.ofHours(2)));
    var config =
        CONFIG
            .withRetries(1, Duration.ofMillis(100), Duration.ofMillis(100))
            .withExpiry(Duration.ofSeconds(10));
    try (var _ = fixture.lane(config, stub.scorers())) {
      fixture.await(Duration.ofSeconds(60), () -> fixture.assessments().size() == 1);
      fixture.request(StubScorers.spec(Map.of("mode", "busy")), "kept");
      fixture.await(Duration.ofSeconds(60), () -> fixture.assessments().size() == 2);
      fixture.await(Duration.ofSeconds(10), () -> fixture.outcome("expired") == 2);
    }
    assertThat(fixture.assessments())
        .extracting(a -> a.traceId() + " " + code(a))
        .containsExactly("stale EXPIRED", "kept STUB_BUSY");
    // nobody was asked: the one attempt there is was not used up
    assertThat(stub.callsByTrace.get("kept")).isGreaterThan(1);
    assertThat(fixture.deadLetters()).isEmpty();
    assertThat(fixture.unaccounted()).isZero();
  }

  @Test
  void aScorerThatCannotWorkIsPausedUntilItCan() throws Exception {
    var events = new CopyOnWriteArrayList<String>();
    for (int i = 0; i < 20; i++) {
      fixture.request(StubScorers.spec(Map.of("mode", "unavailable")), "t" + i);
    }
    try (var _ = fixture.lane(CONFIG, stub.scorers(), recording(events))) {
      fixture.await(Duration.ofSeconds(30), () -> fixture.outcome("retried") >= 40);
      assertThat(fixture.counted(Meter.SCORER_PAUSED, "stub")).isEqualTo(1);
      assertThat(events).containsExactly("paused stub: STUB_KEY: the key is wrong");
      assertThat(fixture.assessments()).isEmpty();
      stub.mended = true;
      fixture.await(Duration.ofSeconds(60), () -> fixture.ids().size() == 20);
      assertThat(fixture.counted(Meter.SCORER_PAUSED, "stub")).isZero();
    }
    assertThat(events).containsExactly("paused stub: STUB_KEY: the key is wrong", "working stub");
    assertThat(fixture.assessments()).allMatch(a -> a.outcome() == Outcome.PASS);
    assertThat(fixture.deadLetters()).isEmpty();
    assertThat(fixture.unaccounted()).isZero();
  }

  @Test
  void aScorerThatAlwaysThrowsIsPausedAndHarmsNoOther() throws Exception {
    var events = new CopyOnWriteArrayList<String>();
    var broken = StubScorers.spec(Map.of("mode", "throw"));
    for (int i = 0; i < 60; i++) {
      fixture.request(broken, "bad" + i);
    }
    for (int i = 0; i < 60; i++) {
      fixture.request(ScorerSpec.of("other", "stub", Map.of()), "good" + i);
    }
    try (var _ = fixture.lane(CONFIG, stub.scorers(), recording(events))) {
      fixture.await(
          Duration.ofSeconds(60),
          () ->
              fixture.assessments().stream().filter(a -> a.scorer().equals("other")).count() == 60);
      fixture.await(
          Duration.ofSeconds(20), () -> fixture.counted(Meter.SCORER_PAUSED, "stub") == 1);
    }
    assertThat(events)
        .filteredOn(event -> event.startsWith("paused"))
        .singleElement()
        .asString()
        .contains("broken scorer");
    // 20 in a row pause it; at most a slotful more was under way
    assertThat(fixture.outcome("rejected")).isBetween(20.0, 52.0);
  }

  @Test
  void closingLetsCallsEndOrGivesThemBack() throws Exception {
    var spec = StubScorers.spec(Map.of("mean_ms", 300, "slow_ms", 20_000));
    for (int i = 0; i < 100; i++) {
      fixture.request(spec, (i % 25 == 0 ? "slow" : "t") + i);
    }
    var lane = fixture.lane(CONFIG, stub.scorers());
    fixture.await(Duration.ofSeconds(30), () -> stub.callsByTrace.size() >= 20);
    long began = System.nanoTime();
    lane.close();
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
    assertThat(stub.inFlight.get()).isZero();
    assertThat(fixture.unaccounted()).isZero();
    try (var _ = fixture.lane(CONFIG, stub.scorers())) {
      fixture.await(Duration.ofSeconds(60), () -> fixture.ids().size() == 100);
    }
    // what had ended was acknowledged: nothing but the interrupted was run again
    assertThat(fixture.assessments()).hasSize(100);
    assertThat(fixture.counted(Meter.WORKER_LOST_LOCKS)).isZero();
  }

  @Test
  void judgesLiveThroughABadDayAtTheirProvider() throws Exception {
    try (var provider = new FakeOpenAi()) {
      provider
          .status(429, "rate_limit_exceeded", "retry-after-ms", "200")
          .status(500, "internal")
          .says("no JSON at all")
          .judges("true");
      fixture.request(guidelines(), "t1");
      try (var _ = fixture.lane(CONFIG, judges(provider))) {
        fixture.await(Duration.ofSeconds(30), () -> fixture.assessments().size() == 1);
      }
      var assessment = fixture.assessments().getFirst();
      assertThat(assessment.outcome()).isEqualTo(Outcome.PASS);
      assertThat(assessment.source()).isEqualTo(SourceType.LLM_JUDGE);
      assertThat(assessment.sourceId()).isEqualTo("fake:/gpt-x");
      assertThat(assessment.usage().inputTokens()).isEqualTo(200);
      assertThat(fixture.outcome("retried")).isEqualTo(2);
    }
  }

  @Test
  void aJudgeWithAWrongKeyPausesWithTheReason() throws Exception {
    var events = new CopyOnWriteArrayList<String>();
    try (var provider = new FakeOpenAi()) {
      provider.status(401, "invalid_api_key");
      fixture.request(guidelines(), "t1");
      try (var _ = fixture.lane(CONFIG, judges(provider), recording(events))) {
        fixture.await(Duration.ofSeconds(30), () -> !events.isEmpty());
      }
      assertThat(events.getFirst())
          .startsWith("paused polite: JUDGE_UNAUTHORIZED: fake:/gpt-x: HTTP 401")
          .doesNotContain("sk-secret-1");
      assertThat(provider.requests()).hasSize(1);
    }
  }

  @Test
  void settingsTheBrokerRefusesStopTheStart() {
    var config =
        new WorkerConfig(
            "assay-workers",
            4,
            2,
            2,
            Duration.ofSeconds(1),
            1,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofDays(1),
            Duration.ofHours(2),
            4_000,
            10,
            Duration.ZERO);
    assertThatThrownBy(() -> fixture.lane(config, stub.scorers()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("assay-workers")
        .hasMessageContaining("share.record.lock.duration.ms");
  }

  private static ScorerSpec guidelines() {
    return ScorerSpec.of(
        "polite", "guidelines", Map.of("guidelines", "Be polite.", "model", "fake:/gpt-x"));
  }

  private static Scorers judges(FakeOpenAi provider) {
    var config =
        new ModelConfig(
            Map.of(
                "fake",
                ModelConfig.Provider.at(provider.baseUrl())
                    .withKey("FAKE_KEY", ApiKey.of("sk-secret-1"))),
            Map.of());
    return new Scorers(
        Judges.factories(
            new Models(config, JudgeListener.silent(), Clock.systemUTC(), new Random(1))));
  }

  private static ScorerPauses recording(List<String> events) {
    return new ScorerPauses() {
      @Override
      public void paused(ScorerSpec scorer, String reason) {
        events.add("paused " + scorer.name() + ": " + reason);
      }

      @Override
      public void working(ScorerSpec scorer) {
        events.add("working " + scorer.name());
      }
    };
  }

  private org.apache.kafka.clients.consumer.ConsumerRecord<byte[], byte[]> deadLetter(
      String cause) {
    return fixture.deadLetters().stream()
        .filter(letter -> LaneFixture.header(letter, DeadLetter.CAUSE).equals(cause))
        .findFirst()
        .orElseThrow();
  }

  private static String code(Assessment assessment) {
    return assessment.error() == null ? assessment.outcome().name() : assessment.error().code();
  }
}
