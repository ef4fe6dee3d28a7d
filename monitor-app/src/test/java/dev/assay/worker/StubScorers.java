package dev.assay.worker;

import dev.assay.model.Feedback;
import dev.assay.model.Lane;
import dev.assay.model.ScorerSpec;
import dev.assay.model.Trace;
import dev.assay.scoring.Parameter;
import dev.assay.scoring.RetryableScoringException;
import dev.assay.scoring.Scorer;
import dev.assay.scoring.ScorerFactory;
import dev.assay.scoring.Scorers;
import dev.assay.scoring.UnavailableScorerException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A scorer that takes its time, or fails as told. Latency: {@code mean_ms}, lognormal and a
 * function of the trace id, unless the id begins with {@code slow}: then {@code slow_ms}.
 */
final class StubScorers implements ScorerFactory {
  final AtomicInteger inFlight = new AtomicInteger();
  final AtomicInteger mostInFlight = new AtomicInteger();
  final AtomicInteger interrupted = new AtomicInteger();
  final Map<String, Integer> callsByTrace = new ConcurrentHashMap<>();
  volatile boolean mended;
  volatile Duration hang = Duration.ofMinutes(10);

  static ScorerSpec spec(Map<String, Object> parameters) {
    return ScorerSpec.of("stub", "stub", parameters);
  }

  Scorers scorers() {
    return new Scorers(List.of(this));
  }

  @Override
  public String kind() {
    return "stub";
  }

  @Override
  public String description() {
    return "for tests";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.optional("mean_ms", "integer", "mean latency"),
        Parameter.optional("slow_ms", "integer", "latency of traces slow-…"),
        Parameter.optional("mode", "string", "ok, throw, retry, busy, unavailable, hang, huge"));
  }

  @Override
  public Scorer create(ScorerSpec spec) {
    long mean = ((Number) spec.parameters().getOrDefault("mean_ms", 0)).longValue();
    long slow = ((Number) spec.parameters().getOrDefault("slow_ms", 0)).longValue();
    var mode = (String) spec.parameters().getOrDefault("mode", "ok");
    return new Scorer() {
      @Override
      public List<Feedback> score(Trace trace) throws Exception {
        callsByTrace.merge(trace.traceId(), 1, Integer::sum);
        mostInFlight.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
        try {
          Thread.sleep(latency(trace.traceId(), mean, slow));
          return answer(mended ? "ok" : mode);
        } catch (InterruptedException e) {
          interrupted.incrementAndGet();
          throw e;
        } finally {
          inFlight.decrementAndGet();
        }
      }

      @Override
      public Lane lane() {
        return Lane.WORKER;
      }
    };
  }

  private List<Feedback> answer(String mode) throws Exception {
    return switch (mode) {
      case "ok" -> List.of(Feedback.of(true, "fine"));
      case "throw" -> throw new IllegalStateException("broken scorer");
      case "retry" -> throw RetryableScoringException.asked("STUB_DOWN", "down", null);
      case "busy" ->
          throw RetryableScoringException.notAsked("STUB_BUSY", "busy", Duration.ofMillis(100));
      case "unavailable" -> throw new UnavailableScorerException("STUB_KEY", "the key is wrong");
      case "huge" -> List.of(Feedback.of(true, "x".repeat(9 * 1024 * 1024)));
      case "hang" -> {
        Thread.sleep(hang);
        yield List.of(Feedback.of(true, "at last"));
      }
      default -> throw new AssertionError(mode);
    };
  }

  private static long latency(String traceId, long mean, long slow) {
    if (traceId.startsWith("slow")) {
      return slow;
    }
    double sigma = 0.8;
    double normal = new Random(traceId.hashCode() * 7919L).nextGaussian();
    return mean == 0 ? 0 : (long) (mean * Math.exp(sigma * normal - sigma * sigma / 2));
  }
}
