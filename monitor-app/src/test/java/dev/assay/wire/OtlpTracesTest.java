package dev.assay.wire;

import static dev.assay.wire.OtlpRequests.attribute;
import static dev.assay.wire.OtlpRequests.decode;
import static dev.assay.wire.OtlpRequests.hex;
import static dev.assay.wire.OtlpRequests.json;
import static dev.assay.wire.OtlpRequests.request;
import static dev.assay.wire.OtlpRequests.resource;
import static dev.assay.wire.OtlpRequests.scope;
import static dev.assay.wire.OtlpRequests.span;
import static dev.assay.wire.OtlpRequests.spanId;
import static dev.assay.wire.OtlpRequests.spansOf;
import static dev.assay.wire.OtlpRequests.traceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.assay.wire.OtlpSplit.Tally;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.common.v1.KeyValueList;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OtlpTracesTest {
  private static final int MIB = 1024 * 1024;

  private final OtlpTraces traces = new OtlpTraces(MIB, 64L * MIB);

  @ParameterizedTest
  @EnumSource
  void spansOfATraceGoToOneRecordUnderTheirResourceAndScope(OtlpEncoding encoding)
      throws Exception {
    var request =
        TracesData.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .setResource(resource("web"))
                    .setSchemaUrl("https://schema/1")
                    .addScopeSpans(
                        ScopeSpans.newBuilder()
                            .setScope(scope("http"))
                            .setSchemaUrl("https://schema/2")
                            .addSpans(span(1, 11))
                            .addSpans(span(2, 21)))
                    .addScopeSpans(
                        ScopeSpans.newBuilder().setScope(scope("llm")).addSpans(span(1, 12))))
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .setResource(resource("agent"))
                    .addScopeSpans(
                        ScopeSpans.newBuilder()
                            .setScope(scope("llm"))
                            .addSpans(span(2, 22))
                            .addSpans(span(1, 13))))
            .build();

    var split = traces.split(OtlpRequests.encode(request, encoding), encoding);

    assertThat(split.records())
        .extracting(TraceSpans::traceId, TraceSpans::spans)
        .containsExactly(
            tuple("00000000000000000000000000000001", 3),
            tuple("00000000000000000000000000000002", 2));
    for (var record : split.records()) {
      assertThat(spansOf(decode(record)))
          .containsExactlyElementsOf(
              spansOf(request).stream()
                  .filter(sent -> hex(sent.span().getTraceId()).equals(record.traceId()))
                  .toList());
    }
    assertThat(split.spansByApp())
        .isEqualTo(Map.of("web", new Tally(3, 0, 0), "agent", new Tally(2, 0, 0)));
    assertThat(split.problem()).isNull();
  }

  @Test
  void protobufAndJsonGiveTheSameBytes() throws Exception {
    var request = everything();

    assertThat(traces.split(json(request), OtlpEncoding.JSON).records().getFirst().bytes())
        .isEqualTo(
            traces
                .split(request.toByteArray(), OtlpEncoding.PROTOBUF)
                .records()
                .getFirst()
                .bytes());
  }

  @ParameterizedTest
  @EnumSource
  void anEmptyRequestHasNoRecords(OtlpEncoding encoding) throws Exception {
    var nothing = new OtlpSplit(List.of(), Map.of(), null);

    assertThat(traces.split(new byte[0], encoding)).isEqualTo(nothing);
    assertThat(
            traces.split(OtlpRequests.encode(TracesData.getDefaultInstance(), encoding), encoding))
        .isEqualTo(nothing);
  }

  @ParameterizedTest
  @EnumSource
  void anInvalidIdRejectsItsSpanAndKeepsTheNeighbours(OtlpEncoding encoding) throws Exception {
    Map<Consumer<Span.Builder>, String> problems =
        Map.of(
            span -> span.setTraceId(ByteString.copyFrom(new byte[15])),
            "trace_id: must be 16 bytes, not all zero; was 15 bytes",
            span -> span.setTraceId(ByteString.copyFrom(new byte[16])),
            "trace_id: must be 16 bytes, not all zero; was 16 bytes",
            Span.Builder::clearTraceId,
            "trace_id: must be 16 bytes, not all zero; was missing",
            span -> span.setSpanId(traceId(1)),
            "span_id: must be 8 bytes, not all zero; was 16 bytes",
            Span.Builder::clearSpanId,
            "span_id: must be 8 bytes, not all zero; was missing",
            span -> span.setParentSpanId(traceId(1)),
            "parent_span_id: must be empty or 8 bytes, was 16 bytes");
    for (var wrong : problems.entrySet()) {
      var request = request("app", 2, 1_000).toBuilder();
      wrong
          .getKey()
          .accept(request.getResourceSpansBuilder(0).getScopeSpansBuilder(0).getSpansBuilder(500));

      var split = traces.split(OtlpRequests.encode(request.build(), encoding), encoding);

      assertThat(split.spansByApp()).isEqualTo(Map.of("app", new Tally(999, 1, 0)));
      assertThat(split.problem()).isEqualTo(wrong.getValue());
      assertThat(split.records().stream().mapToInt(TraceSpans::spans).sum()).isEqualTo(999);
    }
  }

  @Test
  void bytesThatAreNoSpanRejectTheirSpanOnly() throws Exception {
    var sound = span(1, 1).build().toByteString();
    var notUtf8 = sound.concat(field(5, ByteString.copyFrom(new byte[] {(byte) 0xC3, 0x28})));
    var cutOff = sound.substring(0, sound.size() - 3);
    var request =
        field(
            1,
            field(
                2,
                field(2, sound)
                    .concat(field(2, notUtf8))
                    .concat(field(2, cutOff))
                    .concat(field(2, ByteString.copyFromUtf8("garbage")))
                    .concat(field(2, span(1, 4).build().toByteString()))));

    var split = traces.split(request.toByteArray(), OtlpEncoding.PROTOBUF);

    assertThat(split.accepted()).isEqualTo(2);
    assertThat(split.rejected()).isEqualTo(3);
    assertThat(split.problem()).startsWith("span: ");
    assertThat(spansOf(decode(split.records().getFirst())))
        .extracting(sent -> sent.span().getSpanId())
        .containsExactly(spanId(1), spanId(4));
  }

  @Test
  void aResourceThatCannotBeReadRejectsItsSpansOnly() throws Exception {
    var broken = field(1, field(1, field(1, ByteString.copyFrom(new byte[] {(byte) 0xFF}))));
    var spans = field(2, field(2, span(1, 1).build().toByteString()));
    var request = field(1, broken.concat(spans)).concat(request("sound", 1, 3).toByteString());

    var split = traces.split(request.toByteArray(), OtlpEncoding.PROTOBUF);

    assertThat(split.spansByApp())
        .isEqualTo(Map.of("unknown_service", new Tally(0, 1, 0), "sound", new Tally(3, 0, 0)));
    assertThat(split.problem()).startsWith("resource: ");
  }

  @Test
  void aJsonValueOfTheWrongTypeRejectsItsSpanAndNamesTheField() throws Exception {
    var wrong =
        Map.of(
            "\"startTimeUnixNano\": \"yesterday\"",
            "startTimeUnixNano: must be an integer from 0 to 18446744073709551615, as a number or"
                + " a decimal string",
            "\"startTimeUnixNano\": -1",
            "startTimeUnixNano: must be an integer from 0 to 18446744073709551615, as a number or"
                + " a decimal string",
            "\"flags\": 4294967296",
            "flags: must be an integer from 0 to 4294967295, as a number or a decimal string",
            "\"name\": 17",
            "name: must be a string",
            "\"attributes\": {\"a\": 1}",
            "attributes: must be an array",
            "\"attributes\": [17]",
            "attributes: must be a JSON object",
            "\"attributes\": [{\"key\": \"a\", \"value\": {\"boolValue\": \"yes\"}}]",
            "boolValue: must be true or false",
            "\"kind\": \"CLIENT\"",
            "kind: must be an integer from -2147483648 to 2147483647, as a number or a decimal"
                + " string",
            "\"traceId\": \"0000000000000000000000000000000g\"",
            "traceId: must be hexadecimal digits",
            "\"endTimeUnixNano\": 1e999999999",
            "endTimeUnixNano: must be an integer from 0 to 18446744073709551615, as a number or a"
                + " decimal string");
    for (var member : wrong.entrySet()) {
      var split =
          traces.split(jsonSpans(member.getKey(), "\"name\": \"sound\""), OtlpEncoding.JSON);

      assertThat(split.problem()).as(member.getKey()).isEqualTo(member.getValue());
      assertThat(split.spansByApp()).isEqualTo(Map.of("app", new Tally(1, 1, 0)));
      assertThat(spansOf(decode(split.records().getFirst())))
          .extracting(sent -> sent.span().getName())
          .containsExactly("sound");
    }
  }

  @Test
  void readsWhatTheJsonMappingAllows() throws Exception {
    var split =
        traces.split(
            utf8(
                """
                {"unknown": {"deep": [1, {"x": 2}]},
                 "resourceSpans": [{
                   "scopeSpans": [{
                     "spans": [{
                       "traceId": "5B8EFFF798038103D269B633813FC60C",
                       "spanId": "eee19b7ec3c1b174",
                       "parentSpanId": "",
                       "name": "caf\\u00e9 \\ud83d\\ude00",
                       "kind": 3,
                       "startTimeUnixNano": "1544712660000000000",
                       "endTimeUnixNano": 1544712661000000000,
                       "droppedAttributesCount": null,
                       "flags": 257,
                       "futureField": [[[]]],
                       "status": {"code": "STATUS_CODE_ERROR", "message": "no"},
                       "attributes": [
                         {"key": "int.text", "value": {"intValue": "-9223372036854775808"}},
                         {"key": "int.number", "value": {"intValue": 42}},
                         {"key": "int.exponent", "value": {"intValue": 1.5e3}},
                         {"key": "double", "value": {"doubleValue": 0.25}},
                         {"key": "double.text", "value": {"doubleValue": "-Infinity"}},
                         {"key": "nan", "value": {"doubleValue": NaN}},
                         {"key": "bytes", "value": {"bytesValue": "-_8="}},
                         {"key": "none", "value": {}},
                         {"key": "list", "value": {"arrayValue": {"values": [{"boolValue": true}, null]}}},
                         {"key": "half", "value": {"stringValue": "\\ud83d!"}}
                       ]}],
                     "scope": {"name": "late"}}],
                   "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "shop"}}]}
                 }]}
                """),
            OtlpEncoding.JSON);

    assertThat(split.problem()).isNull();
    assertThat(split.spansByApp()).isEqualTo(Map.of("shop", new Tally(1, 0, 0)));
    var record = split.records().getFirst();
    assertThat(record.traceId()).isEqualTo("5b8efff798038103d269b633813fc60c");
    var sent = spansOf(decode(record)).getFirst();
    assertThat(sent.resource()).isEqualTo(resource("shop"));
    assertThat(sent.scope().getName()).isEqualTo("late");
    var span = sent.span();
    assertThat(hex(span.getTraceId())).isEqualTo(record.traceId());
    assertThat(hex(span.getSpanId())).isEqualTo("eee19b7ec3c1b174");
    assertThat(span.getParentSpanId()).isEmpty();
    assertThat(span.getName()).isEqualTo("café 😀");
    assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
    assertThat(span.getStartTimeUnixNano()).isEqualTo(1544712660000000000L);
    assertThat(span.getEndTimeUnixNano()).isEqualTo(1544712661000000000L);
    assertThat(span.getFlags()).isEqualTo(257);
    assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
    var values =
        span.getAttributesList().stream()
            .collect(Collectors.toMap(KeyValue::getKey, KeyValue::getValue));
    assertThat(values.get("int.text").getIntValue()).isEqualTo(Long.MIN_VALUE);
    assertThat(values.get("int.number").getIntValue()).isEqualTo(42);
    assertThat(values.get("int.exponent").getIntValue()).isEqualTo(1500);
    assertThat(values.get("double").getDoubleValue()).isEqualTo(0.25);
    assertThat(values.get("double.text").getDoubleValue()).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(values.get("nan").getDoubleValue()).isNaN();
    assertThat(values.get("bytes").getBytesValue())
        .isEqualTo(ByteString.copyFrom(new byte[] {(byte) 0xFB, (byte) 0xFF}));
    assertThat(values.get("none")).isEqualTo(AnyValue.getDefaultInstance());
    assertThat(values.get("list").getArrayValue().getValuesList())
        .containsExactly(
            AnyValue.newBuilder().setBoolValue(true).build(), AnyValue.getDefaultInstance());
    assertThat(values.get("half").getStringValue()).isEqualTo("?!");
  }

  @Test
  void fieldsInSnakeCaseAreIgnoredWithAWarning() throws Exception {
    var split = traces.split(utf8("{\"resource_spans\": [{}]}"), OtlpEncoding.JSON);

    assertThat(split.rejected()).isZero();
    assertThat(split.problem())
        .isEqualTo("resource_spans: ignored; OTLP JSON has lowerCamelCase: resourceSpans");
  }

  @ParameterizedTest
  @EnumSource
  void aParentOfZerosIsNoParent(OtlpEncoding encoding) throws Exception {
    var request = request("app", 1, 1).toBuilder();
    request
        .getResourceSpansBuilder(0)
        .getScopeSpansBuilder(0)
        .getSpansBuilder(0)
        .setParentSpanId(ByteString.copyFrom(new byte[8]));

    var split = traces.split(OtlpRequests.encode(request.build(), encoding), encoding);

    assertThat(decode(split.records().getFirst())).isEqualTo(request("app", 1, 1));
  }

  @Test
  void fieldsOfLaterVersionsSurviveInProtobuf() throws Exception {
    var later =
        UnknownFieldSet.newBuilder()
            .addField(999, UnknownFieldSet.Field.newBuilder().addVarint(7).build())
            .build();
    var request =
        TracesData.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .setResource(resource("app"))
                    .setUnknownFields(later)
                    .addScopeSpans(
                        ScopeSpans.newBuilder()
                            .setUnknownFields(later)
                            .addSpans(span(1, 1).setUnknownFields(later))))
            .build();

    var split = traces.split(request.toByteArray(), OtlpEncoding.PROTOBUF);

    assertThat(decode(split.records().getFirst())).isEqualTo(request);
  }

  @ParameterizedTest
  @EnumSource
  void nestingIsBoundedPerSpanAndWhatIsKeptCanBeRead(OtlpEncoding encoding) throws Exception {
    var request = request("app", 1, 3).toBuilder();
    var spans = request.getResourceSpansBuilder(0).getScopeSpansBuilder(0);
    spans.getSpansBuilder(0).addAttributes(nested(40));
    spans.getSpansBuilder(1).addAttributes(nested(48));

    var split = traces.split(OtlpRequests.encode(request.build(), encoding), encoding);

    assertThat(split.spansByApp()).isEqualTo(Map.of("app", new Tally(2, 1, 0)));
    assertThat(spansOf(decode(split.records().getFirst())))
        .extracting(sent -> sent.span().getSpanId())
        .containsExactly(spanId(1), spanId(3));
  }

  @Test
  void aTraceTooLargeForOneRecordGoesToSeveral() throws Exception {
    var small = new OtlpTraces(10_000, MIB);
    var request = request("app", 1, 500);

    var split = small.split(request.toByteArray(), OtlpEncoding.PROTOBUF);

    assertThat(split.records()).hasSizeBetween(6, 8);
    assertThat(split.records()).allMatch(record -> record.bytes().length <= 10_000);
    assertThat(split.records().stream().mapToInt(TraceSpans::spans).sum()).isEqualTo(500);
    assertThat(split.records().stream().flatMap(record -> spansOf(decode(record)).stream()))
        .containsExactlyElementsOf(spansOf(request));
  }

  @Test
  void aSpanTooLargeForARecordIsRejected() throws Exception {
    var request = request("app", 2, 4).toBuilder();
    request
        .getResourceSpansBuilder(0)
        .getScopeSpansBuilder(0)
        .getSpansBuilder(2)
        .addAttributes(attribute("input.value", "x".repeat(MIB)));

    var split = traces.split(request.build().toByteArray(), OtlpEncoding.PROTOBUF);

    assertThat(split.spansByApp()).isEqualTo(Map.of("app", new Tally(3, 1, 0)));
    assertThat(split.problem())
        .startsWith("span: must take at most 1048576 bytes with its resource and scope, takes 10");
  }

  @Test
  void aLargeResourceSharedByManyTracesIsRefusedBeforeItIsCopied() {
    var request = request("app", 10_000, 10_000).toBuilder();
    request
        .getResourceSpansBuilder(0)
        .getResourceBuilder()
        .addAttributes(attribute("padding", "x".repeat(500_000)));

    assertThatThrownBy(() -> traces.split(request.build().toByteArray(), OtlpEncoding.PROTOBUF))
        .isInstanceOf(OtlpTooLargeException.class)
        .hasMessageContaining("becomes more than 67108864 bytes");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "17",
        "null",
        "{",
        "{\"resourceSpans\": [{]}",
        "{} {}",
        "{\"resourceSpans\": {}}",
        "{\"resourceSpans\": [17]}",
        "{\"resourceSpans\": [{\"scopeSpans\": [[]]}]}",
        "{\"resourceSpans\": [{\"scopeSpans\": [{\"spans\": \"none\"}]}]}",
        "<html>"
      })
  void whatIsNotOtlpJsonIsMalformed(String body) {
    // No bytes at all are an empty request; see above.
    var bytes = body.isEmpty() ? new byte[] {' '} : utf8(body);

    assertThatThrownBy(() -> traces.split(bytes, OtlpEncoding.JSON))
        .isInstanceOf(MalformedOtlpException.class)
        .message()
        .doesNotContain("html");
  }

  @Test
  void whatIsNotProtobufIsMalformed() {
    for (var body :
        List.of(
            "garbage".getBytes(StandardCharsets.UTF_8),
            new byte[] {0x0A, 0x7F}, // says 127 bytes follow
            new byte[] {0x0A, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F}, // −1
            field(1, field(2, ByteString.copyFrom(new byte[] {0x12, 0x40}))).toByteArray())) {
      assertThatThrownBy(() -> traces.split(body, OtlpEncoding.PROTOBUF))
          .isInstanceOf(MalformedOtlpException.class)
          .hasMessageStartingWith("not an OTLP protobuf message: ");
    }
  }

  @Test
  void aMillionOpenBracketsAreMalformedNotAnOverflow() {
    assertThatThrownBy(
            () -> traces.split(utf8("{\"a\":" + "[".repeat(1_000_000)), OtlpEncoding.JSON))
        .isInstanceOf(MalformedOtlpException.class);
  }

  @ParameterizedTest
  @EnumSource
  void bombsOfAttributesAreKept(OtlpEncoding encoding) throws Exception {
    var bomb = span(1, 1);
    // to write a million as JSON takes this test half a minute
    int attributes = encoding == OtlpEncoding.JSON ? 100_000 : 1_000_000;
    IntStream.range(0, attributes).forEach(i -> bomb.addAttributes(attribute("k" + i, "")));
    bomb.addAttributes(attribute("a.".repeat(10_000) + "b", "deep"));
    bomb.addAttributes(attribute("llm.input_messages.999999999.message.content", "sparse"));
    bomb.addAttributes(attribute("__proto__", "polluted"));
    bomb.addAttributes(attribute("long", "x".repeat(10 * MIB)));
    var request = request("app", 1, 2).toBuilder();
    request.getResourceSpansBuilder(0).getScopeSpansBuilder(0).addSpans(bomb);

    var split =
        new OtlpTraces(64 * MIB, 64L * MIB)
            .split(OtlpRequests.encode(request.build(), encoding), encoding);

    assertThat(split.accepted()).isEqualTo(3);
    assertThat(decode(split.records().getFirst())).isEqualTo(request.build());
  }

  @Test
  void timeGrowsWithTheSizeOfTheRequestOnly() {
    // Two million slices that are no spans, between spans that are none.
    var out = new ByteArrayOutputStream();
    for (int i = 0; i < 2_000_000; i++) {
      out.writeBytes(new byte[] {0x38, 1, 0x12, 0}); // an unknown field 7, an empty span
    }
    var request = field(1, field(2, ByteString.copyFrom(out.toByteArray()))).toByteArray();

    assertTimeout(
        Duration.ofSeconds(20),
        () ->
            assertThat(traces.split(request, OtlpEncoding.PROTOBUF).rejected())
                .isEqualTo(2_000_000));
  }

  @Test
  void everySoundSpanIsInExactlyOneRecord() throws Exception {
    var random = new Random(17);
    for (int i = 0; i < 50; i++) {
      var request = randomRequest(random);
      for (var encoding : OtlpEncoding.values()) {
        var split =
            new OtlpTraces(2_000, MIB).split(OtlpRequests.encode(request, encoding), encoding);

        assertThat(split.rejected()).isZero();
        assertThat(
                split.records().stream()
                    .map(OtlpRequests::decode)
                    .map(OtlpRequests::spansOf)
                    .flatMap(Collection::stream))
            .containsExactlyInAnyOrderElementsOf(spansOf(request));
        for (var record : split.records()) {
          assertThat(record.bytes().length).isLessThanOrEqualTo(2_000);
          assertThat(spansOf(decode(record)))
              .hasSize(record.spans())
              .allMatch(sent -> hex(sent.span().getTraceId()).equals(record.traceId()));
        }
      }
    }
  }

  @Test
  void anEncodingIsToldFromTheFirstByte() {
    assertThat(OtlpEncoding.sniff(json(request("app", 1, 1)))).isEqualTo(OtlpEncoding.JSON);
    assertThat(OtlpEncoding.sniff(request("app", 1, 1).toByteArray()))
        .isEqualTo(OtlpEncoding.PROTOBUF);
    assertThat(OtlpEncoding.sniff(new byte[0])).isEqualTo(OtlpEncoding.PROTOBUF);
  }

  private static TracesData randomRequest(Random random) {
    var request = TracesData.newBuilder();
    int id = 1;
    for (int r = random.nextInt(4); r >= 0; r--) {
      var resource = ResourceSpans.newBuilder();
      if (random.nextInt(4) > 0) {
        resource.setResource(resource("app-" + random.nextInt(2)));
      }
      for (int s = random.nextInt(4); s > 0; s--) {
        var scope = ScopeSpans.newBuilder();
        if (random.nextBoolean()) {
          scope.setScope(scope("scope-" + random.nextInt(2)));
        }
        for (int i = random.nextInt(8); i > 0; i--) {
          scope.addSpans(
              span(1 + random.nextInt(5), id++)
                  .addAttributes(attribute("padding", "x".repeat(random.nextInt(300)))));
        }
        resource.addScopeSpans(scope);
      }
      request.addResourceSpans(resource);
    }
    return request.build();
  }

  /** A request that uses every kind of field. */
  private static TracesData everything() {
    var attributes =
        KeyValueList.newBuilder()
            .addValues(
                KeyValue.newBuilder()
                    .setKey("list")
                    .setValue(
                        AnyValue.newBuilder()
                            .setArrayValue(
                                ArrayValue.newBuilder()
                                    .addValues(AnyValue.newBuilder().setIntValue(Long.MAX_VALUE))
                                    .addValues(AnyValue.newBuilder().setDoubleValue(-0.5))
                                    .addValues(AnyValue.newBuilder().setBoolValue(false))
                                    .addValues(
                                        AnyValue.newBuilder()
                                            .setBytesValue(traceId(Long.MIN_VALUE))))))
            .addValues(attribute("text", "ünï\u0000\"\\ \ud83d\ude00"));
    return TracesData.newBuilder()
        .addResourceSpans(
            ResourceSpans.newBuilder()
                .setResource(
                    Resource.newBuilder()
                        .addAttributes(attribute("service.name", "app"))
                        .setDroppedAttributesCount(3))
                .setSchemaUrl("https://schema")
                .addScopeSpans(
                    ScopeSpans.newBuilder()
                        .setScope(scope("everything"))
                        .addSpans(
                            span(1, 1)
                                .setTraceState("ot=th:8")
                                .setParentSpanId(spanId(9))
                                .setFlags(0x101)
                                .setStartTimeUnixNano(-1) // 2^64 − 1
                                .setDroppedEventsCount(-1)
                                .addAttributes(
                                    KeyValue.newBuilder()
                                        .setKey("map")
                                        .setValue(AnyValue.newBuilder().setKvlistValue(attributes)))
                                .addEvents(
                                    Span.Event.newBuilder()
                                        .setName("exception")
                                        .setTimeUnixNano(1)
                                        .addAttributes(attribute("exception.type", "E")))
                                .addLinks(
                                    Span.Link.newBuilder()
                                        .setTraceId(traceId(77))
                                        .setSpanId(spanId(78)))
                                .setStatus(
                                    Status.newBuilder()
                                        .setCode(Status.StatusCode.STATUS_CODE_ERROR)
                                        .setMessage("m")))))
        .build();
  }

  private static KeyValue nested(int levels) {
    var value = AnyValue.newBuilder().setStringValue("deep");
    for (int i = 0; i < levels; i++) {
      value = AnyValue.newBuilder().setArrayValue(ArrayValue.newBuilder().addValues(value));
    }
    return KeyValue.newBuilder().setKey("nested").setValue(value).build();
  }

  private static byte[] jsonSpans(String... members) {
    var spans = new StringJoiner(",");
    for (int i = 0; i < members.length; i++) {
      spans.add(
          "{\"traceId\": \"%032x\", \"spanId\": \"%016x\", %s}".formatted(1, i + 1, members[i]));
    }
    return utf8(
        """
        {"resourceSpans": [{
          "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "app"}}]},
          "scopeSpans": [{"spans": [%s]}]}]}
        """
            .formatted(spans));
  }

  /** A length-delimited field, encoded. */
  private static ByteString field(int number, ByteString message) {
    return UnknownFieldSet.newBuilder()
        .addField(number, UnknownFieldSet.Field.newBuilder().addLengthDelimited(message).build())
        .build()
        .toByteString();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
