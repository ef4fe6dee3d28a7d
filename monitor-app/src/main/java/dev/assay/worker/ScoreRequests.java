package dev.assay.worker;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.model.EpochNanos;
import dev.assay.model.Feedback;
import dev.assay.model.LoopGuard;
import dev.assay.model.ScorerError;
import dev.assay.model.ScoringRequest;
import dev.assay.model.Trace;
import dev.assay.scoring.Assessments;
import dev.assay.scoring.InvalidScorerException;
import dev.assay.scoring.RetryableScoringException;
import dev.assay.scoring.Scorer;
import dev.assay.scoring.UnavailableScorerException;
import dev.assay.wire.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * One delivery of one request, from the record to its acknowledgement: decode, look whether it is
 * still wanted, ask the scorer, write what came of it, and only then say that it is done. Every
 * request that can be read ends with an assessment: the scorer's, or an ERROR that says why there
 * is none.
 *
 * <p>The law, per instance ({@link Meter#SCORING_REQUESTS}): taken = assessed + rejected + expired
 * + retried + repeated + loop_guard + released + in flight. A retried request is taken again, so
 * over all instances and time: requests = assessed + rejected + expired + loop_guard + in flight.
 * An attempt is used up by a call that was made; a scorer that is paused, or says that nobody was
 * asked, costs none.
 */
final class ScoreRequests {
  private static final String UNDECODABLE = "__undecodable__";

  private final Topic<String, ScoringRequest> topic;
  private final CompiledScorers scorers;
  private final PausedScorers pauses;
  private final Outbox outbox;
  private final RememberedVerdicts remembered;
  private final RetryDelays delays;
  private final WorkerConfig config;
  private final Metrics metrics;
  private final InstantSource clock;

  ScoreRequests(
      Topic<String, ScoringRequest> topic,
      CompiledScorers scorers,
      PausedScorers pauses,
      Outbox outbox,
      RememberedVerdicts remembered,
      RetryDelays delays,
      WorkerConfig config,
      Metrics metrics,
      InstantSource clock) {
    this.topic = topic;
    this.scorers = scorers;
    this.pauses = pauses;
    this.outbox = outbox;
    this.remembered = remembered;
    this.delays = delays;
    this.config = config;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * How to acknowledge the record, now that everything about it is written.
   *
   * @param slot held by the caller; shared with the call, which may outlast this
   * @throws InterruptedException if the record is no longer ours: nothing is to be said about it
   */
  AcknowledgeType run(ConsumerRecord<byte[], byte[]> record, Slot slot)
      throws InterruptedException {
    metrics.move(Meter.WORKER_IN_FLIGHT, 1);
    var scorer = UNDECODABLE;
    var ended = "released";
    try {
      var request = decode(record);
      scorer = request.scorer().name();
      metrics.count(Meter.SCORING_REQUESTS, scorer, "taken");
      if (remembered.ended(request)) {
        ended = "repeated";
        return AcknowledgeType.ACCEPT;
      }
      // the router never asks for it; another producer of requests may
      if (LoopGuard.holds(request.trace().header())) {
        ended = "loop_guard";
        return AcknowledgeType.ACCEPT;
      }
      ended = write(record, request, attempt(record, request, slot));
      return ended.equals("rejected") ? AcknowledgeType.REJECT : AcknowledgeType.ACCEPT;
    } catch (SerializationException e) {
      metrics.count(Meter.SCORING_REQUESTS, scorer, "taken");
      return undecodable(record, e);
    } catch (Outbox.NotSent e) {
      return AcknowledgeType.RELEASE;
    } finally {
      metrics.move(Meter.WORKER_IN_FLIGHT, -1);
      if (!scorer.equals(UNDECODABLE)) {
        metrics.count(Meter.SCORING_REQUESTS, scorer, ended);
      }
    }
  }

  private ScoringRequest decode(ConsumerRecord<byte[], byte[]> record) {
    var request =
        record.value() == null
            ? null
            : topic.values().deserializer().deserialize(topic.name(), record.value());
    if (request == null) {
      throw new SerializationException("the record is empty");
    }
    return request;
  }

  private AcknowledgeType undecodable(
      ConsumerRecord<byte[], byte[]> record, SerializationException problem)
      throws InterruptedException {
    var ended = "released";
    try {
      outbox.deadLetter(record, "undecodable", String.valueOf(problem.getMessage()));
      ended = "rejected";
      return AcknowledgeType.REJECT;
    } catch (Outbox.NotSent e) {
      return AcknowledgeType.RELEASE;
    } finally {
      metrics.count(Meter.SCORING_REQUESTS, UNDECODABLE, ended);
    }
  }

  private AttemptOutcome attempt(
      ConsumerRecord<byte[], byte[]> record, ScoringRequest request, Slot slot)
      throws InterruptedException {
    var spec = request.scorer();
    var age = age(request);
    if (age.compareTo(config.expiry()) >= 0) {
      return new AttemptOutcome.Expire(expired(record));
    }
    int deliveries = record.deliveryCount().orElse((short) 1);
    if (deliveries >= config.deliveryLimit() - 1) {
      return new AttemptOutcome.Reject(
          "delivery_limit",
          new ScorerError(
              "DELIVERY_LIMIT", "delivered %d times without an answer".formatted(deliveries - 1)));
    }
    Scorer scorer;
    try {
      scorer = scorers.of(spec);
    } catch (InvalidScorerException | RuntimeException e) {
      return new AttemptOutcome.Reject(
          "invalid_scorer", new ScorerError("INVALID_SCORER", String.valueOf(e.getMessage())));
    }
    var permission = pauses.ask(spec);
    if (permission instanceof PausedScorers.Permission.Denied(var error, var until)) {
      return new AttemptOutcome.Retry(error, delays.whileUnavailable(age, until), false);
    }
    try {
      var feedback = call(scorer, request.trace(), slot);
      pauses.answered(spec, permission);
      return new AttemptOutcome.Assessed(feedback);
    } catch (TimeoutException e) {
      return tried(
          request,
          new ScorerError(
              "TIMEOUT", "no answer within %d ms".formatted(config.callTimeout().toMillis())),
          delays.afterAttempt(request.attempt(), null));
    } catch (ExecutionException e) {
      return failed(request, age, e.getCause() == null ? e : e.getCause());
    }
  }

  private AttemptOutcome failed(ScoringRequest request, Duration age, Throwable failure) {
    return switch (failure) {
      case RetryableScoringException later -> {
        var error = new ScorerError(later.code(), String.valueOf(later.getMessage()));
        yield later.wasAsked()
            ? tried(request, error, delays.afterAttempt(request.attempt(), later.retryAfter()))
            : new AttemptOutcome.Retry(
                error, delays.whileUnavailable(age, later.retryAfter()), false);
      }
      case UnavailableScorerException unavailable -> {
        var error = new ScorerError(unavailable.code(), String.valueOf(unavailable.getMessage()));
        pauses.unavailable(request.scorer(), error);
        yield new AttemptOutcome.Retry(error, delays.whileUnavailable(age, null), false);
      }
      default -> {
        var error = ScorerError.of(failure);
        pauses.threw(request.scorer(), error);
        yield new AttemptOutcome.Reject("scorer_exception", error);
      }
    };
  }

  private AttemptOutcome tried(ScoringRequest request, ScorerError error, Duration delay) {
    return request.attempt() < config.maxAttempts()
        ? new AttemptOutcome.Retry(error, delay, true)
        : new AttemptOutcome.Reject(
            "attempts_exhausted",
            new ScorerError(
                error.code(),
                "after %d attempts: %s".formatted(request.attempt(), error.message())));
  }

  private static ScorerError expired(ConsumerRecord<byte[], byte[]> record) {
    var last = Outbox.errorOf(record);
    return last == null
        ? new ScorerError("EXPIRED", "the request was too old when a worker came to it")
        : new ScorerError(last.code(), "expired; the last attempt said: " + last.message());
  }

  // In a thread of its own: a scorer that does not heed its interruption must not keep the record.
  private List<Feedback> call(Scorer scorer, Trace trace, Slot slot)
      throws ExecutionException, TimeoutException, InterruptedException {
    var call = new FutureTask<>(() -> Assessments.distinct(scorer.score(trace)));
    slot.share();
    Thread.ofVirtual()
        .name("score")
        .start(() -> {
          try {
            call.run();
          } finally {
            slot.leave();
          }
        });
    try {
      return call.get(config.callTimeout().toNanos(), TimeUnit.NANOSECONDS);
    } finally {
      call.cancel(true);
    }
  }

  /** Writes what came of it. Returns the request's fate, as counted. */
  private String write(
      ConsumerRecord<byte[], byte[]> record, ScoringRequest request, AttemptOutcome outcome)
      throws Outbox.NotSent, InterruptedException {
    return switch (outcome) {
      case AttemptOutcome.Assessed(var feedback) -> {
        try {
          assess(request, feedback);
          yield "assessed";
        } catch (Outbox.NotSent e) {
          if (!e.tooLarge()) {
            throw e;
          }
          yield reject(
              record,
              request,
              "assessment_too_large",
              new ScorerError("ASSESSMENT_TOO_LARGE", String.valueOf(e.getMessage())));
        }
      }
      case AttemptOutcome.Retry(var error, var delay, var asked) -> {
        long deadline = request.requestedNanos() + config.expiry().toNanos();
        long notBefore = Math.min(EpochNanos.now(clock) + delay.toNanos(), deadline);
        outbox.retry(asked ? request.retryAt(notBefore) : request.postponedTo(notBefore), error);
        yield "retried";
      }
      case AttemptOutcome.Reject(var cause, var error) -> reject(record, request, cause, error);
      case AttemptOutcome.Expire(var error) -> {
        assess(request, List.of(Feedback.failed(error)));
        yield "expired";
      }
    };
  }

  private String reject(
      ConsumerRecord<byte[], byte[]> record,
      ScoringRequest request,
      String cause,
      ScorerError error)
      throws Outbox.NotSent, InterruptedException {
    outbox.deadLetter(record, cause, error.code() + ": " + error.message());
    assess(request, List.of(Feedback.failed(error)));
    return "rejected";
  }

  private void assess(ScoringRequest request, List<Feedback> feedback)
      throws Outbox.NotSent, InterruptedException {
    var now = EpochNanos.now(clock);
    outbox.assessments(
        Assessments.of(
            scorers.orStandIn(request.scorer()),
            request.scorer(),
            request.trace(),
            feedback,
            request.samplingProbability(),
            request.requestedNanos(),
            now,
            request.backfill()));
    remembered.remember(request);
    var header = request.trace().header();
    long closed = header.closedNanos() > 0 ? header.closedNanos() : header.endNanos();
    metrics.observe(
        Meter.SCORING_SECONDS,
        Math.max(0, now - closed) / 1e9,
        header.traceId(),
        request.scorer().name(),
        "worker");
  }

  private Duration age(ScoringRequest request) {
    return Duration.ofNanos(Math.max(0, EpochNanos.now(clock) - request.requestedNanos()));
  }
}
