package dev.assay.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.assay.EmbeddedBroker;
import dev.assay.metrics.Metrics;
import dev.assay.wire.TraceSpans;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * One request through a real Collector, out of it by every exporter and compression it has. With
 * {@code -Dotelcol.record=true} also records what its Kafka exporter wrote, for {@link
 * CollectorMessagesTest}.
 */
@EnabledIfSystemProperty(
    named = "otelcol",
    matches = ".+",
    disabledReason = "needs a Collector: src/test/collector/record.sh")
class CollectorIT {
  private static final List<String> HTTP =
      List.of("none", "gzip", "zstd", "zlib", "deflate", "snappy", "x-snappy-framed", "lz4");
  private static final List<String> GRPC = List.of("none", "gzip", "zstd", "snappy");

  @TempDir Path folder;
  private final ConcurrentLinkedQueue<TraceSpans> stored = new ConcurrentLinkedQueue<>();

  @Test
  void everyWayOutOfACollectorLeadsToTheSameTraces() throws Exception {
    var anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    int port = freePort();
    try (var broker = EmbeddedBroker.start(folder.resolve("kafka"));
        var server =
            OtlpServer.start(
                anyPort,
                anyPort,
                IngestLimits.DEFAULTS,
                records -> {
                  stored.addAll(records);
                  return CompletableFuture.completedFuture(null);
                },
                Metrics.standalone())) {
      createTopics(broker.bootstrapServers());
      var log = folder.resolve("otelcol.log");
      var collector =
          new ProcessBuilder(
                  System.getProperty("otelcol"),
                  "--config",
                  Files.writeString(
                          folder.resolve("otelcol.yaml"),
                          configuration(port, server, broker.bootstrapServers()))
                      .toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      try {
        send(port, collector, log);
        int ways = HTTP.size() + 1 + GRPC.size();
        await("records, see the Collector's log")
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() -> assertThat(stored).as(Files.readString(log)).hasSize(8 * ways));
        var counts =
            stored.stream()
                .map(record -> CollectorMessages.trace(record.traceId(), List.of(record.bytes())))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        // to the byte
        assertThat(counts).hasSize(8).allSatisfy((_, count) -> assertThat(count).isEqualTo(ways));
        for (var way : CollectorMessages.Way.values()) {
          // by trace and scope: two of the traces have two scopes
          int expected = way.byTrace() ? 10 : 1;
          await()
              .atMost(Duration.ofSeconds(30))
              .untilAsserted(
                  () -> assertThat(messages(broker.bootstrapServers(), way)).hasSize(expected));
          if (Boolean.getBoolean("otelcol.record")) {
            CollectorMessages.write(way, messages(broker.bootstrapServers(), way));
          }
        }
      } finally {
        collector.destroy();
        assertThat(collector.waitFor(30, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  private static String configuration(int port, OtlpServer server, String brokers) {
    var exporters = new StringBuilder();
    var names = new ArrayList<String>();
    for (var compression : HTTP) {
      names.add("otlphttp/" + compression);
      exporters.append(
          "  otlphttp/%1$s: {endpoint: \"http://127.0.0.1:%2$d\", compression: %1$s}%n"
              .formatted(compression, server.port()));
    }
    names.add("otlphttp/json");
    exporters.append(
        "  otlphttp/json: {endpoint: \"http://127.0.0.1:%d\", encoding: json}%n"
            .formatted(server.port()));
    for (var compression : GRPC) {
      names.add("otlp/" + compression);
      exporters.append(
          "  otlp/%1$s: {endpoint: \"127.0.0.1:%2$d\", compression: %1$s, tls: {insecure: true}}%n"
              .formatted(compression, server.grpcPort()));
    }
    for (var way : CollectorMessages.Way.values()) {
      names.add("kafka/" + way.topic());
      exporters.append(way.exporter(brokers));
    }
    return """
    receivers: {otlp: {protocols: {http: {endpoint: "127.0.0.1:%d"}}}}
    exporters:
    %sservice:
      telemetry: {metrics: {level: none}}
      pipelines: {traces: {receivers: [otlp], exporters: [%s]}}
    """
        .formatted(port, exporters, names.stream().collect(Collectors.joining(", ")));
  }

  private static void send(int port, Process collector, Path log) {
    try (var http = HttpClient.newHttpClient()) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> {
            if (!collector.isAlive()) {
              throw new IllegalStateException("the Collector ended: " + Files.readString(log));
            }
            try {
              return http.send(
                          HttpRequest.newBuilder(
                                  URI.create("http://127.0.0.1:" + port + "/v1/traces"))
                              .header("Content-Type", "application/x-protobuf")
                              .POST(
                                  BodyPublishers.ofByteArray(
                                      CollectorMessages.request().toByteArray()))
                              .build(),
                          BodyHandlers.discarding())
                      .statusCode()
                  == 200;
            } catch (ConnectException notYet) {
              return false;
            }
          });
    }
  }

  private static void createTopics(String brokers) throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
      admin
          .createTopics(
              Stream.of(CollectorMessages.Way.values())
                  .map(way -> new NewTopic(way.topic(), CollectorMessages.PARTITIONS, (short) 1))
                  .toList())
          .all()
          .get();
    }
  }

  private static List<ConsumerRecord<byte[], byte[]>> messages(
      String brokers, CollectorMessages.Way way) {
    var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    try (var consumer =
        new KafkaConsumer<>(
            Map.<String, Object>of("bootstrap.servers", brokers),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      var partitions =
          Stream.iterate(0, partition -> partition + 1)
              .limit(CollectorMessages.PARTITIONS)
              .map(partition -> new TopicPartition(way.topic(), partition))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer.poll(Duration.ofMillis(200)).forEach(found::add);
      }
    }
    return found;
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
