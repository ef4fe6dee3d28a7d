package dev.assay.ingest;

import static dev.assay.wire.OtlpRequests.attribute;
import static dev.assay.wire.OtlpRequests.resource;
import static dev.assay.wire.OtlpRequests.scope;
import static dev.assay.wire.TestOtlp.keyValue;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.google.protobuf.ByteString;
import dev.assay.model.CloseReason;
import dev.assay.wire.EncodedTrace;
import dev.assay.wire.Json;
import dev.assay.wire.OtlpRequests;
import dev.assay.wire.TraceMapper;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What a real Collector's Kafka exporter made of one request, in each way it can be set. Recorded
 * by {@link CollectorIT}.
 */
final class CollectorMessages {
  static final int PARTITIONS = 3;

  private static final Path FOLDER = Path.of("src/test/resources/collector");

  private CollectorMessages() {}

  /** How the exporter is set. */
  enum Way {
    PROTOBUF("otlp_proto", false),
    PROTOBUF_BY_TRACE("otlp_proto", true),
    JSON("otlp_json", false),
    JSON_BY_TRACE("otlp_json", true);

    private final String encoding;
    private final boolean byTrace;

    Way(String encoding, boolean byTrace) {
      this.encoding = encoding;
      this.byTrace = byTrace;
    }

    boolean byTrace() {
      return byTrace;
    }

    /** Its part of a Collector's configuration. */
    String exporter(String brokers) {
      return """
        kafka/%1$s:
          brokers: ["%2$s"]
          traces: {topic: %1$s, encoding: %3$s}
          partition_traces_by_id: %4$s
          producer: {required_acks: -1, compression: zstd}
      """
          .formatted(topic(), brokers, encoding, byTrace);
    }

    String topic() {
      return "otlp_spans_" + name().toLowerCase(java.util.Locale.ROOT);
    }

    private Path file() {
      return FOLDER.resolve(topic() + ".json");
    }
  }

  /**
   * @param key null: none
   */
  @SuppressWarnings("ArrayRecordComponent") // passed on once, never compared
  record Recorded(int partition, byte[] key, byte[] value) {}

  /** Eight traces of two applications, with every kind of value. */
  static TracesData request() {
    var shop = ScopeSpans.newBuilder().setScope(scope("agent")).setSchemaUrl("https://a.example/1");
    for (int i = 0; i < 16; i++) {
      shop.addSpans(span(i % 8 + 1, i + 1));
    }
    var other = ScopeSpans.newBuilder().setScope(scope("http"));
    other.addSpans(
        OtlpRequests.span(1, 100)
            .setParentSpanId(OtlpRequests.spanId(1))
            .setKind(Span.SpanKind.SPAN_KIND_SERVER));
    return TracesData.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(
                    resource("shop").toBuilder()
                        .addAttributes(keyValue("process.command_args", List.of("a", "b"))))
                .addScopeSpans(shop)
                .addScopeSpans(other))
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(resource("bücher"))
                .addScopeSpans(ScopeSpans.newBuilder().addSpans(span(3, 200))))
        .build();
  }

  private static Span span(long trace, long id) {
    return OtlpRequests.span(trace, id)
        .setTraceState("ot=th:8,vendor=1")
        .setFlags(0x301)
        .addAttributes(attribute("input.value", "{\"question\": \"Où? \\\"hier\\\" – 🎈\"}"))
        .addAttributes(keyValue("tokens", 1L << 60))
        .addAttributes(keyValue("temperature", 0.7))
        .addAttributes(keyValue("whole", 3.0))
        .addAttributes(keyValue("stream", true))
        .addAttributes(keyValue("raw", new byte[] {0, -1, 7}))
        .addAttributes(keyValue("nested", List.of(Map.of("role", "user"), List.of(1, 2), "x")))
        .addAttributes(attribute("empty", ""))
        .addEvents(
            Span.Event.newBuilder()
                .setName("exception")
                .setTimeUnixNano(1_700_000_000_100_000_001L)
                .setDroppedAttributesCount(2)
                .addAttributes(attribute("exception.type", "java.io.IOException")))
        .addLinks(
            Span.Link.newBuilder()
                .setTraceId(OtlpRequests.traceId(77))
                .setSpanId(OtlpRequests.spanId(78))
                .setTraceState("a=b")
                .addAttributes(attribute("why", "retry")))
        .setStatus(
            Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR).setMessage("no"))
        .build();
  }

  /** What becomes of a trace's records: the bytes on {@code assay.traces}. */
  static ByteString trace(String traceId, List<byte[]> records) {
    var mapped =
        new TraceMapper(100)
            .map(traceId, records, 1, CloseReason.ROOT_ENDED, 1_700_000_001_000_000_000L);
    assertThat(mapped.invalid()).isZero();
    assertThat(mapped.undecodable()).isEmpty();
    return ByteString.copyFrom(EncodedTrace.of(Objects.requireNonNull(mapped.trace())).bytes());
  }

  static List<Recorded> read(Way way) {
    try {
      var messages = new ArrayList<Recorded>();
      for (var message : Json.mapper().readTree(Files.readString(way.file()))) {
        messages.add(
            new Recorded(
                message.get("partition").intValue(),
                message.get("key").isNull() ? null : message.get("key").binaryValue(),
                message.get("value").binaryValue()));
      }
      return messages;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(Way way, List<ConsumerRecord<byte[], byte[]>> messages) throws IOException {
    ArrayNode array = Json.mapper().createArrayNode();
    messages.stream()
        .sorted(
            Comparator.<ConsumerRecord<byte[], byte[]>>comparingInt(ConsumerRecord::partition)
                .thenComparing(message ->
                    message.key() == null ? "" : ByteString.copyFrom(message.key()).toStringUtf8()))
        .forEach(message ->
            array
                .addObject()
                .put("partition", message.partition())
                .put("key", message.key() == null ? null : base64(message.key()))
                .put("value", base64(message.value())));
    Files.createDirectories(FOLDER);
    Files.writeString(
        way.file(),
        Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(array) + "\n");
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
