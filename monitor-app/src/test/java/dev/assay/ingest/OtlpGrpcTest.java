package dev.assay.ingest;

import static dev.assay.wire.OtlpRequests.encode;
import static dev.assay.wire.OtlpRequests.request;
import static dev.assay.wire.OtlpRequests.spansOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.RetryInfo;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.grpc.GrpcClients;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.wire.OtlpEncoding;
import dev.assay.wire.OtlpRequests;
import dev.assay.wire.TestLogs;
import dev.assay.wire.TraceSpans;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.opentelemetry.sdk.common.export.RetryPolicy;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** OTLP/gRPC with clients that are not ours; only what lies behind the port, Kafka, is played. */
class OtlpGrpcTest {
  private static final int MIB = 1024 * 1024;
  private static final String EXPORT =
      "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
  private static final Metrics metrics = Metrics.standalone();

  private static volatile SpanSink sink;
  private static OtlpServer server;

  private final ConcurrentLinkedQueue<TraceSpans> stored = new ConcurrentLinkedQueue<>();

  @BeforeAll
  static void start() {
    var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    server =
        OtlpServer.start(
            anyPort, anyPort, IngestLimits.DEFAULTS, records -> sink.store(records), metrics);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void storeWhatComes() {
    sink =
        records -> {
          stored.addAll(records);
          return CompletableFuture.completedFuture(null);
        };
  }

  @AfterEach
  void everyRequestGaveItsRoomBack() {
    await().untilAsserted(() -> assertThat(server.inFlightBytes()).isZero());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "none"})
  void takesWhatTheOpenTelemetrySdkSends(String compression) {
    try (var provider = sdk(compression)) {
      var span = provider.get("tests").spanBuilder("chat gpt-4o").startSpan();
      span.setAttribute("gen_ai.request.model", "gpt-4o");
      span.end();
      assertThat(provider.forceFlush().join(10, TimeUnit.SECONDS).isSuccess()).isTrue();

      assertThat(stored).hasSize(1);
      assertThat(stored.peek().traceId()).isEqualTo(span.getSpanContext().getTraceId());
      var sent = spansOf(OtlpRequests.decode(stored.peek())).getFirst();
      assertThat(sent.resource()).isEqualTo(OtlpRequests.resource("sdk"));
      assertThat(sent.span().getName()).isEqualTo("chat gpt-4o");
    }
  }

  @Test
  void theOpenTelemetrySdkComesAgainWhenToldTo() {
    var attempts = new AtomicInteger();
    sink =
        records -> {
          if (attempts.incrementAndGet() == 1) {
            return CompletableFuture.failedFuture(
                new RefusedException(Refusal.UNAVAILABLE, "storage: not available"));
          }
          stored.addAll(records);
          return CompletableFuture.completedFuture(null);
        };
    try (var provider = sdk("gzip")) {
      provider.get("tests").spanBuilder("chat").startSpan().end();

      assertThat(provider.forceFlush().join(20, TimeUnit.SECONDS).isSuccess()).isTrue();
    }
    assertThat(attempts).hasValue(2);
    assertThat(stored).hasSize(1);
  }

