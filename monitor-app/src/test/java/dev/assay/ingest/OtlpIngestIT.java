package dev.assay.ingest;

import static dev.assay.wire.OtlpRequests.request;
import static dev.assay.wire.OtlpRequests.spansOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.client.grpc.GrpcClients;
import dev.assay.EmbeddedBroker;
import dev.assay.metrics.Metrics;
import dev.assay.pipeline.StreamsRunner;
import dev.assay.wire.DeadLetter;
import dev.assay.wire.OtlpEncoding;
import dev.assay.wire.OtlpRequests;
import dev.assay.wire.Topic;
import dev.assay.wire.TopicSetup;
import dev.assay.wire.Topics;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.opentelemetry.proto.trace.v1.TracesData;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a socket to a record, with a broker that also goes away. */
class OtlpIngestIT {
  @TempDir Path data;

  private final Topics topics = new Topics(2);
  private final Metrics metrics = Metrics.standalone();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private int port;
  private EmbeddedBroker broker;
  private KafkaSpanSink sink;
  private OtlpServer server;

  @BeforeEach
  void start() throws Exception {
    port = freePort();
    broker = EmbeddedBroker.start(data, port, Map.of());
    try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      TopicSetup.ensure(admin, topics.all());
    }
    sink =
        new KafkaSpanSink(TopicSetup.producerDefaults(broker.bootstrapServers()), topics.spans());
    server =
        OtlpServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            IngestLimits.DEFAULTS,
            sink,
            metrics);
  }

  @AfterEach
  void stop() {
    server.close();
    sink.close();
    broker.close();
  }

  @Test
  void whatTheSdkExportsIsOnTheTopicUnderItsTraceId() {
    String traceId;
    try (var provider =
        SdkTracerProvider.builder()
            .addSpanProcessor(
                BatchSpanProcessor.builder(
                        OtlpHttpSpanExporter.builder()
                            .setEndpoint(uri().toString())
                            .setCompression("gzip")
                            .build())
                    .build())
            .build()) {
      var tracer = provider.get("it");
      var root = tracer.spanBuilder("invoke_agent").startSpan();
      tracer.spanBuilder("chat").setParent(Context.root().with(root)).startSpan().end();
      root.end();
      traceId = root.getSpanContext().getTraceId();
      assertThat(provider.forceFlush().join(10, TimeUnit.SECONDS).isSuccess()).isTrue();
    }

    var records = readAll(topics.spans());

    assertThat(records).hasSize(1);
    assertThat(records.getFirst().key()).isEqualTo(traceId);
    assertThat(spansOf(OtlpRequests.decode(records.getFirst().value())))
        .extracting(sent -> sent.span().getName())
        .containsExactly("chat", "invoke_agent");
  }

  @Test
  void aTraceOfTwentyMegabytesThatNothingCompressesIsStoredWhole() throws Exception {
    var random = new Random(5);
    var request = request("shop", 1, 100).toBuilder();
    for (var span :
        request.getResourceSpansBuilder(0).getScopeSpansBuilder(0).getSpansBuilderList()) {
      var noise = new byte[150_000];
      random.nextBytes(noise);
      span.addAttributes(
          OtlpRequests.attribute("input.value", Base64.getEncoder().encodeToString(noise)));
    }

    var response = post(request.build());

    assertThat(response.statusCode()).isEqualTo(200);
    var records = readAll(topics.spans());
    assertThat(records).hasSizeBetween(3, 4);
    assertThat(
            records.stream()
                .flatMap(record -> spansOf(OtlpRequests.decode(record.value())).stream())
                .collect(Collectors.toSet()))
        .isEqualTo(Set.copyOf(spansOf(request.build())));
  }

  @Test
  void withoutABrokerTheSenderIsToldToComeAgainInTimeAndThenIsServed() throws Exception {
    assertThat(post(request("before", 1, 1)).statusCode()).isEqualTo(200);
    broker.close();

    long start = System.nanoTime();
    var overGrpc = CompletableFuture.supplyAsync(() -> exportOverGrpc(request("without", 1, 1)));
    var refused = post(request("without", 1, 1));
    assertThat(overGrpc.join()).isEqualTo(Status.Code.UNAVAILABLE);
    var took = Duration.ofNanos(System.nanoTime() - start);
    broker = EmbeddedBroker.start(data, port, Map.of());

    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.headers().firstValue("retry-after")).hasValue("5");
    // OpenTelemetry's exporters wait that long
    assertThat(took).isLessThan(Duration.ofSeconds(10));
    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(post(request("after", 1, 1)).statusCode()).isEqualTo(200));
    assertThat(exportOverGrpc(request("after", 1, 1))).isEqualTo(Status.Code.OK);
  }

  @Test
  void noAcknowledgedSpanIsLostWhenTheBrokerGoesAwayInTheMiddle() throws Exception {
    var acknowledged = ConcurrentHashMap.<String>newKeySet();
    var trace = new AtomicLong();
    var refused = new AtomicLong();
    var sent = new ArrayList<Future<?>>();
    try (var senders = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        sent.add(
            senders.submit(() -> {
              while (acknowledged.size() < 400) {
                var id = trace.incrementAndGet();
                var one = request("shop", 1, 1).toBuilder();
                one.getResourceSpansBuilder(0)
                    .getScopeSpansBuilder(0)
                    .getSpansBuilder(0)
                    .setTraceId(OtlpRequests.traceId(id));
                if (post(one.build()).statusCode() == 200) {
                  acknowledged.add(OtlpRequests.hex(OtlpRequests.traceId(id)));
                } else {
                  refused.incrementAndGet();
                }
              }
              return null;
            }));
      }
      await().atMost(Duration.ofSeconds(60)).until(() -> acknowledged.size() > 100);
      broker.close();
      await().atMost(Duration.ofSeconds(60)).until(() -> refused.get() > 0);
      broker = EmbeddedBroker.start(data, port, Map.of());
    }

    for (var sender : sent) {
      sender.get();
    }
    assertThat(refused).hasPositiveValue();
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(400);
    assertThat(readAll(topics.spans()).stream().map(ConsumerRecord::key).toList())
        .containsAll(acknowledged);
  }

  @Test
  void aCollectorsMessagesAreRekeyedAndWhatIsNoneIsADeadLetter() throws Exception {
    var builder = new StreamsBuilder();
    new RekeySpans(topics, metrics).addTo(builder);
    var message = request("shop", 3, 9);
    try (var runner =
            new StreamsRunner(
                "rekey-it",
                builder.build(),
                new StreamsRunner.Config(
                    broker.bootstrapServers(), data.resolve("state"), 1, Map.of()),
                topics,
                metrics);
        var producer =
            new KafkaProducer<>(
                TopicSetup.producerDefaults(broker.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      runner.start();
      var garbage = "{\"resourceSpans\": 17}".getBytes(StandardCharsets.UTF_8);
      for (var value : List.of(message.toByteArray(), garbage, OtlpRequests.json(message))) {
        producer.send(new ProducerRecord<>(topics.otlpSpans().name(), 0, null, value)).get();
      }

      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(readAll(topics.spans())).hasSize(6));
      var letters = readAll(topics.deadLetters());
      assertThat(letters).hasSize(1);
      assertThat(letters.getFirst().value()).isEqualTo(garbage);
      assertThat(header(letters.getFirst(), DeadLetter.STAGE)).isEqualTo("rekey");
      assertThat(header(letters.getFirst(), DeadLetter.CAUSE)).isEqualTo("undecodable");
      assertThat(header(letters.getFirst(), DeadLetter.MESSAGE))
          .contains("resourceSpans: must be an array");
    }
  }

  private static String header(ConsumerRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
  }

  private HttpResponse<byte[]> post(TracesData request) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri())
            .header("Content-Type", OtlpEncoding.PROTOBUF.contentType())
            .POST(BodyPublishers.ofByteArray(request.toByteArray()))
            .timeout(Duration.ofSeconds(60))
            .build(),
        BodyHandlers.ofByteArray());
  }

  private Status.Code exportOverGrpc(TracesData request) {
    var client =
        GrpcClients.newClient(
                "gproto+h2c://127.0.0.1:" + server.grpcPort(),
                TraceServiceGrpc.TraceServiceBlockingStub.class)
            .withDeadlineAfter(60, TimeUnit.SECONDS);
    try {
      var _ =
          client.export(
              ExportTraceServiceRequest.newBuilder()
                  .addAllResourceSpans(request.getResourceSpansList())
                  .build());
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  private URI uri() {
    return URI.create("http://127.0.0.1:" + server.port() + "/v1/traces");
  }

  /** All committed records there are now. */
  private <K, V> List<ConsumerRecord<K, V>> readAll(Topic<K, V> topic) {
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "isolation.level",
                "read_committed"),
            topic.keys().deserializer(),
            topic.values().deserializer())) {
      var partitions =
          consumer.partitionsFor(topic.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = new HashMap<>(consumer.endOffsets(partitions));
      var records = new ArrayList<ConsumerRecord<K, V>>();
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
      return records;
    }
  }

  private static int freePort() throws Exception {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
