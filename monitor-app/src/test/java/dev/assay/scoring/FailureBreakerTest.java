package dev.assay.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.scoring.FailureBreaker.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class FailureBreakerTest {
  private static final long SECOND = 1_000_000_000L;
  private final FailureBreaker breaker = new FailureBreaker(3, Duration.ofSeconds(60));

  @Test
  void failuresInARowPause() {
    assertThat(breaker.record("s", true, "boom", 1)).isEmpty();
    assertThat(breaker.record("s", true, "boom", 2)).isEmpty();
    assertThat(breaker.admits("s", 3)).isTrue();
    assertThat(breaker.record("s", true, "no key jane@example.com", 4))
        .hasValueSatisfying(transition -> {
          assertThat(transition.change()).isEqualTo(Change.PAUSED);
          assertThat(transition.scorer()).isEqualTo("s");
          assertThat(transition.reason())
              .isEqualTo("3 failures in a row, the last one: no key [email]");
          assertThat(transition.atNanos()).isEqualTo(4);
        });
    assertThat(breaker.admits("s", 5)).isFalse();
    assertThat(breaker.isPaused("s")).isTrue();
  }

  @Test
  void aSuccessBetweenStartsTheCountAfresh() {
    for (int i = 0; i < 100; i++) {
      assertThat(breaker.record("s", i % 3 != 2, "boom", i)).isEmpty();
    }
    assertThat(breaker.admits("s", 101)).isTrue();
  }

  @Test
  void otherScorersGoOn() {
    pause("s");
    assertThat(breaker.admits("s", 10)).isFalse();
    assertThat(breaker.admits("t", 10)).isTrue();
    assertThat(breaker.record("t", true, "boom", 10)).isEmpty();
  }

  @Test
  void oneTraceIsTriedInEachInterval() {
    pause("s");
    assertThat(breaker.admits("s", 59 * SECOND)).isFalse();
    assertThat(breaker.admits("s", 61 * SECOND)).isTrue();
    assertThat(breaker.admits("s", 61 * SECOND)).isFalse();
    assertThat(breaker.record("s", true, "boom", 62 * SECOND)).isEmpty();
    assertThat(breaker.admits("s", 120 * SECOND)).isFalse();
    assertThat(breaker.admits("s", 122 * SECOND)).isTrue();
  }

  @Test
  void aTrialThatNeverReportsIsFollowedByAnother() {
    pause("s");
    assertThat(breaker.admits("s", 61 * SECOND)).isTrue();
    assertThat(breaker.admits("s", 122 * SECOND)).isTrue();
  }

  @Test
  void aSuccessfulTrialResumes() {
    pause("s");
    assertThat(breaker.admits("s", 61 * SECOND)).isTrue();
    assertThat(breaker.record("s", false, "", 62 * SECOND))
        .hasValueSatisfying(
            transition -> assertThat(transition.change()).isEqualTo(Change.RESUMED));
    assertThat(breaker.admits("s", 62 * SECOND)).isTrue();
    assertThat(breaker.admits("s", 62 * SECOND)).isTrue();
    assertThat(breaker.record("s", true, "boom", 63 * SECOND)).isEmpty();
  }

  @Test
  void aForgottenScorerStartsAfresh() {
    pause("s");
    breaker.forget("s");
    assertThat(breaker.admits("s", 10)).isTrue();
  }

  @Test
  void manyThreadsSeeOnePauseAndOneTrial() throws Exception {
    var transitions = new AtomicInteger();
    var trials = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var work = new ArrayList<Callable<Void>>();
      for (int i = 0; i < 1_000; i++) {
        work.add(() -> {
          breaker.record("s", true, "boom", 0).ifPresent(_ -> transitions.incrementAndGet());
          return null;
        });
      }
      for (var done : threads.invokeAll(work)) {
        done.get();
      }
      work.clear();
      for (int i = 0; i < 1_000; i++) {
        work.add(() -> {
          trials.addAndGet(breaker.admits("s", 61 * SECOND) ? 1 : 0);
          return null;
        });
      }
      for (var done : threads.invokeAll(work)) {
        done.get();
      }
    }
    assertThat(transitions).hasValue(1);
    assertThat(trials).hasValue(1);
  }

  @Property
  void pausesAndResumesAlternate(@ForAll List<Boolean> outcomes) {
    var fresh = new FailureBreaker(2, Duration.ofNanos(1));
    var expected = Change.PAUSED;
    int inARow = 0;
    long now = 0;
    for (boolean failed : outcomes) {
      inARow = failed ? inARow + 1 : 0;
      var transition = fresh.record("s", failed, "boom", now++);
      if (transition.isPresent()) {
        assertThat(transition.get().change()).isEqualTo(expected);
        expected = expected == Change.PAUSED ? Change.RESUMED : Change.PAUSED;
      }
      assertThat(fresh.isPaused("s")).isEqualTo(inARow >= 2);
    }
  }

  @Test
  void sillySettingsAreRefused() {
    assertThatThrownBy(() -> new FailureBreaker(0, Duration.ofSeconds(1)))
        .hasMessage("failuresToPause must be >= 1, was 0");
    assertThatThrownBy(() -> new FailureBreaker(1, Duration.ZERO))
        .hasMessage("retryAfter must be positive, was PT0S");
  }

  private void pause(String scorer) {
    for (int i = 0; i < 3; i++) {
      breaker.record(scorer, true, "boom", i);
    }
    assertThat(breaker.isPaused(scorer)).isTrue();
  }
}