  private static SdkTracerProvider sdk(String compression) {
    return SdkTracerProvider.builder()
        .setResource(Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "sdk")))
        .addSpanProcessor(
            BatchSpanProcessor.builder(
                    OtlpGrpcSpanExporter.builder()
                        .setEndpoint("http://127.0.0.1:" + server.grpcPort())
                        .setCompression(compression)
                        .setRetryPolicy(
                            RetryPolicy.builder().setInitialBackoff(Duration.ofMillis(100)).build())
                        .build())
                .build())
        .build();
  }

  @ParameterizedTest(name = "{0}, {1} spans")
  @CsvSource({"identity, 0", "identity, 1", "identity, 10000", "gzip, 1", "gzip, 10000"})
  void storesWhatAGrpcClientExports(String compression, int spans) throws Exception {
    var request = spans == 0 ? TracesData.getDefaultInstance() : request("shop", 500, spans);
    var answered = answered("0");

    var response = client().withCompression(compression).export(export(request));

    assertThat(response).isEqualTo(ExportTraceServiceResponse.getDefaultInstance());
    var spansStored =
        stored.stream().flatMap(record -> spansOf(OtlpRequests.decode(record)).stream()).toList();
    assertThat(spansStored).hasSize(spans);
    assertThat(Set.copyOf(spansStored)).isEqualTo(Set.copyOf(spansOf(request)));
    await().untilAsserted(() -> assertThat(answered("0")).isEqualTo(answered + 1));
  }

  @Test
  void theRecordsAreThoseOfHttpToTheByte() throws Exception {
    var request = request("shop", 7, 50);
    client().export(export(request));
    var overGrpc = stored.stream().map(record -> ByteString.copyFrom(record.bytes())).toList();
    stored.clear();
    for (var encoding : OtlpEncoding.values()) {
      // on the port of the other protocol, as many set it
      post(server.grpcPort(), encoding, encode(request, encoding));
      assertThat(stored)
          .map(record -> ByteString.copyFrom(record.bytes()))
          .containsExactlyElementsOf(overGrpc);
      stored.clear();
    }
  }

  @Test
  void eachPortIsTheOneAskedForAndOneIsEnough() throws Exception {
    int http = freePort();
    int grpc = freePort();
    for (int second : new int[] {grpc, http}) {
      try (var other =
          OtlpServer.start(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), http),
              new InetSocketAddress(InetAddress.getLoopbackAddress(), second),
              IngestLimits.DEFAULTS,
              records -> sink.store(records),
              metrics)) {
        assertThat(other.port()).isEqualTo(http);
        assertThat(other.grpcPort()).isEqualTo(second);
        post(http, OtlpEncoding.JSON, new byte[0]);
        post(second, OtlpEncoding.JSON, new byte[0]);
      }
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @ParameterizedTest
  @CsvSource({"zstd, ZSTD", "snappy, SNAPPY", "deflate, DEFLATE", "lz4, LZ4"})
  void takesTheOtherEncodingsOfACollector(String name, ContentEncoding encoding) {
    var body = Compressed.as(encoding, request("shop", 3, 100).toByteArray());

    var response = raw(name, frame(1, body));

    assertThat(response.trailers().get("grpc-status")).isEqualTo("0");
    assertThat(stored).hasSize(3);
  }

  @Test
  void keepsTheRestWhenOneSpanIsBad() throws Exception {
    var request = request("shop", 1, 10).toBuilder();
    request
        .getResourceSpansBuilder(0)
        .getScopeSpansBuilder(0)
        .getSpansBuilder(3)
        .setSpanId(ByteString.copyFrom(new byte[15]));

    var partial = client().export(export(request.build())).getPartialSuccess();

    assertThat(partial.getRejectedSpans()).isEqualTo(1);
    assertThat(partial.getErrorMessage())
        .isEqualTo("span_id: must be 8 bytes, not all zero; was 15 bytes");
    assertThat(stored.stream().mapToInt(TraceSpans::spans).sum()).isEqualTo(9);
  }

  @Test
  void theCallEndsOnlyWhenTheSpansAreStored() throws Exception {
    var storing = new CompletableFuture<Void>();
    var asked = new CountDownLatch(1);
    sink =
        _ -> {
          asked.countDown();
          return storing;
        };

    var response =
        CompletableFuture.supplyAsync(() -> export(request("shop", 1, 1)))
            .thenApplyAsync(exported -> client().export(exported));

    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(response).isNotDone();
    storing.complete(null);
    assertThat(response.get(10, TimeUnit.SECONDS))
        .isEqualTo(ExportTraceServiceResponse.getDefaultInstance());
  }

  @Test
  void whatCannotBeStoredIsTheSendersAgainInAWhile() {
    sink =
        _ ->
            CompletableFuture.failedFuture(
                new RefusedException(Refusal.UNAVAILABLE, "storage: nicht verfügbar, 100 %"));

    assertThatThrownBy(() -> client().export(export(request("shop", 1, 1))))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
              assertThat(e.getStatus().getDescription())
                  .isEqualTo("storage: nicht verfügbar, 100 %");
              assertThat(retryAfter(e)).isEqualTo(Duration.ofSeconds(5));
            });
  }

  @Test
  void aBugInTheSinkIsAnAnswerThatGivesNothingAway() {
    sink =
        _ -> {
          throw new IllegalStateException("a secret");
        };

    assertThatThrownBy(() -> client().export(export(request("shop", 1, 1))))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> {
              assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.INTERNAL);
              assertThat(e.getStatus().getDescription()).isEqualTo("internal error");
            });
  }

  @Test
  void overTheLimitAfterDecompressionIsNotToBeSentAgain() {
    var bomb = Compressed.zeros(ContentEncoding.GZIP, 1 << 30);

    var response = raw("gzip", frame(1, bomb));

    assertThat(response.headers().get("grpc-status")).isEqualTo("8");
    assertThat(response.headers().get("grpc-message"))
        .startsWith("body: must be at most 67108864 bytes");
    assertThat(StatusProto.toStatusException(details(response)).getStatus().getCode())
        .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    assertThat(details(response).getDetailsList()).isEmpty(); // no RetryInfo
    assertThat(raw("identity", frame(0, new byte[64 * MIB + 1])).headers().get("grpc-status"))
        .isEqualTo("8");
  }

  @Test
  void refusesWhatIsNoMessage() {
    var sound = request("shop", 1, 1).toByteArray();

    assertRefused(raw("identity", new byte[0]), "3", "body: must be one gRPC message");
    assertRefused(raw("identity", new byte[] {0, 0, 0}), "3", "body: must be one gRPC message");
    assertRefused(raw("identity", frame(2, sound)), "3", "body: must be one gRPC message");
    assertRefused(
        raw("identity", concat(frame(0, sound), frame(0, sound))),
        "3",
        "body: must be one gRPC message");
    assertRefused(
        raw("identity", frame(1, sound)),
        "3",
        "grpc-encoding: must say how the message is compressed");
    assertRefused(raw("gzip", frame(1, sound)), "3", "body: is not gzip");
    assertRefused(raw("br", frame(1, sound)), "12", "grpc-encoding: must be one of identity, gzip");
    assertRefused(
        raw("identity", frame(0, "no spans".getBytes(StandardCharsets.UTF_8))), "3", "not ");
    assertThat(stored).isEmpty();
    // what may be compressed need not be
    assertThat(raw("gzip", frame(0, sound)).trailers().get("grpc-status")).isEqualTo("0");
    assertThat(raw("gzip", frame(0, sound)).headers().get("grpc-accept-encoding"))
        .isEqualTo(ContentEncoding.ALLOWED);
  }

  @Test
  void otherSignalsAreThrownAwayWithAWordToTheSender() {
    var gotMetrics =
        GrpcClients.newClient(grpcUri(), MetricsServiceGrpc.MetricsServiceBlockingStub.class)
            .export(ExportMetricsServiceRequest.getDefaultInstance())
            .getPartialSuccess();
    var gotLogs =
        GrpcClients.newClient(grpcUri(), LogsServiceGrpc.LogsServiceBlockingStub.class)
            .export(
                ExportLogsServiceRequest.newBuilder()
                    .addAllResourceLogs(TestLogs.export(TestLogs.record(1)).getResourceLogsList())
                    .build())
            .getPartialSuccess();

    assertThat(gotMetrics.getRejectedDataPoints()).isZero();
    assertThat(gotMetrics.getErrorMessage()).startsWith("metrics are not kept");
    assertThat(gotLogs.getRejectedLogRecords()).isZero();
    assertThat(gotLogs.getErrorMessage()).startsWith("logs are not kept");
  }

  private static void assertRefused(AggregatedHttpResponse response, String code, String message) {
    assertThat(response.status().code()).isEqualTo(200);
    assertThat(response.headers().get("grpc-status")).isEqualTo(code);
    assertThat(response.headers().get("grpc-message")).startsWith(message);
  }

  private static Duration retryAfter(StatusRuntimeException failure) {
    return retryAfter(StatusProto.fromThrowable(failure));
  }

  private static Duration retryAfter(com.google.rpc.Status status) {
    try {
      return Duration.ofSeconds(
          status.getDetails(0).unpack(RetryInfo.class).getRetryDelay().getSeconds());
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static com.google.rpc.Status details(AggregatedHttpResponse response) {
    try {
      return com.google.rpc.Status.parseFrom(
          java.util.Base64.getDecoder().decode(response.headers().get("grpc-status-details-bin")));
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  private static TraceServiceGrpc.TraceServiceBlockingStub client() {
    return GrpcClients.newClient(grpcUri(), TraceServiceGrpc.TraceServiceBlockingStub.class)
        .withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  private static String grpcUri() {
    return "gproto+h2c://127.0.0.1:" + server.grpcPort();
  }

  private static ExportTraceServiceRequest export(TracesData request) {
    return ExportTraceServiceRequest.newBuilder()
        .addAllResourceSpans(request.getResourceSpansList())
        .build();
  }

  /** What no library would send. */
  private static AggregatedHttpResponse raw(String encoding, byte[] body) {
    return WebClient.of("h2c://127.0.0.1:" + server.grpcPort())
        .execute(
            RequestHeaders.builder(HttpMethod.POST, EXPORT)
                .contentType(MediaType.parse("application/grpc"))
                .set("grpc-encoding", encoding)
                .set("te", "trailers")
                .build(),
            HttpData.wrap(body))
        .aggregate()
        .join();
  }

  private static byte[] frame(int flag, byte[] message) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) flag)
        .putInt(message.length)
        .put(message)
        .array();
  }

  private static byte[] concat(byte[] one, byte[] other) {
    return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
  }

  private static void post(int port, OtlpEncoding encoding, byte[] body) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var response =
          http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/traces"))
                  .header("Content-Type", encoding.contentType())
                  .POST(BodyPublishers.ofByteArray(body))
                  .build(),
              BodyHandlers.ofByteArray());
      assertThat(response.statusCode()).isEqualTo(200);
    }
  }

  private static double answered(String code) {
    return metrics.registry().scrape().stream()
        .filter(
            snapshot -> snapshot.getMetadata().getName().equals(Meter.INGEST_REQUESTS.baseName()))
        .flatMap(snapshot -> ((CounterSnapshot) snapshot).getDataPoints().stream())
        .filter(point -> point.getLabels().equals(Labels.of("protocol", "grpc", "code", code)))
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }
}
