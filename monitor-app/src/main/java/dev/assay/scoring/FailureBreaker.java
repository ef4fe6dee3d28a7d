package dev.assay.scoring;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Pauses a scorer that fails on trace after trace, and tries it again from time to time, so that a
 * broken one costs the others nothing.
 *
 * <p>A scorer is paused when its last {@code failuresToPause} records, without a success between,
 * were failures. While it is paused {@link #admits} lets one trace through in each {@code
 * retryAfter}: if that one succeeds the scorer runs again. A success that arrives from before the
 * pause counts too: the scorer evidently works.
 *
 * <p>Safe for use by several threads. It holds no clock: times are what callers give, nanoseconds
 * of any one origin that never run backwards by more than a little.
 */
public final class FailureBreaker {
  /** Failures in a row, unless told otherwise. */
  public static final int FAILURES_TO_PAUSE = 20;

  /** Time until a paused scorer is tried again, unless told otherwise. */
  public static final Duration RETRY_AFTER = Duration.ofMinutes(1);

  /** What a record changed. */
  public enum Change {
    PAUSED,
    RESUMED
  }

  /**
   * A scorer was paused, or runs again.
   *
   * @param reason for people: how often it failed, and how the last time
   * @param atNanos as given to {@link #record}
   */
  public record Transition(String scorer, Change change, String reason, long atNanos) {}

  /**
   * @param failures in a row, at most the number that pauses
   * @param retryNanos when a paused one is tried next
   */
  private record State(int failures, boolean paused, long retryNanos) {}

  private final ConcurrentHashMap<String, State> states = new ConcurrentHashMap<>();
  private final int failuresToPause;
  private final long retryAfterNanos;

  public FailureBreaker() {
    this(FAILURES_TO_PAUSE, RETRY_AFTER);
  }

  /**
   * @param failuresToPause ≥ 1
   * @param retryAfter &gt; 0
   */
  public FailureBreaker(int failuresToPause, Duration retryAfter) {
    if (failuresToPause < 1) {
      throw new IllegalArgumentException("failuresToPause must be >= 1, was " + failuresToPause);
    }
    if (!retryAfter.isPositive()) {
      throw new IllegalArgumentException("retryAfter must be positive, was " + retryAfter);
    }
    this.failuresToPause = failuresToPause;
    this.retryAfterNanos = retryAfter.toNanos();
  }

  /**
   * Whether the scorer may look at a trace now. While it is paused, {@code true} once in each retry
   * interval, to one caller.
   *
   * @param scorer a name, or name and version where a new version shall start afresh
   */
  public boolean admits(String scorer, long nowNanos) {
    var state = states.get(scorer);
    if (state == null || !state.paused) {
      return true;
    }
    if (nowNanos - state.retryNanos < 0) {
      return false;
    }
    // one caller wins; should it never report back, the next interval has another
    return states.replace(
        scorer, state, new State(state.failures, true, nowNanos + retryAfterNanos));
  }

  /**
   * One trace looked at.
   *
   * @param failed whether it gave an ERROR assessment
   * @param reason how it failed; unused on a success
   */
  public Optional<Transition> record(String scorer, boolean failed, String reason, long nowNanos) {
    return failed ? failure(scorer, reason, nowNanos) : success(scorer, nowNanos);
  }

  /** Whether the scorer is paused. */
  public boolean isPaused(String scorer) {
    var state = states.get(scorer);
    return state != null && state.paused;
  }

  /** Starts afresh: the scorer was removed or changed. */
  public void forget(String scorer) {
    states.remove(scorer);
  }

  private Optional<Transition> success(String scorer, long nowNanos) {
    var before = states.remove(scorer);
    return before == null || !before.paused
        ? Optional.empty()
        : Optional.of(new Transition(scorer, Change.RESUMED, "it works again", nowNanos));
  }

  private Optional<Transition> failure(String scorer, String reason, long nowNanos) {
    var paused = new boolean[1];
    states.compute(
        scorer,
        (_, before) -> {
          var after = afterFailure(before, nowNanos);
          paused[0] = after.paused && (before == null || !before.paused);
          return after;
        });
    return paused[0]
        ? Optional.of(
            new Transition(
                scorer,
                Change.PAUSED,
                "%s in a row, the last one: %s"
                    .formatted(Counted.of(failuresToPause, "failure"), Excerpt.of(reason, 300)),
                nowNanos))
        : Optional.empty();
  }

  private State afterFailure(@Nullable State before, long nowNanos) {
    if (before != null && before.paused) {
      return before;
    }
    int failures = before == null ? 1 : before.failures + 1;
    return new State(failures, failures >= failuresToPause, nowNanos + retryAfterNanos);
  }
}
