package dev.assay.wire;

import static dev.assay.wire.TestOtlp.TRACE;
import static dev.assay.wire.TestOtlp.span;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.google.protobuf.CodedInputStream;
import dev.assay.model.CloseReason;
import dev.assay.model.Span;
import dev.assay.model.SpanType;
import dev.assay.model.TestTraces;
import dev.assay.model.TokenUsage;
import dev.assay.model.Trace;
import dev.assay.wire.TestOtlp.SpanSpec;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What an attacker, or a broken SDK, may put into spans: from the bytes of an export request to the
 * traces that scorers get. Whatever it is, the traces beside it in the same request are what they
 * would be without it, and reading it takes no more memory than its own size warrants.
 *
 * <p>Bombs, slow clients and overload are tests of the receivers: ContentEncodingTest,
 * OtlpServerTest, OtlpGrpcTest.
 */
class HostileInputTest {
  private static final String NEIGHBOUR = "0af7651916cd43dd8448eb211c80319c";
  private static final long CLOSED = TestTraces.T0 + 60_000_000_000L;
  private static final long MIB = 1 << 20;
  private static final OtlpTraces RECEIVER = new OtlpTraces(Topics.MAX_RECORD_BYTES, 64 * MIB);

  private record Received(OtlpSplit split, Map<String, Trace> traces) {
    Trace trace() {
      return Objects.requireNonNull(traces.get(TRACE));
    }

    /** The span that is not the root. */
    Span hostile() {
      return trace().spans().stream()
          .filter(span -> span.spanId().equals("0000000000000002"))
          .findFirst()
          .orElseThrow();
    }
  }

  @ParameterizedTest
  @EnumSource
  void sparseIndices(OtlpEncoding encoding) throws Exception {
    var received =
        receive(
            encoding,
            32 * MIB,
            hostile()
                .with("openinference.span.kind", "LLM")
                .with("llm.input_messages.0.message.role", "user")
                .with("llm.input_messages.0.message.content", "first")
                .with("llm.input_messages.999999999.message.role", "user")
                .with("llm.input_messages.999999999.message.content", "last")
                .with("llm.input_messages.99999999999999999999999.message.content", "beyond")
                .with("llm.input_messages.-1.message.content", "negative")
                .with("llm.input_messages.1e9.message.content", "no number")
                .with("retrieval.documents.2147483648.document.content", "text"));

    assertThat(received.hostile().type()).isEqualTo(SpanType.LLM);
    // an index is an order, not an address
    assertThat(received.hostile().messages()).hasSizeBetween(2, 5);
    assertThat(received.hostile().messages())
        .extracting(message -> message.content())
        .containsSubsequence("first", "last");
  }

