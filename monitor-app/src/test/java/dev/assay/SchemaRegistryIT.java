package dev.assay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.assay.model.TestTraces;
import dev.assay.wire.EncodedTrace;
import dev.assay.wire.SchemaRegistry;
import dev.assay.wire.TestRecords;
import dev.assay.wire.Topics;
import io.apicurio.registry.serde.avro.AvroKafkaDeserializer;
import io.apicurio.registry.serde.avro.AvroKafkaSerializer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a real registry, and with serdes that are its own. */
class SchemaRegistryIT {
  @TempDir static Path folder;
  private static Apicurio apicurio;
  private static SchemaRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    apicurio = Apicurio.start(folder);
    registry = new SchemaRegistry(apicurio.confluent(), null);
  }

  @AfterAll
  static void stop() {
    registry.close();
    apicurio.close();
  }

  @Test
  void onEveryTopicTheRegistrysOwnSerdeReadsWhatAssayWrites() {
    var topics = new Topics(1, registry);
    topics.registerSchemas();
    try (var theirs = new AvroKafkaDeserializer<GenericRecord>()) {
      theirs.configure(config(), false);
      for (var record : TestRecords.all()) {
        var written = record.write(topics);

        assertThat(written).as(record.topic()).startsWith(0);
        var read = theirs.deserialize(record.topic(), written);
        assertThat(read.getSchema().getNamespace()).isEqualTo("dev.assay.schemas");
        // another instance, which asks the registry for the id
        try (var elsewhere = new SchemaRegistry(apicurio.confluent(), null)) {
          record.assertReadBy(new Topics(1, elsewhere), written);
          record.assertReadBy(new Topics(1, elsewhere), record.write(new Topics(1)));
        }
      }
    }
  }

  @Test
  void aSchemaThatBreaksWithWhatIsThereIsRefusedAtTheStart() throws Exception {
    call("PUT", "/config/assay.decisions-value", "{\"compatibility\": \"BACKWARD\"}");
    call(
        "POST",
        "/subjects/assay.decisions-value/versions",
        "{\"schema\": \"{\\\"type\\\": \\\"record\\\", \\\"name\\\": \\\"Other\\\", \\\"fields\\\":"
            + " [{\\\"name\\\": \\\"a\\\", \\\"type\\\": \\\"int\\\"}]}\"}");
    try (var fresh = new SchemaRegistry(apicurio.confluent(), null)) {
      assertThatThrownBy(new Topics(1, fresh)::registerSchemas)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("assay.decisions-value is not registered: 409");
    } finally {
      call("DELETE", "/subjects/assay.decisions-value", "");
      call("DELETE", "/config/assay.decisions-value", "");
    }
  }

  @Test
  void tracesOfAnyProducerAreScoredAndTheVerdictsAreReadByAnyConsumer(@TempDir Path data)
      throws Exception {
    var scorers =
        """
        scorers:
          - {name: answered, kind: not_empty}
        """;
    try (var monitor =
            TestMonitor.start(
                    data,
                    scorers,
                    URI.create("http://127.0.0.1:9"),
                    Map.of(Settings.SCHEMA_REGISTRY.name(), apicurio.confluent().toString()))
                .ready();
        var theirs = new AvroKafkaSerializer<GenericRecord>();
        var reader = new AvroKafkaDeserializer<GenericRecord>()) {
      theirs.configure(config(), false);
      reader.configure(config(), false);
      var plain = new Topics(4).traces().values().serializer();
      var first = "0af7651916cd43dd8448eb211c803100";
      var second = "0af7651916cd43dd8448eb211c803200";
      var byFingerprint = plain.serialize("assay.traces", trace(first));
      var byTheirs =
          theirs.serialize("assay.traces", generic(plain.serialize("assay.traces", trace(second))));
      assertThat(byTheirs).startsWith(0);

      monitor.write("assay.traces", first.getBytes(StandardCharsets.UTF_8), byFingerprint);
      monitor.write("assay.traces", second.getBytes(StandardCharsets.UTF_8), byTheirs);

      Supplier<Stream<GenericRecord>> verdicts =
          () ->
              monitor
                  .read("assay.assessments", 4, new ByteArrayDeserializer())
                  .map(record -> reader.deserialize("assay.assessments", record.value()));
      await()
          .atMost(Duration.ofMinutes(1))
          .pollInterval(Duration.ofMillis(500))
          .untilAsserted(() ->
              assertThat(verdicts.get().map(verdict -> String.valueOf(verdict.get("trace_id"))))
                  .containsExactlyInAnyOrder(first, second));
      assertThat(verdicts.get().map(verdict -> String.valueOf(verdict.get("outcome"))))
          .containsOnly("PASS");
      assertThat(monitor.read("assay.dead-letters", 1, new ByteArrayDeserializer())).isEmpty();
    }
  }

  private static EncodedTrace trace(String id) {
    return EncodedTrace.of(TestTraces.chat(id, "Hi?", "Hello."));
  }

  private static GenericRecord generic(byte[] singleObject) throws Exception {
    var schema = dev.assay.schemas.Trace.getClassSchema();
    return new GenericDatumReader<GenericRecord>(schema)
        .read(
            null,
            DecoderFactory.get().binaryDecoder(singleObject, 10, singleObject.length - 10, null));
  }

  private static Map<String, Object> config() {
    return Map.of(
        "apicurio.registry.url",
        apicurio.own().toString(),
        "apicurio.registry.auto-register",
        true,
        "apicurio.registry.artifact.group-id",
        "default");
  }

  private static void call(String method, String path, String body) throws Exception {
    try (var http = HttpClient.newHttpClient()) {
      var response =
          http.send(
              HttpRequest.newBuilder(URI.create(apicurio.confluent() + path))
                  .header("Content-Type", "application/json")
                  .method(method, BodyPublishers.ofString(body))
                  .build(),
              BodyHandlers.ofString());
      assertThat(response.statusCode()).as(response.body()).isLessThan(300);
    }
  }
}
