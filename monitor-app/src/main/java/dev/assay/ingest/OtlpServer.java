package dev.assay.ingest;

import com.linecorp.armeria.common.metric.NoopMeterRegistry;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerErrorHandler;
import dev.assay.metrics.Metrics;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The OTLP port: {@code /v1/traces}. */
public final class OtlpServer implements AutoCloseable {
  /** Longer than the sink takes to give up, plus the time a slow client takes to send. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

  private static final Duration SHUTDOWN = Duration.ofSeconds(10);

  private final Server server;
  private final ExecutorService blocking;
  private final InFlightBytes inFlight;

  private OtlpServer(Server server, ExecutorService blocking, InFlightBytes inFlight) {
    this.server = server;
    this.blocking = blocking;
    this.inFlight = inFlight;
  }

  /**
   * Starts to listen.
   *
   * @param address port 0: any free one
   * @throws java.util.concurrent.CompletionException if the port is taken
   */
  public static OtlpServer start(
      InetSocketAddress address, IngestLimits limits, SpanSink sink, Metrics metrics) {
    var blocking =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("otlp-", 0).factory());
    var inFlight = new InFlightBytes(limits.maxInFlightBytes());
    var service =
        new OtlpHttpService(
            new ReceiveSpans(limits.traces(), sink, metrics),
            inFlight,
            limits.maxBodyBytes(),
            metrics,
            blocking);
    var server =
        Server.builder()
            .http(address)
            .service("/v1/traces", service)
            .service("/v1/traces/", service)
            // The service bounds bodies itself, so that its answer is OTLP's.
            .maxRequestLength(0)
            .requestTimeout(REQUEST_TIMEOUT)
            .gracefulShutdownTimeout(Duration.ZERO, SHUTDOWN)
            .disableServerHeader()
            // Requests are counted in Metrics; two servers in a process would collide in Armeria's.
            .meterRegistry(NoopMeterRegistry.get())
            .errorHandler(
                ((ServerErrorHandler) OtlpHttpService::onServerError)
                    .orElse(ServerErrorHandler.ofDefault()))
            .build();
    server.start().join();
    return new OtlpServer(server, blocking, inFlight);
  }

  public int port() {
    return server.activeLocalPort();
  }

  /** Bytes that requests hold now; the bound is in {@link IngestLimits}. */
  public long inFlightBytes() {
    return inFlight.held();
  }

  /** Answers what has arrived, up to 10 s, then stops. */
  @Override
  public void close() {
    server.stop().join();
    blocking.close();
  }
}
