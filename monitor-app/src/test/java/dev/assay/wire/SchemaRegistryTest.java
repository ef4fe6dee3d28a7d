package dev.assay.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.assay.model.TestTraces;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Records by ids of a registry, which is played here; a real one is in {@code SchemaRegistryIT}.
 */
class SchemaRegistryTest {
  private static final Schema TRACE = dev.assay.schemas.Trace.getClassSchema();

  private final List<String> registered = new CopyOnWriteArrayList<>();
  private final Set<String> authorizations = ConcurrentHashMap.newKeySet();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger outage = new AtomicInteger();
  private String refusal = "";
  private HttpServer server;
  private SchemaRegistry registry;
  private Topics topics;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/base/", this::answer);
    server.start();
    registry =
        new SchemaRegistry(
            URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/base/"),
            SchemaRegistry.User.of("key:s3cret"),
            Duration.ofSeconds(3));
    topics = new Topics(1, registry);
  }

  @AfterEach
  void stop() {
    registry.close();
    server.stop(0);
  }

  /** Confluent's API: an id is a place in the list of texts. */
  private void answer(HttpExchange exchange) throws IOException {
    calls.incrementAndGet();
    authorizations.addAll(exchange.getRequestHeaders().get("Authorization"));
    var path = exchange.getRequestURI().getPath();
    int status = 200;
    Object body;
    if (outage.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      status = 503;
      body = Map.of("message", "not yet");
    } else if (path.startsWith("/base/subjects/")) {
      var text =
          (String)
              Json.object(
                      new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8))
                  .get("schema");
      if (path.contains("assay.events") && !refusal.isEmpty()) {
        status = 409;
        body = Map.of("error_code", 409, "message", refusal);
      } else {
        body = Map.of("id", add(text));
      }
    } else {
      int id = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
      status = id < registered.size() ? 200 : 404;
      body =
          status == 404
              ? Map.of("error_code", 40403, "message", "Schema not found")
              : registered.get(id).startsWith("syntax")
                  ? Map.of("schemaType", "PROTOBUF", "schema", registered.get(id))
                  : Map.of("schema", registered.get(id));
    }
    var bytes = Json.write(body).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private int add(String schema) {
    if (!registered.contains(schema)) {
      registered.add(schema);
    }
    return registered.indexOf(schema);
  }

  static List<TestRecords.Sample<?>> records() {
    return TestRecords.all();
  }

  @ParameterizedTest
  @MethodSource("records")
  void eitherFormIsReadWhereThereIsARegistry(TestRecords.Sample<?> record) {
    var without = new Topics(1);
    var byId = record.write(topics);
    var byFingerprint = record.write(without);

    assertThat(byId).startsWith(0, 0, 0, 0).hasSize(byFingerprint.length - 5);
    assertThat(byFingerprint).startsWith(0xC3, 1);
    record.assertReadBy(topics, byId);
    record.assertReadBy(topics, byFingerprint);
    record.assertReadBy(without, byFingerprint);
    assertThatThrownBy(() -> record.assertReadBy(without, byId))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("needs schema.registry.url");
  }

  @Test
  void everyCallSaysWhoAsks() {
    topics.registerSchemas();
    var record = TestRecords.all().getFirst();
    record.assertReadBy(topics, record.write(topics));

    // key:s3cret
    assertThat(authorizations).containsExactly("Basic a2V5OnMzY3JldA==");
  }

  @Test
  void theRegistryIsAskedOnceForEach() {
    topics.registerSchemas();
    int once = calls.get();
    var record = TestRecords.all().getFirst();
    for (int i = 0; i < 100; i++) {
      record.assertReadBy(topics, record.write(topics));
    }

    assertThat(once).isEqualTo(9);
    assertThat(calls).hasValue(once + 1); // the schema of the id
  }

  @Test
  void internalTopicsKeepTheFormThatNeedsNoRegistry() {
    var values = topics.traces().values();
    var trace = EncodedTrace.of(TestTraces.chat(TestRecords.TRACE, "Hi?", "Hello."));

    var inChangelog = values.serializer().serialize("assay-traces-x-changelog", trace);

    assertThat(inChangelog).startsWith(0xC3, 1);
    assertThat(calls).hasValue(0);
  }

  @Test
  void aTraceOfAnOlderOrNewerSchemaBecomesOneOfTodays() throws IOException {
    var lessFields = new ArrayList<Schema.Field>();
    var moreFields = new ArrayList<Schema.Field>();
    for (var field : TRACE.getFields()) {
      if (!field.name().equals("cost_usd")) {
        lessFields.add(new Schema.Field(field, field.schema()));
      }
      moreFields.add(new Schema.Field(field, field.schema()));
    }
    moreFields.add(
        new Schema.Field("to_come", SchemaBuilder.builder().stringType(), null, "unknown"));
    var trace = TestTraces.chat(TestRecords.TRACE, "Hi?", "Hello.");
    for (var fields : List.of(lessFields, moreFields)) {
      var schema = Schema.createRecord(TRACE.getName(), null, TRACE.getNamespace(), false, fields);
      var written = byId(add(schema.toString()), generic(schema));

      var read = topics.traces().values().deserializer().deserialize("assay.traces", written);

      assertThat(read.header()).isEqualTo(trace.header());
      assertThat(read.trace().spans()).isEqualTo(trace.spans());
      // goes on, to any topic, as one that everybody can read
      var again = new Topics(1).traces().values().serializer().serialize("assay.traces", read);
      assertThat(EncodedTrace.ofBytes(again).trace()).isEqualTo(read.trace());
    }
  }

  /** As a producer in any language would make it. */
  private static byte[] generic(Schema schema) throws IOException {
    var bytes = TraceAvro.encode(TestTraces.chat(TestRecords.TRACE, "Hi?", "Hello."));
    var reader = new org.apache.avro.generic.GenericDatumReader<GenericRecord>(TRACE);
    var today =
        reader.read(
            null,
            DecoderFactory.get()
                .binaryDecoder(bytes, AvroCodec.PREFIX, bytes.length - AvroCodec.PREFIX, null));
    var record = new GenericData.Record(schema);
    for (var field : schema.getFields()) {
      record.put(
          field.name(), today.hasField(field.name()) ? today.get(field.name()) : "something");
    }
    var out = new ByteArrayOutputStream();
    var encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static byte[] byId(int id, byte[] record) {
    return ByteBuffer.allocate(5 + record.length).put((byte) 0).putInt(id).put(record).array();
  }

  @Test
  void whatNobodyRegisteredIsRefusedAndNotAskedForAgainAndAgain() {
    for (int i = 0; i < 50; i++) {
      assertRefused(byId(77, new byte[10]), "the schema registry has no schema 77");
    }
    assertThat(calls).hasValue(1);
    assertRefused(byId(add("syntax = \"proto3\";"), new byte[10]), "is of type PROTOBUF");
    assertRefused(byId(add("no schema"), new byte[10]), "cannot be read");
    assertRefused(byId(add("{\"type\": \"string\"}"), new byte[] {2, 'a'}), "not Avro");
    // refers to what is not there
    assertRefused(byId(add("{\"type\": \"array\", \"items\": \"Gone\"}"), new byte[10]), "no");
    assertRefused(new byte[] {0, 0, 1}, "ends within");
    assertRefused(new byte[] {0}, "ends within");
    assertRefused(new byte[0], "not ");
  }

  private void assertRefused(byte[] record, String message) {
    assertThatThrownBy(
            () -> topics.traces().values().deserializer().deserialize("assay.traces", record))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aSchemaTheRegistryRefusesIsAnErrorAtTheStart() {
    refusal = "Incompatible schema";

    assertThatThrownBy(topics::registerSchemas)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "schema registry: assay.events-value is not registered: 409 Incompatible schema");
  }

  @Test
  void aRegistryThatIsAwayIsWaitedForAndNoFaultOfTheRecord() {
    var record = TestRecords.all().getFirst();
    var written = record.write(topics);
    outage.set(1);
    record.assertReadBy(topics, written);

    var other = new Topics(1, registry);
    outage.set(1_000);
    assertThatThrownBy(() ->
            other
                .traces()
                .values()
                .deserializer()
                .deserialize("assay.traces", byId(99, new byte[10])))
        .isInstanceOf(SchemaRegistryException.class)
        .isNotInstanceOf(SerializationException.class)
        .hasMessageContaining("answers 503");
  }
}
