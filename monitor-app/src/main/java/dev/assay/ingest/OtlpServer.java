package dev.assay.ingest;

import com.linecorp.armeria.common.metric.NoopMeterRegistry;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerErrorHandler;
import dev.assay.metrics.Metrics;
import dev.assay.wire.OtlpSignal;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The OTLP ports. Each speaks both protocols, so that an exporter set to the wrong one of the two
 * works nevertheless.
 */
public final class OtlpServer implements AutoCloseable {
  /** Longer than the sink takes to give up, plus the time a slow client takes to send. */
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

  private static final Duration SHUTDOWN = Duration.ofSeconds(10);

  /** Where Langfuse's and LangSmith's SDKs look for {@code /v1/traces} on a host. */
  private static final List<String> PREFIXES = List.of("", "/api/public/otel", "/otel");

  private static final long MAX_STREAMS_A_CONNECTION = 1_000;

  private final Server server;
  private final ExecutorService blocking;
  private final InFlightBytes inFlight;
  private final int httpPort;
  private final int grpcPort;

  private OtlpServer(
      Server server, ExecutorService blocking, InFlightBytes inFlight, int httpPort, int grpcPort) {
    this.server = server;
    this.blocking = blocking;
    this.inFlight = inFlight;
    this.httpPort = httpPort;
    this.grpcPort = grpcPort;
  }

  /**
   * Starts to listen.
   *
   * @param http port 0: any free one
   * @param grpc port 0: any free one; may be the same as {@code http}
   * @throws java.util.concurrent.CompletionException if a port is taken
   */
  public static OtlpServer start(
      InetSocketAddress http,
      InetSocketAddress grpc,
      IngestLimits limits,
      SpanSink sink,
      Metrics metrics) {
    var blocking =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("otlp-", 0).factory());
    var inFlight = new InFlightBytes(limits.maxInFlightBytes());
    var spans = export(OtlpSignal.TRACES, limits, inFlight, sink, metrics, blocking);
    var logs = export(OtlpSignal.LOGS, limits, inFlight, sink, metrics, blocking);
    var otherMetrics = new OtherSignal("metrics", metrics);
    var builder =
        Server.builder()
            .http(http)
            .service(grpcPath("trace", "Trace"), spans)
            .service(grpcPath("metrics", "Metrics"), otherMetrics)
            .service(grpcPath("logs", "Logs"), logs)
            // The service bounds bodies itself, so that its answer is OTLP's.
            .maxRequestLength(0)
            .requestTimeout(REQUEST_TIMEOUT)
            .http2MaxStreamsPerConnection(MAX_STREAMS_A_CONNECTION)
            .gracefulShutdownTimeout(Duration.ZERO, SHUTDOWN)
            .disableServerHeader()
            // Requests are counted in Metrics; two servers in a process would collide in Armeria's.
            .meterRegistry(NoopMeterRegistry.get())
            .errorHandler(
                ((ServerErrorHandler) ExportService::onServerError)
                    .orElse(ServerErrorHandler.ofDefault()));
    if (grpc.getPort() == 0 || !grpc.equals(http)) {
      builder.http(grpc);
    }
    for (var prefix : PREFIXES) {
      for (var slash : List.of("", "/")) {
        builder.service(prefix + "/v1/traces" + slash, spans);
        builder.service(prefix + "/v1/metrics" + slash, otherMetrics);
        builder.service(prefix + "/v1/logs" + slash, logs);
      }
    }
    var server = builder.build();
    server.start().join();
    // in the order in which they were given
    var ports = server.activePorts().keySet().stream().map(InetSocketAddress::getPort).toList();
    return new OtlpServer(server, blocking, inFlight, ports.getFirst(), ports.getLast());
  }

  private static ExportService export(
      OtlpSignal signal,
      IngestLimits limits,
      InFlightBytes inFlight,
      SpanSink sink,
      Metrics metrics,
      Executor blocking) {
    return new ExportService(
        new ReceiveSpans(signal, limits.traces(), sink, metrics),
        inFlight,
        limits.maxBodyBytes(),
        metrics,
        blocking);
  }

  private static String grpcPath(String signal, String service) {
    return "/opentelemetry.proto.collector.%s.v1.%sService/Export".formatted(signal, service);
  }

  /** Of OTLP over HTTP. */
  public int port() {
    return httpPort;
  }

  public int grpcPort() {
    return grpcPort;
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
