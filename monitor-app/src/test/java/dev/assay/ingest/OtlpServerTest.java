package dev.assay.ingest;

import static dev.assay.wire.OtlpRequests.encode;
import static dev.assay.wire.OtlpRequests.request;
import static dev.assay.wire.OtlpRequests.spansOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.Status;
import com.sun.management.ThreadMXBean;
import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.model.CloseReason;
import dev.assay.model.TestTraces;
import dev.assay.wire.OtlpEncoding;
import dev.assay.wire.OtlpRequests;
import dev.assay.wire.TestLogs;
import dev.assay.wire.TestOtlp;
import dev.assay.wire.TraceMapper;
import dev.assay.wire.TraceSpans;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The OTLP port over real sockets; only what lies behind it, Kafka, is played. */
class OtlpServerTest {
  private static final int MIB = 1024 * 1024;
  private static final int LIMIT = 64 * MIB;

  private static final Metrics metrics = Metrics.standalone();
  private static final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  // One server for all tests: to stop one takes Netty two seconds.
  private static volatile SpanSink sink;
  private static OtlpServer shared;

  private final ConcurrentLinkedQueue<TraceSpans> stored = new ConcurrentLinkedQueue<>();
  private OtlpServer server = shared;

  @BeforeAll
  static void start() {
    shared = start(IngestLimits.DEFAULTS);
  }

  @AfterAll
  static void stop() {
    shared.close();
  }

