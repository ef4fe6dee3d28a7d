package dev.assay;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.wire.Json;
import dev.assay.wire.Topic;
import dev.assay.wire.TopicSetup;
import dev.assay.wire.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * A whole instance on free ports, with the embedded broker, and what can be asked of it from
 * outside: its pages over HTTP, its topics with a plain consumer.
 */
final class TestMonitor implements AutoCloseable {
  /** Longer than anything takes on a machine that is busy with something else. */
  static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Monitor monitor;

  private TestMonitor(Monitor monitor) {
    this.monitor = monitor;
  }

  /**
   * Starts one.
   *
   * @param data goes on with what is there
   * @param scorers text of a scorers file
   * @param judge where the model {@code simulated:/…} is
   * @param more settings that win over those here
   */
  static TestMonitor start(Path data, String scorers, URI judge, Map<String, String> more)
      throws Exception {
    var settings = Settings.load(null, Map.of(), settings(data, scorers, judge, more));
    return new TestMonitor(Monitor.start(MonitorConfig.of(settings, Map.of())));
  }

  /** Waits until every topology processes. */
  TestMonitor ready() {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> responds(monitor.httpPort(), "/health/ready"));
    return this;
  }

  /** The settings of {@link #start}, by key. */
  static Map<String, String> settings(
      Path data, String scorers, URI judge, Map<String, String> more) throws IOException {
    var file = Files.writeString(data.resolve("scorers.yaml"), scorers);
    var settings = new HashMap<String, String>();
    settings.put(Settings.DATA_DIR.name(), data.resolve("data").toString());
    settings.put(Settings.SCORERS_FILE.name(), file.toString());
    settings.put(Settings.BROKER_PORT.name(), "0");
    settings.put(Settings.HTTP_PORT.name(), "0");
    settings.put(Settings.OTLP_PORT.name(), "0");
    settings.put(Settings.OTLP_GRPC_PORT.name(), "0");
    settings.put(Settings.ROOT_GRACE.name(), "200ms");
    settings.put("models.simulated.base-url", judge.toString());
    settings.putAll(more);
    return settings;
  }

  Topics topics() {
    return new Topics(4);
  }

  String bootstrapServers() {
    return monitor.bootstrapServers();
  }

  URI otlp() {
    return URI.create("http://127.0.0.1:" + monitor.otlpPort());
  }

  int httpPort() {
    return monitor.httpPort();
  }

  /** {@code /metrics} as a scraper gets it. */
  Scrape scrape() {
    return Scrape.of(get("/metrics"));
  }

  JsonNode api(String path) {
    try {
      return Json.mapper().readTree(get(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String get(String path) {
    try {
      var response = get(monitor.httpPort(), path);
      if (response.statusCode() != 200) {
        throw new IOException(path + ": " + response.statusCode() + " " + response.body());
      }
      return response.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Whether a page of a server on this machine is there. */
  static boolean responds(int port, String path) throws IOException, InterruptedException {
    return get(port, path).statusCode() == 200;
  }

  private static HttpResponse<String> get(int port, String path)
      throws IOException, InterruptedException {
    var uri = URI.create("http://127.0.0.1:" + port + path);
    var request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).build();
    return HTTP.send(request, BodyHandlers.ofString());
  }

  /** The committed records that are on a topic now, by partition and offset. */
  <K, V> List<ConsumerRecord<K, V>> read(Topic<K, V> topic) {
    return read(bootstrapServers(), topic);
  }

  static <K, V> List<ConsumerRecord<K, V>> read(String bootstrapServers, Topic<K, V> topic) {
    return read(
        bootstrapServers,
        topic.name(),
        topic.partitions(),
        topic.keys().deserializer(),
        topic.values().deserializer());
  }

  /** As they stand there. */
  <V> java.util.stream.Stream<ConsumerRecord<byte[], V>> read(
      String topic, int partitions, Deserializer<V> values) {
    return read(
        bootstrapServers(),
        topic,
        partitions,
        new org.apache.kafka.common.serialization.ByteArrayDeserializer(),
        values)
        .stream();
  }

  private static <K, V> List<ConsumerRecord<K, V>> read(
      String bootstrapServers,
      String topic,
      int partitions,
      Deserializer<K> keys,
      Deserializer<V> values) {
    var settings =
        Map.<String, Object>of(
            "bootstrap.servers",
            bootstrapServers,
            "isolation.level",
            "read_committed",
            "auto.offset.reset",
            "earliest");
    var found = new ArrayList<ConsumerRecord<K, V>>();
    try (var consumer = new KafkaConsumer<>(settings, keys, values)) {
      var all = new ArrayList<TopicPartition>();
      for (int partition = 0; partition < partitions; partition++) {
        all.add(new TopicPartition(topic, partition));
      }
      consumer.assign(all);
      // of a reader of committed records: up to the oldest open transaction
      var ends = consumer.endOffsets(all);
      while (all.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer.poll(Duration.ofMillis(200)).forEach(found::add);
      }
    }
    return found;
  }

  /** Writes one record as it is. */
  void write(String topic, byte[] key, byte[] value) throws Exception {
    try (var producer =
        new KafkaProducer<>(
            TopicSetup.producerDefaults(bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, key, value)).get();
    }
  }

  @Override
  public void close() {
    monitor.close();
  }
}
