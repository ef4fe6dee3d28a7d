package dev.assay.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads OTLP JSON: Jackson's tokens, put into messages by the descriptors of their generated
 * classes, so that every field of the schema is known and none is listed here.
 *
 * <p>Protobuf's own {@code JsonFormat} would not do: it reads ids as base64 where OTLP writes them
 * in hexadecimal, gives up the whole request at the first wrong value, holds the request as a tree,
 * and its nesting bound is the request's, not a span's. Here a value of the wrong type makes its
 * span rejected and reading goes on; only what is not JSON, or has no spans where they belong, ends
 * it.
 *
 * <p>More lenient than the specification where senders are known to be sloppy: enums by name,
 * {@code NaN} without quotes, integers written as {@code 1e3}.
 */
final class OtlpJson {
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          // The body is bounded before it comes here; a span that is too large or too deep is
          // rejected by itself, which a bound of the parser would not allow.
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(10_000)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .maxNumberLength(1_000)
                  .build())
          // Keys are data of strangers: interned, they would outlive the request.
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .build();
  private static final Set<String> IDS = Set.of("trace_id", "span_id", "parent_span_id");
  private static final Map<Descriptor, Map<String, FieldDescriptor>> FIELDS =
      new ConcurrentHashMap<>();

  private final JsonParser in;
  private final SpansByTrace into;
  private final Map<String, String> attributes;

  /** What is wrong with the span, scope or resource being read. */
  private @Nullable String problem;

  private OtlpJson(JsonParser in, Map<String, String> attributes, SpansByTrace into) {
    this.in = in;
    this.attributes = attributes;
    this.into = into;
  }

  /**
   * @param attributes for every resource
   */
  static void read(byte[] request, Map<String, String> attributes, SpansByTrace into)
      throws MalformedOtlpException, OtlpTooLargeException {
    // An empty request is {} in JSON; one of no bytes means the same.
    if (request.length == 0) {
      return;
    }
    try (var in = FACTORY.createParser(request)) {
      new OtlpJson(in, attributes, into).request();
    } catch (JsonProcessingException e) {
      // Jackson's message quotes the content.
      var at = e.getLocation();
      throw new MalformedOtlpException(
          "not JSON"
              + (at == null
                  ? ""
                  : " at line %d, column %d".formatted(at.getLineNr(), at.getColumnNr())),
          e);
    } catch (IOException e) {
      throw new MalformedOtlpException("not JSON in UTF-8", e);
    }
  }

  private void request() throws IOException, MalformedOtlpException, OtlpTooLargeException {
    in.nextToken();
    object(
        "request",
        name -> {
          var resources = into.signal().resources();
          if (name.equals(resources)) {
            objects(name, this::resourceSpans);
          } else {
            if (name.contains("_") && name.replace("_", "").equalsIgnoreCase(resources)) {
              into.warn("%s: ignored; OTLP JSON has lowerCamelCase: %s".formatted(name, resources));
            }
            in.skipChildren();
          }
        });
    if (in.nextToken() != null) {
      throw new MalformedOtlpException("request: must be one JSON object, more follows it", null);
    }
  }

  private void resourceSpans() throws IOException, MalformedOtlpException, OtlpTooLargeException {
    var resource = new OtlpResource();
    var header = ResourceSpans.newBuilder();
    var headerProblem = new Problem();
    object(
        into.signal().resources(),
        name -> {
          if (name.equals(into.signal().scopes())) {
            objects(name, () -> scopeSpans(resource));
          } else {
            headerProblem.read(() -> field(header, name, 1));
          }
        });
    if (headerProblem.first != null) {
      resource.rejectAll("resource: " + headerProblem.first);
    }
    var _ = OtlpResource.add(attributes, header);
    into.add(OtlpResource.appOf(header.getResource()), header.build().toByteString(), resource);
  }

  private void scopeSpans(OtlpResource resource)
      throws IOException, MalformedOtlpException, OtlpTooLargeException {
    var spans = new ArrayList<OtlpResource.SoundSpan>();
    var header = ScopeSpans.newBuilder();
    var headerProblem = new Problem();
    object(
        into.signal().scopes(),
        name -> {
          if (name.equals(into.signal().items())) {
            objects(name, () -> span(resource, spans));
          } else {
            headerProblem.read(() -> field(header, name, 2));
          }
        });
    if (headerProblem.first == null) {
      resource.add(new OtlpResource.Scope(header.build().toByteString(), spans));
    } else {
      resource.reject(spans.size(), "scope: " + headerProblem.first);
    }
  }

  private void span(OtlpResource resource, List<OtlpResource.SoundSpan> spans) throws IOException {
    var builder = into.signal().newItem();
    var reading = new Problem();
    reading.read(() -> message(builder, 0));
    if (reading.first == null) {
      into.signal().add(builder.build(), null, resource, spans);
    } else {
      resource.reject(reading.first);
    }
  }

  /** Remembers the first problem of what it reads, apart from those of what surrounds it. */
  private final class Problem {
    private @Nullable String first;

    void read(Reading reading) throws IOException {
      problem = first;
      reading.run();
      first = problem;
      problem = null;
    }
  }

  @FunctionalInterface
  private interface Reading {
    void run() throws IOException;
  }

  @FunctionalInterface
  private interface Element {
    void read() throws IOException, MalformedOtlpException, OtlpTooLargeException;
  }

  @FunctionalInterface
  private interface Member {
    void read(String name) throws IOException, MalformedOtlpException, OtlpTooLargeException;
  }

  /** An outer object, whose shape must be right. Each member is read with its value current. */
  private void object(String what, Member member)
      throws IOException, MalformedOtlpException, OtlpTooLargeException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw new MalformedOtlpException(what + ": must be a JSON object", null);
    }
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      var name = in.currentName();
      in.nextToken();
      member.read(name);
    }
  }

  private void objects(String what, Element element)
      throws IOException, MalformedOtlpException, OtlpTooLargeException {
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    if (in.currentToken() != JsonToken.START_ARRAY) {
      throw new MalformedOtlpException(what + ": must be an array", null);
    }
    while (in.nextToken() != JsonToken.END_ARRAY) {
      if (in.currentToken() != JsonToken.START_OBJECT) {
        throw new MalformedOtlpException(what + ": must be an array of JSON objects", null);
      }
      element.read();
    }
  }

  private void message(Message.Builder into, int depth) throws IOException {
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      var name = in.currentName();
      in.nextToken();
      field(into, name, depth);
    }
  }

  /** Reads the current value into the field of that name. An unknown name is skipped. */
  private void field(Message.Builder into, String name, int depth) throws IOException {
    var field =
        FIELDS.computeIfAbsent(into.getDescriptorForType(), OtlpJson::fieldsByJsonName).get(name);
    if (field == null || in.currentToken() == JsonToken.VALUE_NULL) {
      in.skipChildren();
    } else if (!field.isRepeated()) {
      var value = value(into, field, depth);
      if (value != null) {
        into.setField(field, value);
      }
    } else if (in.currentToken() != JsonToken.START_ARRAY) {
      wrong(field, "an array");
    } else {
      while (in.nextToken() != JsonToken.END_ARRAY) {
        var value = value(into, field, depth);
        if (value != null) {
          into.addRepeatedField(field, value);
        }
      }
    }
  }

  private @Nullable Object value(Message.Builder into, FieldDescriptor field, int depth)
      throws IOException {
    return switch (field.getType()) {
      case MESSAGE -> nested(into, field, depth);
      case STRING ->
          in.currentToken() == JsonToken.VALUE_STRING
              ? wellFormed(in.getText())
              : wrong(field, "a string");
      case BYTES -> bytes(field);
      case BOOL ->
          in.currentToken().isBoolean() ? in.getBooleanValue() : wrong(field, "true or false");
      case DOUBLE -> number(field);
      case FLOAT -> {
        var number = number(field);
        yield number == null ? null : number.floatValue();
      }
      case INT64, SINT64, SFIXED64 -> integer(field, Long.MIN_VALUE, Long.MAX_VALUE);
      case UINT64, FIXED64 -> integer(field, 0, -1);
      case INT32, SINT32, SFIXED32 -> toInt(integer(field, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case UINT32, FIXED32 -> toInt(integer(field, 0, 0xFFFF_FFFFL));
      case ENUM -> enumValue(field);
      case GROUP -> throw new IllegalStateException("proto3 has no groups: " + field);
    };
  }

  private @Nullable Object nested(Message.Builder into, FieldDescriptor field, int depth)
      throws IOException {
    var message = into.newBuilderForField(field);
    if (depth >= OtlpResource.MAX_DEPTH) {
      return wrong(field, "nested at most " + OtlpResource.MAX_DEPTH + " levels deep");
    }
    // A null in a list is an empty value; dropping it would move those behind it.
    if (in.currentToken() == JsonToken.VALUE_NULL) {
      return message.build();
    }
    if (in.currentToken() != JsonToken.START_OBJECT) {
      return wrong(field, "a JSON object");
    }
    message(message, depth + 1);
    return message.build();
  }

  private @Nullable ByteString bytes(FieldDescriptor field) throws IOException {
    boolean id = IDS.contains(field.getName());
    var allowed = id ? "hexadecimal digits" : "a base64 string";
    if (in.currentToken() != JsonToken.VALUE_STRING) {
      return wrong(field, allowed);
    }
    var text = in.getText();
    try {
      return ByteString.copyFrom(
          id
              ? HexFormat.of().parseHex(text)
              : Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/')));
    } catch (IllegalArgumentException e) {
      return wrong(field, allowed);
    }
  }

  private @Nullable Double number(FieldDescriptor field) throws IOException {
    var token = in.currentToken();
    try {
      if (token.isNumeric()) {
        return in.getDoubleValue();
      }
      if (token == JsonToken.VALUE_STRING && in.getTextLength() <= 1_000) {
        return Double.valueOf(in.getText());
      }
    } catch (NumberFormatException e) {
      return wrong(field, "a number");
    }
    return wrong(field, "a number");
  }

  /**
   * @param max compared unsigned, where {@code min} is 0
   */
  private @Nullable Long integer(FieldDescriptor field, long min, long max) throws IOException {
    var allowed =
        "an integer from %d to %s, as a number or a decimal string"
            .formatted(min, min == 0 ? Long.toUnsignedString(max) : Long.toString(max));
    try {
      long value;
      if (in.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
        double number = in.getDoubleValue();
        if (number != Math.rint(number) || Math.abs(number) >= 0x1p63) {
          return wrong(field, allowed);
        }
        value = (long) number;
        if (min == 0 && value < 0) {
          return wrong(field, allowed);
        }
      } else if (in.currentToken() == JsonToken.VALUE_NUMBER_INT
          || in.currentToken() == JsonToken.VALUE_STRING) {
        var text = in.getText();
        value = min == 0 ? Long.parseUnsignedLong(text) : Long.parseLong(text);
      } else {
        return wrong(field, allowed);
      }
      boolean inRange =
          min == 0 ? Long.compareUnsigned(value, max) <= 0 : value >= min && value <= max;
      return inRange ? value : wrong(field, allowed);
    } catch (NumberFormatException e) {
      return wrong(field, allowed);
    }
  }

  private static @Nullable Integer toInt(@Nullable Long value) {
    return value == null ? null : value.intValue();
  }

  private @Nullable Object enumValue(FieldDescriptor field) throws IOException {
    if (in.currentToken() == JsonToken.VALUE_STRING) {
      var byName = field.getEnumType().findValueByName(in.getText());
      if (byName != null) {
        return byName;
      }
    }
    var number = integer(field, Integer.MIN_VALUE, Integer.MAX_VALUE);
    return number == null
        ? null
        : field.getEnumType().findValueByNumberCreatingIfUnknown(number.intValue());
  }

  /** Notes what is wrong, skips the value, and gives null for it. */
  @SuppressWarnings("TypeParameterUnusedInFormals") // null is of every type
  private <T> @Nullable T wrong(FieldDescriptor field, String allowed) throws IOException {
    if (problem == null) {
      problem = field.getJsonName() + ": must be " + allowed;
    }
    in.skipChildren();
    return null;
  }

  /** With half surrogate pairs, which UTF-8 cannot say, replaced. */
  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        if (i + 1 == text.length()
            || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
          return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        }
        i++;
      }
    }
    return text;
  }

  private static Map<String, FieldDescriptor> fieldsByJsonName(Descriptor message) {
    return message.getFields().stream()
        .collect(Collectors.toUnmodifiableMap(FieldDescriptor::getJsonName, Function.identity()));
  }
}
