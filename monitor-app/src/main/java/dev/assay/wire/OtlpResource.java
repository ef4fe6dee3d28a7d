package dev.assay.wire;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One {@code ResourceSpans} while it is read: the spans that are sound, in encoded form, and a
 * count of those that are not. What all spans share, resource and scope, may come after them in
 * either encoding, so it is added at the end.
 */
final class OtlpResource {
  /** What OpenTelemetry calls an application that does not say its name. */
  static final String UNKNOWN_APP = "unknown_service";

  /**
   * How deep messages may nest within a span: 30 levels of lists. Protobuf refuses to read beyond
   * 100, and a span is the third level of what is written.
   */
  static final int MAX_DEPTH = 90;

  private static final ByteString NO_TRACE = ByteString.copyFrom(new byte[16]);
  private static final ByteString NO_SPAN = ByteString.copyFrom(new byte[8]);

  private final List<Scope> scopes = new ArrayList<>();
  private int rejected;
  private int passedOver;
  private @Nullable String problem;

  /**
   * @param header every field of a {@code ScopeSpans} but its spans, encoded
   */
  record Scope(ByteString header, List<SoundSpan> spans) {}

  record SoundSpan(ByteString traceId, ByteString bytes) {}

  /** What is wrong with the identity of a span, or null. */
  static @Nullable String problemOf(Span span) {
    if (span.getTraceId().size() != 16 || span.getTraceId().equals(NO_TRACE)) {
      return wrongId("trace_id", "16 bytes", span.getTraceId());
    }
    if (span.getSpanId().size() != 8 || span.getSpanId().equals(NO_SPAN)) {
      return wrongId("span_id", "8 bytes", span.getSpanId());
    }
    if (!span.getParentSpanId().isEmpty() && span.getParentSpanId().size() != 8) {
      return "parent_span_id: must be empty or 8 bytes, was "
          + span.getParentSpanId().size()
          + " bytes";
    }
    return null;
  }

  private static String wrongId(String field, String allowed, ByteString id) {
    return "%s: must be %s, not all zero; was %s"
        .formatted(field, allowed, id.isEmpty() ? "missing" : id.size() + " bytes");
  }

  /**
   * A sound span, encoded. Some senders write "no parent" as zeros: that is said as the
   * specification says it, by an empty field.
   *
   * @param asSent its bytes, where it came encoded
   */
  static SoundSpan sound(Span span, @Nullable ByteString asSent) {
    if (span.getParentSpanId().equals(NO_SPAN)) {
      return new SoundSpan(
          span.getTraceId(), span.toBuilder().clearParentSpanId().build().toByteString());
    }
    return new SoundSpan(span.getTraceId(), asSent == null ? span.toByteString() : asSent);
  }

  static String appOf(Resource resource) {
    for (KeyValue attribute : resource.getAttributesList()) {
      if (attribute.getKey().equals("service.name")
          && !attribute.getValue().getStringValue().isEmpty()) {
        return attribute.getValue().getStringValue();
      }
    }
    return UNKNOWN_APP;
  }

  /**
   * Adds what the resource has nothing of by that name.
   *
   * @return whether anything was added
   */
  static boolean add(Map<String, String> attributes, ResourceSpans.Builder into) {
    boolean added = false;
    for (var attribute : attributes.entrySet()) {
      if (into.getResource().getAttributesList().stream()
          .noneMatch(there -> there.getKey().equals(attribute.getKey()))) {
        into.getResourceBuilder()
            .addAttributes(
                KeyValue.newBuilder()
                    .setKey(attribute.getKey())
                    .setValue(AnyValue.newBuilder().setStringValue(attribute.getValue())));
        added = true;
      }
    }
    return added;
  }

  void reject(String why) {
    reject(1, why);
  }

  void reject(int spans, String why) {
    rejected += spans;
    if (problem == null && spans > 0) {
      problem = why;
    }
  }

  /** One that has nothing to do with traces. */
  void passOver() {
    passedOver++;
  }

  void add(Scope scope) {
    scopes.add(scope);
  }

  /** Rejects all it has: what the spans share cannot be read. */
  void rejectAll(String why) {
    reject(scopes.stream().mapToInt(scope -> scope.spans().size()).sum(), why);
    scopes.clear();
  }

  List<Scope> scopes() {
    return scopes;
  }

  int passedOver() {
    return passedOver;
  }

  int rejected() {
    return rejected;
  }

  @Nullable String problem() {
    return problem;
  }
}
