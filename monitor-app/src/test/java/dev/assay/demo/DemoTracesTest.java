package dev.assay.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.model.CloseReason;
import dev.assay.model.Lane;
import dev.assay.model.Score;
import dev.assay.model.ScorerSpec;
import dev.assay.model.Trace;
import dev.assay.model.TraceStatus;
import dev.assay.scoring.BuiltInScorers;
import dev.assay.scoring.Scorer;
import dev.assay.scoring.Scorers;
import dev.assay.wire.TraceMapper;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the monitor makes of the demo's spans, three conventions of them: the question, the answer
 * and the defects that were planted, no more and no less.
 */
class DemoTracesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final int COUNT = 4_000;
  private static final Schedule STORY =
      new Schedule(
          Duration.ofSeconds(50),
          Duration.ZERO,
          Duration.ofSeconds(50),
          Duration.ZERO,
          Duration.ofSeconds(100),
          Duration.ZERO);

  /** A trace as planned and as the monitor reads it. */
  private record Read(PlannedTrace planned, Trace trace) {
    boolean has(Defect... defects) {
      return List.of(defects).stream().anyMatch(planned.defects()::contains);
    }

    String as() {
      return "%s %s %s: %s → %s"
          .formatted(
              planned.app(),
              planned.version(),
              planned.defects(),
              trace.question(),
              trace.answer());
    }
  }

  private static final List<Read> READ = new ArrayList<>();

  @BeforeAll
  static void sendAndReadBack() {
    var ids = new ArrayList<String>();
    try (var receiver = new CapturingReceiver()) {
      var settings = Traffic.Settings.of(receiver.uri(), 20, 1, STORY, null);
      try (var traffic = new Traffic(settings, (id, _, _, _) -> ids.add(id), Clock.systemUTC())) {
        for (int i = 0; i < COUNT; i++) {
          traffic.sendNext(NOW);
        }
      }
      var messages = receiver.messages();
      var sequence = new TrafficSequence(1, 20, STORY);
      var mapper = new TraceMapper(1_000);
      long closed = (NOW.getEpochSecond() + 1) * 1_000_000_000L;
      for (var id : ids) {
        var mapped = mapper.map(id, List.of(messages.get(id)), 1, CloseReason.ROOT_ENDED, closed);
        READ.add(new Read(sequence.next(), mapped.trace()));
      }
    }
  }

  @Test
  void questionAndAnswerAreThePlantedOnes() {
    for (var read : READ) {
      assertThat(read.trace.question()).as(read.as()).isEqualTo(read.planned.question());
      assertThat(read.trace.answer() == null ? "" : read.trace.answer())
          .as(read.as())
          .isEqualTo(read.planned.answer());
    }
  }

  @Test
  void theHeaderSaysWhoAskedWhatAndHowItWent() {
    for (var read : READ) {
      var header = read.trace.header();
      assertThat(header.app()).isEqualTo(read.planned.app());
      assertThat(header.appVersion()).isEqualTo(read.planned.version());
      assertThat(header.environment()).isEqualTo("demo");
      assertThat(header.sessionId()).as(read.as()).startsWith("sess-");
      assertThat(header.userId()).as(read.as()).startsWith("user-");
      assertThat(header.durationNanos()).isEqualTo(read.planned.root().length().toNanos());
      assertThat(header.status() == TraceStatus.ERROR)
          .as(read.as())
          .isEqualTo(read.has(Defect.MODEL_ERROR));
      if (!read.has(Defect.MODEL_ERROR)) {
        assertThat(header.tokenUsage()).as(read.as()).isNotNull();
      }
    }
  }

  @Test
  void toolsAndDocumentsAreRead() {
    for (var read : READ) {
      switch (read.planned.app()) {
        case "docs-assistant" -> assertThat(read.trace.documents()).as(read.as()).hasSize(3);
        case "travel-agent" -> assertThat(read.trace.toolCalls()).as(read.as()).isNotEmpty();
        default -> assertThat(read.trace.models()).as(read.as()).hasSize(1);
      }
    }
  }

  @Test
  void codeScorersFindWhatWasPlantedAndNothingElse() throws Exception {
    assertFails(
        "pii_detection",
        Map.of(),
        Set.of("support-chat", "docs-assistant", "travel-agent"),
        Defect.PII_LEAK);
    assertFails(
        "refusal",
        Map.of(),
        Set.of("support-chat", "docs-assistant", "travel-agent"),
        Defect.REFUSAL);
    assertFails(
        "not_empty",
        Map.of(),
        Set.of("support-chat", "docs-assistant", "travel-agent"),
        Defect.EMPTY_ANSWER,
        Defect.MODEL_ERROR);
    assertFails(
        "error_status", Map.of(), Set.of("support-chat", "docs-assistant"), Defect.MODEL_ERROR);
    assertFails(
        "latency",
        Map.of("max_seconds", 10),
        Set.of("support-chat", "docs-assistant", "travel-agent"),
        Defect.SLOW);
    assertFails(
        "tool_errors", Map.of("max_errors", 0), Set.of("travel-agent"), Defect.TOOL_FAILURE);
    assertFails(
        "json_validity",
        Map.of("schema", Map.of("type", "object", "required", List.of("answer", "sources"))),
        Set.of("docs-assistant"),
        Defect.BROKEN_JSON,
        Defect.EMPTY_ANSWER,
        Defect.MODEL_ERROR);
  }

  private static void assertFails(
      String kind, Map<String, Object> parameters, Set<String> apps, Defect... defects)
      throws Exception {
    Scorer scorer =
        new Scorers(BuiltInScorers.all()).create(ScorerSpec.of("check", kind, parameters));
    assertThat(scorer.lane()).isEqualTo(Lane.INLINE);
    int failed = 0;
    for (var read : READ) {
      if (apps.contains(read.planned.app())) {
        var feedback = scorer.score(read.trace);
        boolean passes =
            feedback.stream().allMatch(one -> new Score.Bool(true).equals(one.score()));
        assertThat(passes).as("%s %s %s", kind, read.as(), feedback).isEqualTo(!read.has(defects));
        failed += passes ? 0 : 1;
      }
    }
    assertThat(failed).as(kind).isPositive();
  }
}
