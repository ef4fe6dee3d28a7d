package dev.assay.bench;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import dev.assay.assembly.AssembleTraces;
import dev.assay.assembly.AssemblyConfig;
import dev.assay.ingest.IngestLimits;
import dev.assay.ingest.KafkaSpanSink;
import dev.assay.ingest.OtlpServer;
import dev.assay.metrics.Metrics;
import dev.assay.pipeline.StreamsRunner;
import dev.assay.wire.Topics;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/**
 * OTLP over the loopback interface → {@code assay.spans} → {@code assay.traces}: from the first
 * request to the last assembled trace, its grace included. The baseline produces the bytes of the
 * same requests to the same broker under the same guarantee, and does nothing else. Records are
 * spans.
 */
final class IngestStage {
  private static final int SPANS = 800_000;
  // as many as a busy Collector sends, and as fit well within what the receiver holds
  private static final int IN_FLIGHT = 256;
  private static final int IN_FLIGHT_BYTES = 64 << 20;

  private final Path folder;
  private final int threads;

  IngestStage(Path folder, int threads) {
    this.folder = folder;
    this.threads = threads;
  }

  StageResult throughput(String protocol, int spansPerTrace, int tracesPerRequest)
      throws Exception {
    int traces = SPANS / spansPerTrace / tracesPerRequest * tracesPerRequest;
    var requests = requests(traces, spansPerTrace, tracesPerRequest);
    try (var broker = new BenchBroker(folder, threads)) {
      raw(broker, requests); // warms up
      double baseline = raw(broker, requests);
      var closed = new AtomicLong();
      try (var assembly =
              new StreamsRunner(
                  "bench-assembly",
                  assembly(broker.topics(), closed),
                  broker.streams(),
                  broker.topics(),
                  Metrics.standalone());
          var sink =
              new KafkaSpanSink(
                  Map.of("bootstrap.servers", broker.bootstrapServers()), broker.topics().spans());
          var server =
              OtlpServer.start(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                  IngestLimits.DEFAULTS,
                  sink,
                  Metrics.standalone())) {
        assembly.start();
        while (!assembly.isRunning()) {
          LockSupport.parkNanos(10_000_000);
        }
        var client = new Exporter(protocol, server);
        // other ids than those that are measured: those would be late
        var warm = requests(traces / 4, spansPerTrace, tracesPerRequest, Bench.SEED + 1);
        client.send(warm);
        awaitClosed(closed, (long) warm.size() * tracesPerRequest);
        closed.set(0);
        long began = System.nanoTime();
        client.send(requests);
        awaitClosed(closed, traces);
        double rate = (double) traces * spansPerTrace * 1e9 / (System.nanoTime() - began);
        return new StageResult(
            "otlp-%s-%dx%d".formatted(protocol, spansPerTrace, tracesPerRequest),
            rate,
            baseline * spansPerTrace * tracesPerRequest,
            rate / (baseline * spansPerTrace * tracesPerRequest),
            null,
            null,
            null,
            null,
            null,
            null);
      }
    }
  }

  private static void awaitClosed(AtomicLong closed, long traces) {
    while (closed.get() < traces) {
      LockSupport.parkNanos(5_000_000);
    }
  }

  private static Topology assembly(Topics topics, AtomicLong closed) {
    var builder = new StreamsBuilder();
    var spans =
        builder.stream(
            topics.spans().name(),
            Consumed.with(topics.spans().keys(), topics.spans().values()).withName("spans"));
    new AssembleTraces(AssemblyConfig.DEFAULT, topics, Metrics.standalone())
        .apply(spans)
        .peek((_, _) -> closed.incrementAndGet())
        .to(
            topics.traces().name(),
            Produced.with(topics.traces().keys(), topics.traces().values()).withName("traces"));
    return builder.build();
  }

  private static List<byte[]> requests(int traces, int spansPerTrace, int tracesPerRequest) {
    return requests(traces, spansPerTrace, tracesPerRequest, Bench.SEED);
  }

  // The concatenation of two OTLP messages is the message of both.
  private static List<byte[]> requests(
      int traces, int spansPerTrace, int tracesPerRequest, long seed) {
    var generator = new BenchSpans(seed, spansPerTrace);
    var requests = new ArrayList<byte[]>();
    for (int i = 0; i < traces; i += tracesPerRequest) {
      var request = new ByteArrayOutputStream();
      for (int j = 0; j < tracesPerRequest; j++) {
        for (var half : generator.next(System.currentTimeMillis() * 1_000_000)) {
          request.writeBytes(half.bytes());
        }
      }
      requests.add(request.toByteArray());
    }
    return requests;
  }

  /** Requests a second. */
  private static double raw(BenchBroker broker, List<byte[]> requests) {
    var topic = broker.topics().otlpSpans();
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(topic)) {
      long began = System.nanoTime();
      for (var request : requests) {
        var _ = producer.send(new ProducerRecord<>(topic.name(), request));
      }
      producer.flush();
      return requests.size() * 1e9 / (System.nanoTime() - began);
    }
  }

  /** Sends requests, many at a time. */
  private static final class Exporter {
    private final boolean grpc;
    private final WebClient client;

    Exporter(String protocol, OtlpServer server) {
      grpc = protocol.equals("grpc");
      client =
          WebClient.builder(
                  grpc
                      ? "h2c://127.0.0.1:" + server.grpcPort()
                      : "h1c://127.0.0.1:" + server.port())
              .factory(ClientFactory.ofDefault())
              .responseTimeoutMillis(60_000)
              .build();
    }

    void send(List<byte[]> requests) throws InterruptedException {
      int most = Math.clamp(IN_FLIGHT_BYTES / requests.getFirst().length, 1, IN_FLIGHT);
      var slots = new Semaphore(most);
      var refused = new AtomicInteger();
      var failure = new AtomicReference<Throwable>();
      for (var request : requests) {
        slots.acquire();
        var _ =
            execute(request)
                .whenComplete((response, error) -> {
                  if (error != null) {
                    failure.set(error);
                  } else if (!accepted(Objects.requireNonNull(response))) {
                    refused.incrementAndGet();
                  }
                  slots.release();
                });
      }
      slots.acquire(most);
      if (refused.get() > 0 || failure.get() != null) {
        throw new IllegalStateException(refused.get() + " requests were refused", failure.get());
      }
    }

    private java.util.concurrent.CompletableFuture<AggregatedHttpResponse> execute(byte[] body) {
      var path =
          grpc ? "/opentelemetry.proto.collector.trace.v1.TraceService/Export" : "/v1/traces";
      var headers =
          RequestHeaders.builder(com.linecorp.armeria.common.HttpMethod.POST, path)
              .add(
                  HttpHeaderNames.CONTENT_TYPE,
                  grpc ? "application/grpc" : "application/x-protobuf")
              .build();
      return client.execute(headers, grpc ? framed(body) : body).aggregate();
    }

    private boolean accepted(AggregatedHttpResponse response) {
      return response.status().equals(HttpStatus.OK)
          && (!grpc
              || "0".equals(response.trailers().get("grpc-status"))
              || "0".equals(response.headers().get("grpc-status")));
    }

    // uncompressed, and how long
    private static byte[] framed(byte[] message) {
      return ByteBuffer.allocate(5 + message.length)
          .put((byte) 0)
          .putInt(message.length)
          .put(message)
          .array();
    }
  }
}