  private static OtlpServer start(IngestLimits limits) {
    return OtlpServer.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
        limits,
        records -> sink.store(records),
        metrics);
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
    if (server != shared) {
      server.close();
    }
  }

  static Stream<Arguments> matrix() {
    return Stream.of(OtlpEncoding.values())
        .flatMap(encoding ->
            Stream.of(true, false)
                .flatMap(gzip ->
                    IntStream.of(0, 1, 10_000)
                        .mapToObj(spans -> Arguments.of(encoding, gzip, spans))));
  }

  @ParameterizedTest(name = "{0}, gzip {1}, {2} spans")
  @MethodSource("matrix")
  void answersInKindWhenAllIsStored(OtlpEncoding encoding, boolean gzip, int spans)
      throws Exception {
    var request = spans == 0 ? TracesData.getDefaultInstance() : request("shop", 500, spans);
    var received = received("shop");
    var answered = counted(Meter.INGEST_REQUESTS, "protocol", "http", "code", "200");
    var body = encode(request, encoding);

    var response =
        gzip
            ? send(post(encoding, gzip(body)).header("Content-Encoding", "gzip"))
            : send(post(encoding, body));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).hasValue(encoding.contentType());
    assertThat(decode(response, ExportTraceServiceResponse.newBuilder()))
        .isEqualTo(ExportTraceServiceResponse.getDefaultInstance());
    var spansStored =
        stored.stream().flatMap(record -> spansOf(OtlpRequests.decode(record)).stream()).toList();
    assertThat(spansStored).hasSize(spans);
    assertThat(Set.copyOf(spansStored)).isEqualTo(Set.copyOf(spansOf(request)));
    assertThat(stored).hasSize(Math.min(spans, 500));
    assertThat(received("shop") - received).isEqualTo(spans);
    await()
        .untilAsserted(() ->
            assertThat(counted(Meter.INGEST_REQUESTS, "protocol", "http", "code", "200"))
                .isEqualTo(answered + 1));
  }

  @Test
  void takesWhatTheOpenTelemetrySdkSends() {
    for (var compression : List.of("gzip", "none")) {
      stored.clear();
      try (var provider =
          SdkTracerProvider.builder()
              .setResource(
                  Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "sdk")))
              .addSpanProcessor(
                  BatchSpanProcessor.builder(
                          OtlpHttpSpanExporter.builder()
                              .setEndpoint(uri("/v1/traces").toString())
                              .setCompression(compression)
                              .build())
                      .build())
              .build()) {
        var span =
            provider
                .get("tests")
                .spanBuilder("chat gpt-4o")
                .setSpanKind(SpanKind.CLIENT)
                .startSpan();
        span.setAttribute("gen_ai.request.model", "gpt-4o");
        span.end();
        assertThat(provider.forceFlush().join(10, TimeUnit.SECONDS).isSuccess()).isTrue();

        assertThat(stored).hasSize(1);
        var record = stored.peek();
        assertThat(record.traceId()).isEqualTo(span.getSpanContext().getTraceId());
        var sent = spansOf(OtlpRequests.decode(record)).getFirst();
        assertThat(sent.resource()).isEqualTo(OtlpRequests.resource("sdk"));
        assertThat(sent.scope().getName()).isEqualTo("tests");
        assertThat(sent.span().getName()).isEqualTo("chat gpt-4o");
        assertThat(OtlpRequests.hex(sent.span().getSpanId()))
            .isEqualTo(span.getSpanContext().getSpanId());
        assertThat(sent.span().getAttributesList())
            .containsExactly(OtlpRequests.attribute("gen_ai.request.model", "gpt-4o"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsTheRestWhenOneSpanInAThousandIsBad(OtlpEncoding encoding) throws Exception {
    var app = "partly-" + encoding;
    var request = request(app, 10, 1_000).toBuilder();
    request
        .getResourceSpansBuilder(0)
        .getScopeSpansBuilder(0)
        .getSpansBuilder(17)
        .setSpanId(ByteString.copyFrom(new byte[15]));

    var response = send(post(encoding, encode(request.build(), encoding)));

    assertThat(response.statusCode()).isEqualTo(200);
    var partial = decode(response, ExportTraceServiceResponse.newBuilder()).getPartialSuccess();
    assertThat(partial.getRejectedSpans()).isEqualTo(1);
    assertThat(partial.getErrorMessage())
        .isEqualTo("span_id: must be 8 bytes, not all zero; was 15 bytes");
    assertThat(stored.stream().mapToInt(TraceSpans::spans).sum()).isEqualTo(999);
    assertThat(received(app)).isEqualTo(999);
    assertThat(counted(Meter.SPANS, "app", app, "outcome", "rejected")).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void refusesGarbage(OtlpEncoding encoding) throws Exception {
    var garbage = "this is not a span".getBytes(StandardCharsets.UTF_8);
    var sound = encode(request("shop", 1, 10), encoding);

    assertStatus(send(post(encoding, garbage)), encoding, 400, 3, "not ");
    assertStatus(
        send(post(encoding, garbage).header("Content-Encoding", "gzip")),
        encoding,
        400,
        3,
        "body: is not gzip");
    assertStatus(
        send(post(encoding, gzip(garbage)).header("Content-Encoding", "gzip")),
        encoding,
        400,
        3,
        "not ");
    var cutOff = Arrays.copyOf(gzip(sound), 100);
    assertStatus(
        send(post(encoding, cutOff).header("Content-Encoding", "gzip")),
        encoding,
        400,
        3,
        "body: is not gzip");
    // compressed twice is not decompressed twice
    assertStatus(
        send(post(encoding, gzip(gzip(sound))).header("Content-Encoding", "gzip")),
        encoding,
        400,
        3,
        "not ");
    assertThat(stored).isEmpty();
    assertThat(send(post(encoding, sound)).statusCode()).isEqualTo(200);
  }

  @Test
  void refusesOtherMethodsTypesAndEncodings() throws Exception {
    var get = send(HttpRequest.newBuilder(uri("/v1/traces")).GET());
    assertStatus(get, OtlpEncoding.JSON, 405, 12, "method: must be POST");
    assertThat(get.headers().firstValue("allow")).hasValue("POST");

    assertStatus(
        send(
            HttpRequest.newBuilder(uri("/v1/traces"))
                .header("Content-Type", "text/plain")
                .POST(BodyPublishers.ofString("x"))),
        OtlpEncoding.JSON,
        415,
        12,
        "Content-Type: must be application/x-protobuf or application/json");
    assertStatus(
        send(HttpRequest.newBuilder(uri("/v1/traces")).POST(BodyPublishers.ofString("x"))),
        OtlpEncoding.JSON,
        415,
        12,
        "Content-Type");
    var brotli = send(post(OtlpEncoding.PROTOBUF, new byte[10]).header("Content-Encoding", "br"));
    var allowed = "identity, gzip, zstd, deflate, snappy, lz4";
    assertStatus(
        brotli, OtlpEncoding.PROTOBUF, 415, 12, "Content-Encoding: must be one of " + allowed);
    assertThat(brotli.headers().firstValue("accept-encoding")).hasValue(allowed);
  }

  @ParameterizedTest
  @CsvSource({
    "/v1/traces/, application/json, ''",
    "/v1/traces, application/json; charset=utf-8, identity",
    "/v1/traces, APPLICATION/JSON, identity",
  })
  void toleratesWhatSendersDo(String path, String type, String contentEncoding) throws Exception {
    var response =
        send(
            HttpRequest.newBuilder(uri(path))
                .header("Content-Type", type)
                .header("Content-Encoding", contentEncoding)
                .POST(
                    BodyPublishers.ofByteArray(encode(request("shop", 1, 1), OtlpEncoding.JSON))));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(stored).hasSize(1);
  }

  @Test
  void refusesABodyOverTheLimitWhetherItsLengthIsSaidOrNot() throws Exception {
    var large = new byte[LIMIT + 1];

    assertStatus(
        send(post(OtlpEncoding.PROTOBUF, large)),
        OtlpEncoding.PROTOBUF,
        413,
        8,
        "body: must be at most 67108864 bytes");
    assertStatus(
        send(
            post(OtlpEncoding.JSON, large)
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))),
        OtlpEncoding.JSON,
        413,
        8,
        "body: must be at most 67108864 bytes");
    assertThat(send(post(OtlpEncoding.PROTOBUF, new byte[0])).statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"gzip, GZIP", "zstd, ZSTD", "deflate, DEFLATE", "lz4, LZ4"})
  void aBombIsStoppedAtTheLimitWithoutItsHeap(String name, ContentEncoding encoding)
      throws Exception {
    var bomb = Compressed.zeros(encoding, 1 << 30);
    assertThat(bomb.length).isLessThan(5 * MIB);
    send(post(OtlpEncoding.PROTOBUF, new byte[0])); // all classes are loaded

    long before = allocatedBytes();
    var response = send(post(OtlpEncoding.PROTOBUF, bomb).header("Content-Encoding", name));
    long allocated = allocatedBytes() - before;

    assertStatus(response, OtlpEncoding.PROTOBUF, 413, 8, "body: must be at most 67108864 bytes");
    // everything this process allocated meanwhile, the client's part too
    assertThat(allocated).isLessThan(2L * LIMIT);
  }

  @Test
  void aRequestIsAnsweredOnlyWhenItIsStored() throws Exception {
    var storing = new CompletableFuture<Void>();
    var asked = new CountDownLatch(1);
    sink =
        records -> {
          asked.countDown();
          return storing;
        };

    var response =
        client.sendAsync(
            post(OtlpEncoding.JSON, encode(request("waits", 1, 1), OtlpEncoding.JSON)).build(),
            BodyHandlers.ofByteArray());

    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(response).isNotDone();
    assertThat(received("waits")).isZero();
    storing.complete(null);
    assertThat(response.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(received("waits")).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void whatCannotBeStoredIsTheSendersAgain(OtlpEncoding encoding) throws Exception {
    sink =
        _ ->
            CompletableFuture.failedFuture(
                new RefusedException(Refusal.UNAVAILABLE, "storage: not available"));

    var response = send(post(encoding, encode(request("lost", 1, 1), encoding)));

    assertStatus(response, encoding, 503, 14, "storage: not available");
    assertThat(response.headers().firstValue("retry-after")).hasValue("5");
    assertThat(received("lost")).isZero();
  }

  @Test
  void aBugInTheSinkIsAnAnswerToo() throws Exception {
    sink =
        _ -> {
          throw new IllegalStateException("a secret");
        };

    var response = send(post(OtlpEncoding.JSON, encode(request("shop", 1, 1), OtlpEncoding.JSON)));

    assertStatus(response, OtlpEncoding.JSON, 500, 13, "internal error");
  }

  @Test
  void refusesMoreThanItMayHoldAndTakesItLater() throws Exception {
    server = start(new IngestLimits(MIB, MIB)); // two of what follows do not fit
    var storing = new CompletableFuture<Void>();
    sink = _ -> storing;
    var body = encode(large(MIB / 3), OtlpEncoding.PROTOBUF);
    var first =
        client.sendAsync(post(OtlpEncoding.PROTOBUF, body).build(), BodyHandlers.ofByteArray());
    await().until(() -> server.inFlightBytes() >= 2L * (MIB / 3)); // the body and its record

    var second = send(post(OtlpEncoding.PROTOBUF, body));
    storing.complete(null);
    assertThat(first.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    await().untilAsserted(() -> assertThat(server.inFlightBytes()).isZero());
    var third = send(post(OtlpEncoding.PROTOBUF, body));

    assertStatus(second, OtlpEncoding.PROTOBUF, 503, 14, "busy: ");
    assertThat(second.headers().firstValue("retry-after")).hasValue("5");
    assertThat(third.statusCode()).isEqualTo(200);
  }

  @Test
  void aSinkThatBlocksDoesNotBlockTheServer() throws Exception {
    var release = new CountDownLatch(1);
    var blocked = new CountDownLatch(100);
    sink =
        _ -> {
          blocked.countDown();
          try {
            assertThat(release.await(60, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return CompletableFuture.completedFuture(null);
        };
    var body = encode(request("shop", 1, 1), OtlpEncoding.PROTOBUF);

    var responses = new ArrayList<CompletableFuture<HttpResponse<byte[]>>>();
    for (int i = 0; i < 100; i++) {
      responses.add(
          client.sendAsync(post(OtlpEncoding.PROTOBUF, body).build(), BodyHandlers.ofByteArray()));
    }
    assertThat(blocked.await(30, TimeUnit.SECONDS)).isTrue();
    var other = send(HttpRequest.newBuilder(uri("/v1/traces")).GET());
    release.countDown();

    assertThat(other.statusCode()).isEqualTo(405);
    for (var response : responses) {
      assertThat(response.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void fiveHundredClientsWhoNeverFinishHoldUpNobody() throws Exception {
    var idlers = new ArrayList<Socket>();
    try {
      for (int i = 0; i < 500; i++) {
        var idler = new Socket(InetAddress.getLoopbackAddress(), server.port());
        idlers.add(idler);
        var headers =
            """
            POST /v1/traces HTTP/1.1\r
            Host: a\r
            Content-Type: application/json\r
            Content-Length: 1000\r
            """;
        // within the headers, or within the body
        idler
            .getOutputStream()
            .write((i % 2 == 0 ? headers : headers + "\r\n{").getBytes(StandardCharsets.US_ASCII));
      }
      var body = encode(request("shop", 1, 1), OtlpEncoding.PROTOBUF);
      for (int i = 0; i < 20; i++) {
        long start = System.nanoTime();
        assertThat(send(post(OtlpEncoding.PROTOBUF, body)).statusCode()).isEqualTo(200);
        // a third of the time after which the idlers are sent away
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
      }
      // the byte each has sent, and what a request costs that has sent nothing
      assertThat(server.inFlightBytes()).isLessThanOrEqualTo(250L * (1 + 4 * 1024));
    } finally {
      for (var idler : idlers) {
        idler.close();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/traces", "/api/public/otel/v1/traces", "/otel/v1/traces/"})
  void takesWhatSdksOfOtherPlatformsSendWhereTheyLookForIt(String path) throws Exception {
    // Langfuse's SDK authenticates, and asks for the answer's type
    var response =
        send(
            HttpRequest.newBuilder(uri(path))
                .header("Content-Type", "application/x-protobuf")
                .header("Authorization", "Basic cGstbGYtMTpzay1sZi0x")
                .header("x-langfuse-sdk-name", "python")
                .POST(BodyPublishers.ofByteArray(request("shop", 1, 1).toByteArray())));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(stored).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void mlflowsExperimentIsOnEveryResourceThatDoesNotNameOne(OtlpEncoding encoding)
      throws Exception {
    var request = request("shop", 1, 1).toBuilder();
    request.addResourceSpans(request("named", 2, 2).getResourceSpans(0));
    request
        .getResourceSpansBuilder(1)
        .getResourceBuilder()
        .addAttributes(OtlpRequests.attribute("mlflow.experiment_id", "7"));

    var response =
        send(
            post(encoding, encode(request.build(), encoding))
                .header("x-mlflow-experiment-id", "412"));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(
            stored.stream()
                .flatMap(record -> spansOf(OtlpRequests.decode(record)).stream())
                .map(sent -> sent.resource().getAttributesList())
                .distinct())
        .containsExactlyInAnyOrder(
            List.of(
                OtlpRequests.attribute("service.name", "shop"),
                OtlpRequests.attribute("mlflow.experiment_id", "412")),
            List.of(
                OtlpRequests.attribute("service.name", "named"),
                OtlpRequests.attribute("mlflow.experiment_id", "7")));
    var record = stored.peek();
    var trace =
        new TraceMapper(10)
            .map(record.traceId(), List.of(record.bytes()), 1, CloseReason.IDLE, TestTraces.T0)
            .trace();
    assertThat(trace.header().metadata()).containsEntry("mlflow.experiment_id", "412");
  }

  @Test
  void metricsAreThrownAwayWithAWordToTheSender() throws Exception {
    var before = counted(Meter.INGEST_DISCARDED, "signal", "metrics");
    for (var encoding : OtlpEncoding.values()) {
      var response = send(post("/v1/metrics", encoding, new byte[MIB]));

      assertThat(response.statusCode()).isEqualTo(200);
      var partial = decode(response, ExportTraceServiceResponse.newBuilder()).getPartialSuccess();
      assertThat(partial.getRejectedSpans()).isZero();
      assertThat(partial.getErrorMessage()).startsWith("metrics are not kept");
    }
    assertThat(counted(Meter.INGEST_DISCARDED, "signal", "metrics") - before).isEqualTo(2);
    assertThat(stored).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void ofLogsEventsOfCallsAreStored(OtlpEncoding encoding) throws Exception {
    var call = TestLogs.event(1, "gen_ai.user.message", Map.of("content", "Who?"));
    var line = TestLogs.record(1).setSeverityText("INFO");
    var lost = TestLogs.record(1).setEventName("gen_ai.choice").clearTraceId();
    var before = countedEvents();

    var taken = post("/v1/logs", encoding, encode(TestLogs.export(call, line, lost), encoding));
    var partial = merge(send(taken), ExportLogsServiceResponse.newBuilder()).getPartialSuccess();
    assertThat(partial.getRejectedLogRecords()).isEqualTo(1);
    assertThat(partial.getErrorMessage()).startsWith("gen_ai.choice: trace_id: must be 16 bytes");
    assertThat(stored).hasSize(1);
    assertThat(stored.peek().traceId()).isEqualTo(TestOtlp.TRACE);
    assertThat(countedEvents())
        .isEqualTo(List.of(before.get(0) + 1, before.get(1) + 1, before.get(2) + 1));

    var unwanted = post("/v1/logs", encoding, encode(TestLogs.export(line), encoding));
    partial = merge(send(unwanted), ExportLogsServiceResponse.newBuilder()).getPartialSuccess();
    assertThat(partial.getRejectedLogRecords()).isZero();
    assertThat(partial.getErrorMessage()).startsWith("logs are not kept, but for events of GenAI");
    assertThat(stored).hasSize(1);

    // what is no export of logs is malformed
    assertThat(send(post("/v1/logs", encoding, new byte[MIB])).statusCode()).isEqualTo(400);
  }

  private List<Double> countedEvents() {
    return Stream.of("received", "rejected", "passed_over")
        .map(outcome -> counted(Meter.LOG_EVENTS, "app", "shop", "outcome", outcome))
        .toList();
  }

  private HttpRequest.Builder post(String path, OtlpEncoding encoding, byte[] body) {
    return HttpRequest.newBuilder(uri(path))
        .header("Content-Type", encoding.contentType())
        .POST(BodyPublishers.ofByteArray(body));
  }

  @Test
  void noPageOfAnotherSiteMaySendSpans() throws Exception {
    var preflight =
        send(
            HttpRequest.newBuilder(uri("/v1/traces"))
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", "https://elsewhere.example")
                .header("Access-Control-Request-Method", "POST"));

    assertThat(preflight.statusCode()).isEqualTo(405);
    assertThat(preflight.headers().map().keySet())
        .noneMatch(name -> name.startsWith("access-control"));
  }

  @Test
  void underTwiceTheLoadItCanStoreTheRestIsSentAwayAtOnce() throws Exception {
    server = start(new IngestLimits(MIB, MIB));
    var body = encode(large(30_000), OtlpEncoding.PROTOBUF);
    int storesASecond = 100;
    try (var disk = Executors.newSingleThreadScheduledExecutor()) {
      // stores one after the other
      var free = new AtomicLong(System.nanoTime());
      sink =
          _ -> {
            long slot = 1_000_000_000L / storesASecond;
            long done = free.updateAndGet(at -> Math.max(at, System.nanoTime()) + slot);
            var storing = new CompletableFuture<@Nullable Void>();
            var _ =
                disk.schedule(
                    () -> storing.complete(null), done - System.nanoTime(), TimeUnit.NANOSECONDS);
            return storing;
          };
      var answers = new ConcurrentLinkedQueue<Integer>();
      var slowest = new AtomicLong();
      long most = 0;
      int seconds = Integer.getInteger("overload.seconds", 3);
      int sent = seconds * 2 * storesASecond;
      long heap = 0;
      for (int i = 0; i < sent; i++) {
        long start = System.nanoTime();
        var _ =
            client
                .sendAsync(post(OtlpEncoding.PROTOBUF, body).build(), BodyHandlers.discarding())
                .thenAccept(response -> {
                  slowest.accumulateAndGet(System.nanoTime() - start, Math::max);
                  answers.add(response.statusCode());
                });
        most = Math.max(most, server.inFlightBytes());
        heap = Math.max(heap, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        LockSupport.parkNanos(1_000_000_000L / (2L * storesASecond));
      }
      await().until(() -> answers.size() == sent);

      System.out.printf(
          "overload: %d s, %d requests, %d stored, %d told to come again; %d of %d bytes held at"
              + " most, heap %d MB at most, slowest answer %d ms%n",
          seconds,
          sent,
          answers.stream().filter(code -> code == 200).count(),
          answers.stream().filter(code -> code == 503).count(),
          most,
          MIB,
          heap / MIB,
          slowest.get() / 1_000_000);
      assertThat(answers).containsOnly(200, 503);
      assertThat(answers.stream().filter(code -> code == 503)).hasSizeGreaterThan(sent / 10);
      assertThat(answers.stream().filter(code -> code == 200)).hasSizeGreaterThan(sent / 4);
      assertThat(most).isLessThanOrEqualTo(MIB);
      // what is queued is what fits: some twenty requests, 10 ms each
      assertThat(Duration.ofNanos(slowest.get())).isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void anythingGetsAnAnswerInKind() throws Exception {
    // The decoders alone are fuzzed harder, in OtlpFuzzTest.
    var random = new Random(23);
    for (int i = 0; i < 400; i++) {
      var encoding = random.nextBoolean() ? OtlpEncoding.JSON : OtlpEncoding.PROTOBUF;
      var body = encode(request("shop", 3, 5), encoding);
      for (int changes = 1 + random.nextInt(8); changes > 0; changes--) {
        body[random.nextInt(body.length)] = (byte) random.nextInt(256);
      }
      boolean gzip = random.nextBoolean();
      if (gzip && random.nextBoolean()) {
        body = gzip(body);
      }

      var response =
          gzip
              ? send(post(encoding, body).header("Content-Encoding", "gzip"))
              : send(post(encoding, body));

      assertThat(response.statusCode()).isIn(200, 400);
      assertThat(response.headers().firstValue("content-type")).hasValue(encoding.contentType());
      assertThat(
              decode(
                  response,
                  response.statusCode() == 200
                      ? ExportTraceServiceResponse.newBuilder()
                      : Status.newBuilder()))
          .isNotNull();
    }
  }

  private static TracesData large(int bytes) {
    var request = request("shop", 1, 1).toBuilder();
    request
        .getResourceSpansBuilder(0)
        .getScopeSpansBuilder(0)
        .getSpansBuilder(0)
        .addAttributes(OtlpRequests.attribute("input.value", "x".repeat(bytes)));
    return request.build();
  }

  private void assertStatus(
      HttpResponse<byte[]> response, OtlpEncoding encoding, int code, int grpcCode, String message)
      throws IOException {
    assertThat(response.statusCode()).isEqualTo(code);
    assertThat(response.headers().firstValue("content-type")).hasValue(encoding.contentType());
    var status = decode(response, Status.newBuilder());
    assertThat(status.getCode()).isEqualTo(grpcCode);
    assertThat(status.getMessage()).startsWith(message);
  }

  @SuppressWarnings("unchecked")
  private static <B extends Message.Builder> B merge(HttpResponse<byte[]> response, B into)
      throws IOException {
    if (response.headers().firstValue("content-type").orElseThrow().equals("application/json")) {
      JsonFormat.parser().merge(new String(response.body(), StandardCharsets.UTF_8), into);
      return into;
    }
    return (B) into.mergeFrom(response.body());
  }

  private static ExportTraceServiceResponse decode(
      HttpResponse<byte[]> response, ExportTraceServiceResponse.Builder into) throws IOException {
    return merge(response, into).build();
  }

  private static Status decode(HttpResponse<byte[]> response, Status.Builder into)
      throws IOException {
    return merge(response, into).build();
  }

  private static Message decode(HttpResponse<byte[]> response, Message.Builder into)
      throws IOException {
    return merge(response, into).build();
  }

  private HttpRequest.Builder post(OtlpEncoding encoding, byte[] body) {
    return post("/v1/traces", encoding, body);
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.timeout(Duration.ofSeconds(60)).build(), BodyHandlers.ofByteArray());
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  private static long allocatedBytes() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getTotalThreadAllocatedBytes();
  }

  private static byte[] gzip(byte[] content) {
    return Compressed.as(ContentEncoding.GZIP, content);
  }

  private static double received(String app) {
    return counted(Meter.SPANS, "app", app, "outcome", "received");
  }

  private static double counted(Meter meter, String... labels) {
    return metrics.registry().scrape().stream()
        .filter(snapshot -> snapshot.getMetadata().getName().equals(meter.baseName()))
        .flatMap(snapshot -> ((CounterSnapshot) snapshot).getDataPoints().stream())
        .filter(point -> point.getLabels().equals(Labels.of(labels)))
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }
}
