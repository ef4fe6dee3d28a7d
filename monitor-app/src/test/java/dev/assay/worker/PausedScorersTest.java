package dev.assay.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.metrics.Metrics;
import dev.assay.model.ScorerError;
import dev.assay.model.ScorerSpec;
import dev.assay.worker.PausedScorers.Permission;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PausedScorersTest {
  private static final ScorerSpec SCORER = ScorerSpec.of("polite", "stub", Map.of());
  private static final ScorerError ERROR = new ScorerError("KEY", "wrong");
  private static final Permission GRANTED = new Permission.Granted();

  private final List<String> told = new ArrayList<>();
  private Instant now = Instant.EPOCH;
  private final PausedScorers scorers =
      new PausedScorers(
          new ScorerPauses() {
            @Override
            public void paused(ScorerSpec scorer, String reason) {
              told.add("paused " + reason);
            }

            @Override
            public void working(ScorerSpec scorer) {
              told.add("working");
            }
          },
          Metrics.standalone(),
          () -> now);

  @Test
  void oneTrialAtATimeAndEachTwiceAsLate() {
    assertThat(scorers.ask(SCORER)).isEqualTo(GRANTED);
    scorers.unavailable(SCORER, ERROR);
    assertThat(scorers.ask(SCORER)).isEqualTo(new Permission.Denied(ERROR, Duration.ofSeconds(10)));
    for (int seconds : new int[] {10, 20, 40, 80, 160, 300, 300}) {
      now = now.plusSeconds(seconds);
      assertThat(scorers.ask(SCORER)).isEqualTo(new Permission.Trial());
      assertThat(scorers.ask(SCORER)).isInstanceOf(Permission.Denied.class);
      scorers.unavailable(SCORER, ERROR);
    }
    assertThat(told).containsExactly("paused KEY: wrong");
  }

  @Test
  void onlyTheAnswerOfATrialResumes() {
    scorers.ask(SCORER);
    scorers.answered(SCORER, GRANTED);
    scorers.unavailable(SCORER, ERROR);
    scorers.answered(SCORER, GRANTED); // a call from before the pause
    assertThat(scorers.ask(SCORER)).isInstanceOf(Permission.Denied.class);
    now = now.plusSeconds(10);
    scorers.answered(SCORER, scorers.ask(SCORER));
    assertThat(scorers.ask(SCORER)).isEqualTo(GRANTED);
    assertThat(told).containsExactly("working", "paused KEY: wrong", "working");
  }

  @Test
  void onlyFailuresInARowPause() {
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < PausedScorers.FAILURES_TO_PAUSE - 1; i++) {
        scorers.threw(SCORER, ERROR);
      }
      scorers.answered(SCORER, GRANTED);
    }
    assertThat(scorers.ask(SCORER)).isEqualTo(GRANTED);
    for (int i = 0; i < PausedScorers.FAILURES_TO_PAUSE; i++) {
      scorers.threw(SCORER, ERROR);
    }
    assertThat(scorers.ask(SCORER)).isInstanceOf(Permission.Denied.class);
    assertThat(told).containsExactly("working", "paused KEY: wrong");
  }

  @Test
  void aNewVersionIsNotPaused() {
    scorers.unavailable(SCORER, ERROR);
    var mended =
        new ScorerSpec(
            SCORER.name(),
            "2",
            SCORER.kind(),
            SCORER.parameters(),
            SCORER.level(),
            SCORER.state(),
            null,
            1,
            Map.of(),
            SCORER.pass(),
            null,
            null,
            null);
    assertThat(scorers.ask(mended)).isEqualTo(GRANTED);
  }
}
