package dev.assay.wire;

import com.google.protobuf.ByteString;
import dev.assay.model.TestTraces;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** OTLP as SDKs send it, for tests to write down. */
public final class TestOtlp {
  public static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  private TestOtlp() {}

  /** A span of {@link #TRACE} that starts at T0 and takes a second; an empty parent is none. */
  public static SpanSpec span(long id, long parent, String name) {
    return new SpanSpec(id, parent, name);
  }

  /** A message of one application: {@code shop}, version 1.2, in production. */
  public static byte[] message(SpanSpec... spans) {
    return message(
        Map.of(
            "service.name",
            "shop",
            "service.version",
            "1.2",
            "deployment.environment.name",
            "production"),
        spans);
  }

  public static byte[] message(Map<String, ?> resource, SpanSpec... spans) {
    return message("test-sdk", resource, spans);
  }

  /**
   * @param sdk name of the instrumentation scope
   */
  public static byte[] message(String sdk, Map<String, ?> resource, SpanSpec... spans) {
    var scope = ScopeSpans.newBuilder().setScope(InstrumentationScope.newBuilder().setName(sdk));
    for (var span : spans) {
      scope.addSpans(span.build());
    }
    var attributes = Resource.newBuilder();
    resource.forEach((key, value) -> attributes.addAttributes(keyValue(key, value)));
    return TracesData.newBuilder()
        .addResourceSpans(ResourceSpans.newBuilder().setResource(attributes).addScopeSpans(scope))
        .build()
        .toByteArray();
  }

  public static KeyValue keyValue(String key, Object value) {
    return KeyValue.newBuilder().setKey(key).setValue(any(value)).build();
  }

  /** Strings, booleans, numbers, bytes, lists and maps. */
  public static AnyValue any(Object value) {
    var any = AnyValue.newBuilder();
    return switch (value) {
      case String text -> any.setStringValue(text).build();
      case Boolean flag -> any.setBoolValue(flag).build();
      case Integer number -> any.setIntValue(number).build();
      case Long number -> any.setIntValue(number).build();
      case Double number -> any.setDoubleValue(number).build();
      case byte[] bytes -> any.setBytesValue(ByteString.copyFrom(bytes)).build();
      case List<?> list -> {
        var array = ArrayValue.newBuilder();
        list.forEach(item -> array.addValues(any(item)));
        yield any.setArrayValue(array).build();
      }
      case Map<?, ?> map -> {
        var entries = KeyValueList.newBuilder();
        map.forEach((key, item) -> entries.addValues(keyValue((String) key, item)));
        yield any.setKvlistValue(entries).build();
      }
      default -> throw new IllegalArgumentException("no OTLP value: " + value.getClass());
    };
  }

  /** One span, changed in place. */
  public static final class SpanSpec {
    private final Span.Builder span;
    private long startNanos = TestTraces.T0;
    private long endNanos = TestTraces.T0 + 1_000_000_000L;

    private SpanSpec(long id, long parent, String name) {
      span =
          Span.newBuilder()
              .setTraceId(ByteString.copyFrom(HexFormat.of().parseHex(TRACE)))
              .setSpanId(id(id))
              .setName(name);
      if (parent != 0) {
        span.setParentSpanId(id(parent));
      }
    }

    public SpanSpec trace(String traceId) {
      span.setTraceId(ByteString.copyFrom(HexFormat.of().parseHex(traceId)));
      return this;
    }

    /** Milliseconds after T0. */
    public SpanSpec at(long startMillis, long endMillis) {
      startNanos = TestTraces.T0 + startMillis * 1_000_000L;
      endNanos = TestTraces.T0 + endMillis * 1_000_000L;
      return this;
    }

    /** As they stand on the wire; 0 is absent. */
    public SpanSpec times(long start, long end) {
      startNanos = start;
      endNanos = end;
      return this;
    }

    public SpanSpec with(String key, Object value) {
      span.addAttributes(keyValue(key, value));
      return this;
    }

    public SpanSpec event(String name, Map<String, ?> attributes) {
      var event = Span.Event.newBuilder().setName(name).setTimeUnixNano(startNanos);
      attributes.forEach((key, value) -> event.addAttributes(keyValue(key, value)));
      span.addEvents(event);
      return this;
    }

    /** To a span of {@link #TRACE}. */
    public SpanSpec link(long id) {
      span.addLinks(
          Span.Link.newBuilder()
              .setTraceId(ByteString.copyFrom(HexFormat.of().parseHex(TRACE)))
              .setSpanId(id(id)));
      return this;
    }

    public SpanSpec failed(String message) {
      span.setStatus(Status.newBuilder().setCode(StatusCode.STATUS_CODE_ERROR).setMessage(message));
      return this;
    }

    public SpanSpec traceState(String state) {
      span.setTraceState(state);
      return this;
    }

    /** Bytes that are no id. */
    public SpanSpec rawId(byte... id) {
      span.setSpanId(ByteString.copyFrom(id));
      return this;
    }

    public Span build() {
      return span.setStartTimeUnixNano(startNanos).setEndTimeUnixNano(endNanos).build();
    }

    private static ByteString id(long id) {
      return ByteString.copyFrom(HexFormat.of().parseHex(HexFormat.of().toHexDigits(id)));
    }
  }
}
