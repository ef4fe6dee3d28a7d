package dev.assay.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;

/** Export requests to test with. */
public final class OtlpRequests {
  // Without the bounds of the application's mapper: some requests here are larger on purpose.
  private static final ObjectMapper MAPPER =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxStringLength(Integer.MAX_VALUE).build())
              .build());

  private OtlpRequests() {}

  /** {@code spans} sound spans of {@code traces} traces, in turn, of one application. */
  public static TracesData request(String app, int traces, int spans) {
    var scope = ScopeSpans.newBuilder().setScope(scope("app"));
    for (int i = 0; i < spans; i++) {
      scope.addSpans(span(i % traces + 1, i + 1).build());
    }
    return TracesData.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder().setResource(resource(app)).addScopeSpans(scope))
        .build();
  }

  public static Span.Builder span(long trace, long id) {
    return Span.newBuilder()
        .setTraceId(traceId(trace))
        .setSpanId(spanId(id))
        .setName("chat gpt-4o")
        .setKind(Span.SpanKind.SPAN_KIND_CLIENT)
        .setStartTimeUnixNano(1_700_000_000_000_000_000L)
        .setEndTimeUnixNano(1_700_000_000_500_000_000L)
        .addAttributes(attribute("gen_ai.operation.name", "chat"))
        .addAttributes(attribute("gen_ai.request.model", "gpt-4o"));
  }

  public static ByteString traceId(long number) {
    return ByteString.copyFrom(ByteBuffer.allocate(16).putLong(0).putLong(number).flip());
  }

  public static ByteString spanId(long number) {
    return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(number).flip());
  }

  /** As it is the key on topics. */
  public static String hex(ByteString id) {
    return HexFormat.of().formatHex(id.toByteArray());
  }

  public static Resource resource(String app) {
    return Resource.newBuilder().addAttributes(attribute("service.name", app)).build();
  }

  public static InstrumentationScope scope(String name) {
    return InstrumentationScope.newBuilder().setName(name).setVersion("1.0").build();
  }

  public static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  /** As an exporter writes it: ids in hexadecimal, enums as numbers. */
  public static byte[] json(Message request) {
    try {
      var tree = MAPPER.readTree(JsonFormat.printer().printingEnumsAsInts().print(request));
      idsToHex(tree);
      return MAPPER.writeValueAsString(tree).getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static byte[] encode(Message request, OtlpEncoding encoding) {
    return switch (encoding) {
      case PROTOBUF -> request.toByteArray();
      case JSON -> json(request);
    };
  }

  public static TracesData decode(TraceSpans record) {
    return decode(record.bytes());
  }

  public static TracesData decode(byte[] record) {
    try {
      return TracesData.parseFrom(record);
    } catch (InvalidProtocolBufferException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A span with what it was sent under: what must not change on the way. */
  public record Sent(Resource resource, String schema, InstrumentationScope scope, Span span) {}

  public static List<Sent> spansOf(TracesData request) {
    return request.getResourceSpansList().stream()
        .flatMap(resource ->
            resource.getScopeSpansList().stream()
                .flatMap(scope ->
                    scope.getSpansList().stream()
                        .map(span ->
                            new Sent(
                                resource.getResource(),
                                resource.getSchemaUrl() + "|" + scope.getSchemaUrl(),
                                scope.getScope(),
                                span))))
        .toList();
  }

  private static void idsToHex(JsonNode node) {
    if (node instanceof ObjectNode object) {
      for (var id : List.of("traceId", "spanId", "parentSpanId")) {
        if (object.path(id).isTextual()) {
          object.put(
              id, HexFormat.of().formatHex(Base64.getDecoder().decode(object.get(id).asText())));
        }
      }
    }
    node.forEach(OtlpRequests::idsToHex);
  }
}