  @ParameterizedTest
  @EnumSource
  void deepKeys(OtlpEncoding encoding) throws Exception {
    var deep = "a.".repeat(10_000) + "b";
    var received =
        receive(
            encoding,
            64 * MIB,
            hostile()
                .with(deep, "deep")
                .with("llm.input_messages.0." + deep, "deeper")
                .with("gen_ai.input.messages", "[".repeat(100_000))
                .with("input.value", "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000)));

    assertThat(received.trace().spans()).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource
  void valuesNestedDeeperThanAnybodyNeeds(OtlpEncoding encoding) throws Exception {
    Object nested = "bottom";
    for (int i = 0; i < 60; i++) {
      nested = i % 2 == 0 ? List.of(nested) : Map.of("k", nested);
    }
    var received = receive(encoding, 32 * MIB, hostile().with("custom", nested));

    // rejected, counted and named
    assertThat(received.split().rejected()).isEqualTo(1);
    assertThat(received.split().problem()).contains("nest");
    assertThat(received.trace().spans()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource
  void namesThatMeanSomethingElsewhere(OtlpEncoding encoding) throws Exception {
    var received =
        receive(
            encoding,
            32 * MIB,
            hostile()
                .with("__proto__", "polluted")
                .with("constructor.prototype.admin", true)
                .with("llm.input_messages.0.message.__proto__", "polluted")
                .with("${jndi:ldap://127.0.0.1/a}", "${env:HOME}")
                .with(
                    "metadata",
                    "{\"__proto__\": {\"admin\": true}, \"class\": \"java.lang.Runtime\"}"));

    // text, and nothing but text
    assertThat(received.hostile().attributes())
        .contains(
            entry("__proto__", "polluted"),
            entry("constructor.prototype.admin", "true"),
            entry("${jndi:ldap://127.0.0.1/a}", "${env:HOME}"));
  }

  @ParameterizedTest
  @EnumSource
  void hundredsOfThousandsOfAttributes(OtlpEncoding encoding) throws Exception {
    // to write them as JSON takes this test long
    int attributes = encoding == OtlpEncoding.JSON ? 100_000 : 500_000;
    var received = receive(encoding, attributes * 3_000L, withAttributes(attributes));

    assertThat(received.hostile().attributes()).hasSizeLessThanOrEqualTo(1_000);
    assertThat(received.trace().header().metadata()).containsKey("assay.truncated");
  }

  @Test
  void aMillionAttributesAreMoreThanARecordHolds() throws Exception {
    var received = receive(OtlpEncoding.PROTOBUF, 8 * MIB, withAttributes(1_000_000));

    assertThat(received.split().rejected()).isEqualTo(1);
    assertThat(received.trace().spans()).hasSize(1);
  }

  private static SpanSpec withAttributes(int attributes) {
    var spec = hostile();
    for (int i = 0; i < attributes; i++) {
      spec.with("k" + i, "v");
    }
    return spec;
  }

  @ParameterizedTest
  @EnumSource
  void valuesOfTenMegabytes(OtlpEncoding encoding) throws Exception {
    var received =
        receive(
            encoding,
            400 * MIB,
            hostile()
                .with("openinference.span.kind", "LLM")
                .with("input.value", "q".repeat(4_000_000))
                .with("custom", "c".repeat(3_000_000)),
            // larger than a record may be
            span(3, 1, "too large").with("input.value", "x".repeat(10_000_000)));

    assertThat(received.split().rejected()).isEqualTo(1);
    assertThat(received.hostile().inputs()).hasSizeLessThan(600_000).contains("…[truncated: ");
    assertThat(received.hostile().attributes().get("custom"))
        .hasSizeLessThan(20_000)
        .endsWith("…[truncated: 3000000 characters]");
    assertThat(received.trace().header().metadata()).containsKey("assay.truncated");
  }

  @ParameterizedTest
  @EnumSource
  void textThatIsNotUtf8(OtlpEncoding encoding) throws Exception {
    var received =
        receive(
            encoding,
            32 * MIB,
            request ->
                replace(
                    request,
                    "BROKENTEXT",
                    new byte[] {
                      'b',
                      (byte) 0xC3,
                      0x28,
                      (byte) 0xFF,
                      (byte) 0xED,
                      (byte) 0xA0,
                      (byte) 0x80,
                      'e',
                      'n',
                      'd'
                    }),
            hostile().with("custom", "BROKENTEXT"));

    // protobuf's decoder refuses the span, that of JSON takes what is none for U+FFFD
    if (encoding == OtlpEncoding.PROTOBUF) {
      assertThat(received.split().rejected()).isEqualTo(1);
      assertThat(received.split().problem()).contains("UTF-8");
      assertThat(received.trace().spans()).hasSize(1);
    } else {
      assertThat(received.split().rejected()).isZero();
      assertThat(received.hostile().attributes())
          .containsEntry("custom", "b\uFFFD(\uFFFD\uFFFDend");
    }
  }

  @ParameterizedTest
  @EnumSource
  void numbersThatAreNone(OtlpEncoding encoding) throws Exception {
    var received =
        receive(
            encoding,
            32 * MIB,
            hostile()
                .with("gen_ai.operation.name", "chat")
                .with("gen_ai.usage.input_tokens", Double.NaN)
                .with("gen_ai.usage.output_tokens", Double.POSITIVE_INFINITY)
                .with("gen_ai.usage.cost", Double.NEGATIVE_INFINITY)
                .with("custom", Double.NaN));

    assertThat(received.hostile().tokenUsage()).isNull();
    assertThat(received.hostile().costUsd()).isNull();
    assertThat(received.hostile().attributes()).containsEntry("custom", "NaN");
    assertThat(received.trace().header().tokenUsage()).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void tokensBeyondCounting(OtlpEncoding encoding) throws Exception {
    var received =
        receive(
            encoding,
            32 * MIB,
            hostile()
                .with("gen_ai.operation.name", "chat")
                .with("gen_ai.usage.input_tokens", Long.MAX_VALUE)
                .with("gen_ai.usage.output_tokens", Long.MAX_VALUE),
            span(3, 1, "chat")
                .with("gen_ai.operation.name", "chat")
                .with("gen_ai.usage.input_tokens", Long.MIN_VALUE)
                .with("gen_ai.usage.output_tokens", -1L));

    // a trillion is the most that is believed, of a call; less than none is nothing
    assertThat(received.trace().header().tokenUsage())
        .isEqualTo(
            new TokenUsage(1_000_000_000_000L, 1_000_000_000_000L, 2_000_000_000_000L, null));
  }

  @ParameterizedTest
  @EnumSource
  void idsOfZerosOrOfFifteenBytes(OtlpEncoding encoding) throws Exception {
    var received =
        receive(
            encoding,
            32 * MIB,
            hostile().rawId(new byte[8]),
            hostile().rawId(new byte[7]),
            hostile().trace("00000000000000000000000000000000"),
            hostile().trace("4bf92f3577b34da6a3ce929d0e0e47"));

    assertThat(received.split().rejected()).isEqualTo(4);
    assertThat(received.split().problem()).contains("_id: must be ").contains("not all zero");
    assertThat(received.trace().spans()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.INCLUDE, names = "JSON")
  void idsInUpperCase(OtlpEncoding encoding) throws Exception {
    var received =
        receive(
            encoding,
            32 * MIB,
            request ->
                replace(
                    request,
                    TRACE,
                    TRACE.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII)),
            hostile());

    assertThat(received.trace().spans()).hasSize(2);
    assertThat(received.traces()).containsOnlyKeys(TRACE, NEIGHBOUR);
  }

  @ParameterizedTest
  @EnumSource
  void timesOutOfOrderAndOutOfThisWorld(OtlpEncoding encoding) throws Exception {
    var received =
        receive(
            encoding,
            32 * MIB,
            hostile().times(TestTraces.T0 + 9, TestTraces.T0), // ends before it starts
            span(3, 1, "1970").times(1, 2),
            span(4, 1, "2262").times(Long.MAX_VALUE - 1, Long.MAX_VALUE),
            span(5, 1, "beyond").times(-2, -1));

    assertThat(received.trace().spans())
        .hasSize(5)
        .allSatisfy(span -> {
          assertThat(span.startNanos()).isBetween(TestTraces.T0, CLOSED);
          assertThat(span.durationNanos()).isBetween(0L, 1_000_000_000L);
        })
        .filteredOn(span -> span.attributes().containsKey("assay.clamped_time"))
        .hasSize(4);
    assertThat(received.trace().header().durationNanos()).isEqualTo(1_000_000_000L);
  }

  private static SpanSpec hostile() {
    return span(2, 1, "hostile");
  }

  private static Received receive(OtlpEncoding encoding, long mostBytes, SpanSpec... hostile)
      throws Exception {
    return receive(encoding, mostBytes, request -> request, hostile);
  }

  /**
   * From a request to traces: a sound root of {@link TestOtlp#TRACE} and the hostile spans, between
   * two spans of another trace.
   *
   * @param mostBytes that reading and mapping may allocate
   */
  private static Received receive(
      OtlpEncoding encoding, long mostBytes, UnaryOperator<byte[]> change, SpanSpec... hostile)
      throws Exception {
    var first =
        neighbour(11, 0).with("gen_ai.input.messages", "[{\"role\":\"user\",\"content\":\"Hi?\"}]");
    var second = neighbour(12, 11);
    var all = new ArrayList<SpanSpec>();
    all.add(first);
    all.add(span(1, 0, "root"));
    all.addAll(List.of(hostile));
    all.add(second);
    var request = TestOtlp.message(all.toArray(SpanSpec[]::new));
    var bytes = change.apply(OtlpRequests.encode(parsed(request), encoding));

    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    var split = RECEIVER.split(bytes, encoding);
    var traces = mapped(split);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(allocated).as("allocated for %d bytes", bytes.length).isLessThan(mostBytes);
    assertThat(split.accepted() + split.rejected()).isEqualTo(all.size());
    assertThat(traces.get(NEIGHBOUR))
        .as("the neighbour")
        .isEqualTo(
            mapped(
                    RECEIVER.split(
                        OtlpRequests.encode(parsed(TestOtlp.message(first, second)), encoding),
                        encoding))
                .get(NEIGHBOUR));
    for (var trace : traces.values()) {
      assertThat(EncodedTrace.ofBytes(EncodedTrace.of(trace).bytes()).trace()).isEqualTo(trace);
    }
    return new Received(split, traces);
  }

  /** However deep. */
  private static TracesData parsed(byte[] request) throws IOException {
    var in = CodedInputStream.newInstance(request);
    in.setRecursionLimit(10_000);
    return TracesData.parseFrom(in);
  }

  private static SpanSpec neighbour(long id, long parent) {
    return span(id, parent, "chat").trace(NEIGHBOUR).with("gen_ai.operation.name", "chat");
  }

  private static Map<String, Trace> mapped(OtlpSplit split) {
    var messages = new HashMap<String, List<byte[]>>();
    for (var record : split.records()) {
      messages.computeIfAbsent(record.traceId(), _ -> new ArrayList<>()).add(record.bytes());
    }
    var traces = new HashMap<String, Trace>();
    messages.forEach((id, each) -> {
      var trace = new TraceMapper(10_000).map(id, each, 1, CloseReason.ROOT_ENDED, CLOSED).trace();
      if (trace != null) {
        traces.put(id, trace);
      }
    });
    return traces;
  }

  private static byte[] replace(byte[] in, String what, byte[] by) {
    var bytes = in.clone();
    var wanted = what.getBytes(StandardCharsets.US_ASCII);
    assertThat(by).hasSameSizeAs(wanted);
    int found = 0;
    for (int i = 0; i + wanted.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        System.arraycopy(by, 0, bytes, i, by.length);
        found++;
      }
    }
    assertThat(found).isPositive();
    return bytes;
  }
}
