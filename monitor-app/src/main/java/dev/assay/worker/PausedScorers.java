package dev.assay.worker;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.model.ScorerError;
import dev.assay.model.ScorerSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which scorers this instance keeps from running, and why: those that said they cannot work until
 * somebody mends something, and those that throw every time. Their requests are put off until they
 * expire. Every now and then one request is let through to see: after 10 s, then twice as long each
 * time, up to 5 min.
 */
final class PausedScorers {
  /** Exceptions in a row, without an answer between them, that pause a scorer. */
  static final int FAILURES_TO_PAUSE = 20;

  private static final Logger logger = LoggerFactory.getLogger(PausedScorers.class);
  private static final Duration FIRST_TRY = Duration.ofSeconds(10);
  private static final Duration LONGEST_TRY = Duration.ofMinutes(5);

  private final Map<Key, Status> statuses = new ConcurrentHashMap<>();
  private final ScorerPauses told;
  private final Metrics metrics;
  private final InstantSource clock;

  PausedScorers(ScorerPauses told, Metrics metrics, InstantSource clock) {
    this.told = told;
    this.metrics = metrics;
    this.clock = clock;
  }

  private record Key(String name, String version) {
    static Key of(ScorerSpec scorer) {
      return new Key(scorer.name(), scorer.version());
    }
  }

  /** One version of a scorer. */
  private sealed interface Status {
    /**
     * @param answered at least once, so that {@code working} was told
     */
    record Running(boolean answered, int failures) implements Status {}

    record Paused(ScorerError error, Duration pause, Instant nextTry) implements Status {}
  }

  /** Whether to ask a scorer now. */
  sealed interface Permission {
    record Granted() implements Permission {}

    /** It is paused, and this call is to see whether it works again. */
    record Trial() implements Permission {}

    record Denied(ScorerError error, Duration until) implements Permission {}
  }

  Permission ask(ScorerSpec scorer) {
    var permission = new Permission[] {new Permission.Granted()};
    statuses.compute(
        Key.of(scorer),
        (_, status) ->
            switch (status) {
              case null -> {
                metrics.set(Meter.SCORER_PAUSED, 0, scorer.name());
                yield new Status.Running(false, 0);
              }
              case Status.Running running -> running;
              case Status.Paused(var error, var pause, var nextTry) -> {
                var now = clock.instant();
                if (now.isBefore(nextTry)) {
                  permission[0] = new Permission.Denied(error, Duration.between(now, nextTry));
                  yield status;
                }
                permission[0] = new Permission.Trial();
                var longer = pause.multipliedBy(2);
                var next = longer.compareTo(LONGEST_TRY) > 0 ? LONGEST_TRY : longer;
                yield new Status.Paused(error, next, now.plus(next));
              }
            });
    return permission[0];
  }

  /** The scorer gave an answer. One from before the pause says nothing about now. */
  void answered(ScorerSpec scorer, Permission permission) {
    var trial = permission instanceof Permission.Trial;
    var tell = new boolean[1];
    statuses.compute(
        Key.of(scorer),
        (_, status) -> {
          if (status instanceof Status.Paused && !trial) {
            return status;
          }
          tell[0] = !(status instanceof Status.Running(var answered, _) && answered);
          return status instanceof Status.Running(var answered, var failures)
                  && answered
                  && failures == 0
              ? status
              : new Status.Running(true, 0);
        });
    if (tell[0]) {
      metrics.set(Meter.SCORER_PAUSED, 0, scorer.name());
      tell(() -> told.working(scorer));
    }
  }

  /** The scorer said that it cannot work. */
  void unavailable(ScorerSpec scorer, ScorerError error) {
    pauseWhen(scorer, error, 1);
  }

  /** The scorer threw. */
  void threw(ScorerSpec scorer, ScorerError error) {
    pauseWhen(scorer, error, FAILURES_TO_PAUSE);
  }

  private void pauseWhen(ScorerSpec scorer, ScorerError error, int failuresToPause) {
    var paused = new boolean[1];
    statuses.compute(
        Key.of(scorer),
        (_, status) ->
            switch (status) {
              case Status.Paused(_, var pause, var nextTry) ->
                  new Status.Paused(error, pause, nextTry);
              case Status.Running(var answered, var failures) when failures + 1 < failuresToPause ->
                  new Status.Running(answered, failures + 1);
              case Status.Running _ -> {
                paused[0] = true;
                yield paused(error);
              }
              case null -> {
                paused[0] = failuresToPause == 1;
                yield paused[0] ? paused(error) : new Status.Running(false, 1);
              }
            });
    if (paused[0]) {
      metrics.set(Meter.SCORER_PAUSED, 1, scorer.name());
      var reason = error.code() + ": " + error.message();
      logger.warn("scorer {} is paused: {}", scorer.name(), reason);
      tell(() -> told.paused(scorer, reason));
    }
  }

  private Status paused(ScorerError error) {
    return new Status.Paused(error, FIRST_TRY, clock.instant().plus(FIRST_TRY));
  }

  private static void tell(Runnable listener) {
    try {
      listener.run();
    } catch (RuntimeException e) {
      logger.error("a listener of pauses failed", e);
    }
  }
}
