package dev.assay.judging;

import dev.assay.scoring.RetryableScoringException;
import dev.assay.scoring.UnavailableScorerException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One model, shared by all judges that ask it, with what protects it and us: so many calls in
 * flight, no call before the time the provider named, and none while it is down. A call that would
 * have to wait longer than {@link Limits#patience} is put off instead: it would keep its slot of
 * the worker lane from judges of other models.
 */
final class Model {
  private final String uri;
  private final ModelClient client;
  private final ModelConfig.@Nullable Price price;
  private final JudgeListener listener;
  private final Limits limits;
  private final Semaphore inFlight;
  private final CircuitBreaker breaker;
  // System.nanoTime() before which the provider wants no call.
  private final AtomicLong closedUntil;

  /**
   * @param maxInFlight calls at a time, ≥ 1
   * @param patience how long a call waits for its turn
   * @param failuresToOpen calls without an answer, one after the other, until no more are made, ≥ 1
   * @param openFor how long none are made, before one is tried
   */
  record Limits(int maxInFlight, Duration patience, int failuresToOpen, Duration openFor) {
    static Limits of(int maxInFlight) {
      return new Limits(maxInFlight, Duration.ofSeconds(2), 10, Duration.ofSeconds(15));
    }
  }

  Model(
      String uri,
      ModelClient client,
      ModelConfig.@Nullable Price price,
      Limits limits,
      JudgeListener listener) {
    this.uri = uri;
    this.client = client;
    this.price = price;
    this.listener = listener;
    this.limits = limits;
    this.inFlight = new Semaphore(limits.maxInFlight(), true);
    this.closedUntil = new AtomicLong(System.nanoTime());
    this.breaker =
        CircuitBreaker.of(
            uri,
            CircuitBreakerConfig.custom()
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(limits.failuresToOpen())
                .minimumNumberOfCalls(limits.failuresToOpen())
                .failureRateThreshold(100)
                .waitDurationInOpenState(limits.openFor())
                .permittedNumberOfCallsInHalfOpenState(1)
                .build());
  }

  /** As in the definition: {@code openai:/gpt-4o-mini}. */
  String uri() {
    return uri;
  }

  @Nullable Double cost(long inputTokens, long outputTokens) {
    return price == null ? null : Double.valueOf(price.of(inputTokens, outputTokens));
  }

  /** The model's answer, or its refusal. All else is thrown. */
  sealed interface Reply {
    record Said(ModelOutcome.Answered answer) implements Reply {}

    record Refused(String reason) implements Reply {}
  }

  /**
   * Asks once.
   *
   * @throws RetryableScoringException later: the provider is busy or down, or we are at our limit
   * @throws UnavailableScorerException not until somebody mends something
   */
  Reply ask(ModelRequest request)
      throws RetryableScoringException, UnavailableScorerException, InterruptedException {
    waitForTheProvider();
    if (!inFlight.tryAcquire(limits.patience().toNanos(), TimeUnit.NANOSECONDS)) {
      throw RetryableScoringException.notAsked(
          "JUDGE_BUSY", "%d calls of %s are in flight".formatted(limits.maxInFlight(), uri), null);
    }
    try {
      if (!breaker.tryAcquirePermission()) {
        throw RetryableScoringException.notAsked(
            "JUDGE_UNREACHABLE",
            uri + " did not answer the last calls; none are made for a while",
            limits.openFor());
      }
      return reply(call(request));
    } finally {
      inFlight.release();
    }
  }

  private void waitForTheProvider() throws RetryableScoringException, InterruptedException {
    long wait = closedUntil.get() - System.nanoTime();
    if (wait > limits.patience().toNanos()) {
      throw RetryableScoringException.notAsked(
          "JUDGE_RATE_LIMITED", uri + " asked for a pause", Duration.ofNanos(wait));
    }
    if (wait > 0) {
      TimeUnit.NANOSECONDS.sleep(wait);
    }
  }

  private ModelOutcome call(ModelRequest request) throws InterruptedException {
    long began = System.nanoTime();
    ModelOutcome outcome = null;
    listener.began(uri);
    try {
      outcome = client.ask(request);
      return outcome;
    } finally {
      long took = System.nanoTime() - began;
      if (outcome instanceof ModelOutcome.Unreachable) {
        breaker.onError(took, TimeUnit.NANOSECONDS, new IllegalStateException("unreachable"));
      } else if (outcome == null) {
        breaker.releasePermission();
      } else {
        breaker.onSuccess(took, TimeUnit.NANOSECONDS);
      }
      listener.ended(ended(request.name(), Duration.ofNanos(took), outcome));
    }
  }

  private JudgeListener.Call ended(String scorer, Duration took, @Nullable ModelOutcome outcome) {
    if (outcome instanceof ModelOutcome.Answered(_, var input, var output, _, _)) {
      return new JudgeListener.Call(uri, scorer, took, input, output, cost(input, output), null);
    }
    var error =
        switch (outcome) {
          case null -> "JUDGE_CANCELLED";
          case ModelOutcome.Answered _ -> null;
          case ModelOutcome.RateLimited _ -> "JUDGE_RATE_LIMITED";
          case ModelOutcome.Unreachable _ -> "JUDGE_UNREACHABLE";
          case ModelOutcome.Garbled _ -> "JUDGE_BAD_RESPONSE";
          case ModelOutcome.Unauthorized(var code, _) -> code;
          case ModelOutcome.Refused _ -> "JUDGE_REFUSED";
        };
    return new JudgeListener.Call(uri, scorer, took, 0, 0, null, error);
  }

  private Reply reply(ModelOutcome outcome)
      throws RetryableScoringException, UnavailableScorerException {
    return switch (outcome) {
      case ModelOutcome.Answered answered -> new Reply.Said(answered);
      case ModelOutcome.Refused(var reason) -> new Reply.Refused(reason);
      case ModelOutcome.RateLimited(var reason, var retryAfter) -> {
        if (retryAfter != null) {
          long until = System.nanoTime() + retryAfter.toNanos();
          closedUntil.accumulateAndGet(until, (a, b) -> a - b > 0 ? a : b);
        }
        throw RetryableScoringException.asked("JUDGE_RATE_LIMITED", reason, retryAfter);
      }
      case ModelOutcome.Unreachable(var reason, var retryAfter) ->
          throw RetryableScoringException.asked("JUDGE_UNREACHABLE", reason, retryAfter);
      case ModelOutcome.Garbled(var reason) ->
          throw RetryableScoringException.asked("JUDGE_BAD_RESPONSE", reason, null);
      case ModelOutcome.Unauthorized(var code, var reason) ->
          throw new UnavailableScorerException(code, uri + ": " + reason);
    };
  }
}
