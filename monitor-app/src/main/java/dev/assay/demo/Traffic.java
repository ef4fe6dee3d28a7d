package dev.assay.demo;

import io.opentelemetry.sdk.common.CompletableResultCode;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Three applications under load: {@code support-chat}, {@code docs-assistant} (retrieval) and
 * {@code travel-agent} (tools), each in an old and a new version, sending OTLP over HTTP with the
 * OpenTelemetry SDK.
 *
 * <p>Traces come at a constant rate; the n-th is the same for the same seed, rate and schedule, its
 * ids included. Time stamps are set, not waited for: a trace of 20 s ends when it is sent and began
 * 20 s before. The truth about a trace is planted before the trace is sent.
 */
public final class Traffic implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Traffic.class);
  // A laptop that slept does not send an hour's traffic at once; a pause of the JVM is made up for.
  private static final Duration MAX_ARREARS = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /**
   * What to send where.
   *
   * @param endpoint of the receiver, as {@code http://localhost:4318}
   * @param environment {@code deployment.environment.name}
   * @param rate traces a second, all applications together, in (0, 10 000]
   * @param seed of the content
   * @param idSeed of trace and span ids: another than in an earlier run into the same monitor,
   *     which would take the same ids for late spans of the traces it knows
   * @param duration how long; null: until closed
   */
  public record Settings(
      URI endpoint,
      String environment,
      double rate,
      long seed,
      long idSeed,
      Schedule schedule,
      @Nullable Duration duration) {
    public Settings {
      if (!(rate > 0 && rate <= 10_000)) {
        throw new IllegalArgumentException(
            "rate must be > 0 and <= 10000 traces a second, was " + rate);
      }
      if (duration != null && !duration.isPositive()) {
        throw new IllegalArgumentException("duration must be > 0 s, was " + duration);
      }
    }

    /** Ids from the same seed as the content. */
    public static Settings of(
        URI endpoint, double rate, long seed, Schedule schedule, @Nullable Duration duration) {
      return new Settings(endpoint, "demo", rate, seed, seed, schedule, duration);
    }
  }

  private final Settings settings;
  private final TruthSink truth;
  private final Clock clock;
  private final TrafficSequence sequence;
  private final SeededIds ids;
  private final TrafficLedger ledger = new TrafficLedger();
  private final Telemetry.Delivery delivery = new Telemetry.Delivery();
  private final Map<String, Telemetry> senders = new HashMap<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread thread;
  private volatile Phase phase = Phase.BASELINE;

  public Traffic(Settings settings, TruthSink truth, Clock clock) {
    this.settings = settings;
    this.truth = truth;
    this.clock = clock;
    this.sequence = new TrafficSequence(settings.seed(), settings.rate(), settings.schedule());
    this.ids = new SeededIds(~settings.idSeed());
    this.thread = Thread.ofPlatform().name("demo-traffic").unstarted(this::run);
  }

  /** Starts sending; once. */
  public void start() {
    thread.start();
  }

  /** What was sent so far. */
  public TrafficLedger ledger() {
    return ledger;
  }

  /** The chapter of the story. */
  public Phase phase() {
    return phase;
  }

  /** Traces a second, as asked for. */
  public double rate() {
    return settings.rate();
  }

  /** Spans the receiver has acknowledged. */
  public long deliveredSpans() {
    return delivery.delivered();
  }

  /** Spans in batches that the exporter gave up on. */
  public long lostSpans() {
    return delivery.lost();
  }

  /**
   * Waits until the duration is over and everything is sent, or the traffic is closed.
   *
   * @return whether that happened in this time
   */
  public boolean awaitDone(Duration time) throws InterruptedException {
    return done.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void run() {
    try {
      pace();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.error("the demo's traffic stops: {}", e.getMessage(), e);
    } finally {
      shutDown();
    }
  }

  private void pace() throws InterruptedException {
    var start = clock.instant();
    while (!isOver()) {
      var now = clock.instant();
      var wait = Duration.between(now, start.plus(sequence.due()));
      if (wait.isPositive()) {
        if (stop.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
          return;
        }
      } else {
        if (wait.negated().compareTo(MAX_ARREARS) > 0) {
          start = now.minus(sequence.due());
        }
        sendNext(now);
      }
    }
  }

  private boolean isOver() {
    var duration = settings.duration();
    return stop.getCount() == 0 || (duration != null && sequence.due().compareTo(duration) >= 0);
  }

  /** Sends the next trace, which ends now. */
  void sendNext(Instant now) {
    var trace = sequence.next();
    phase = trace.phase();
    int spans =
        sender(trace)
            .send(
                trace.root(),
                now,
                id -> truth.plant(id, trace.question(), trace.answer(), trace.truth()));
    ledger.sent(trace, spans);
  }

  private Telemetry sender(PlannedTrace trace) {
    return senders.computeIfAbsent(
        trace.app() + " " + trace.version(),
        _ ->
            new Telemetry(
                trace.app(),
                trace.version(),
                settings.environment(),
                settings.endpoint(),
                ids,
                delivery));
  }

  private void shutDown() {
    var closing = senders.values().stream().map(Telemetry::close).toList();
    CompletableResultCode.ofAll(closing).join(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    done.countDown();
  }

  /** Stops sending and delivers what is on its way; waits for that, for a few seconds at most. */
  @Override
  public void close() {
    stop.countDown();
    boolean neverStarted = thread.getState() == Thread.State.NEW;
    if (neverStarted && done.getCount() > 0) {
      shutDown();
    }
    try {
      done.await(PATIENCE.plusSeconds(2).toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
