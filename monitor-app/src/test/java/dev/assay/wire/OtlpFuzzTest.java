package dev.assay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever bytes come: a split whose records can be read, or one of the two exceptions. */
class OtlpFuzzTest {
  private static final Message SPANS = OtlpRequests.request("app", 3, 6);
  private static final Message LOGS =
      TestLogs.export(
          TestLogs.event(1, "gen_ai.user.message", Map.of("content", "Who?")),
          TestLogs.record(1),
          TestLogs.event(2, "gen_ai.choice", Map.of("message", Map.of("content", "Me."))),
          TestLogs.event(2, "http.request", Map.of()));

  /** What breaks JSON readers: pieces put anywhere. */
  private static final List<String> SPLINTERS =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "\"",
          "\\",
          "\\u0000",
          "\\ud800",
          "null",
          "true",
          "NaN",
          "-",
          "1e999",
          "99999999999999999999",
          "[[[[",
          "{\"traceId\":",
          "\"spans\":[{}],",
          "\0",
          "\"resource\":7,",
          "\"scope\":[],",
          "\"attributes\":[null,{\"value\":{}}],");

  private final OtlpTraces traces = new OtlpTraces(4_000, 1 << 20);

  @Property(tries = 2_000)
  void randomBytes(@ForAll byte[] bytes, @ForAll OtlpSignal signal, @ForAll OtlpEncoding encoding) {
    splitsOrRefuses(bytes, signal, encoding);
  }

  @Property(tries = 3_000)
  void soundRequestsWithBytesChanged(
      @ForAll OtlpSignal signal,
      @ForAll OtlpEncoding encoding,
      @ForAll("changes") List<Change> changes) {
    var bytes = sound(signal, encoding);
    for (var change : changes) {
      bytes[Math.floorMod(change.at(), bytes.length)] = change.to();
    }
    splitsOrRefuses(bytes, signal, encoding);
  }

  @Property(tries = 1_000)
  void soundRequestsCutOffOrJoined(
      @ForAll OtlpSignal signal, @ForAll OtlpEncoding encoding, @ForAll int from, @ForAll int to) {
    var bytes = ByteString.copyFrom(sound(signal, encoding));
    var head = bytes.substring(0, Math.floorMod(from, bytes.size()));
    var tail = bytes.substring(Math.floorMod(to, bytes.size()));
    splitsOrRefuses(head.concat(tail).toByteArray(), signal, encoding);
  }

  @Property(tries = 3_000)
  void jsonWithSplinters(@ForAll OtlpSignal signal, @ForAll("splinters") List<Splinter> splinters) {
    var sound = sound(signal, OtlpEncoding.JSON);
    var text = new StringBuilder(new String(sound, StandardCharsets.UTF_8));
    for (var splinter : splinters) {
      text.insert(Math.floorMod(splinter.at(), text.length()), splinter.text());
    }
    splitsOrRefuses(text.toString().getBytes(StandardCharsets.UTF_8), signal, OtlpEncoding.JSON);
  }

  @Property(tries = 1_000)
  void whatIsSniffed(@ForAll byte[] bytes, @ForAll OtlpSignal signal) {
    splitsOrRefuses(bytes, signal, OtlpEncoding.sniff(bytes));
  }

  record Change(int at, byte to) {}

  record Splinter(int at, String text) {}

  @Provide
  Arbitrary<List<Change>> changes() {
    return Combinators.combine(Arbitraries.integers(), Arbitraries.bytes())
        .as(Change::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(8);
  }

  @Provide
  Arbitrary<List<Splinter>> splinters() {
    return Combinators.combine(Arbitraries.integers(), Arbitraries.of(SPLINTERS))
        .as(Splinter::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  private static byte[] sound(OtlpSignal signal, OtlpEncoding encoding) {
    return OtlpRequests.encode(signal == OtlpSignal.LOGS ? LOGS : SPANS, encoding);
  }

  private void splitsOrRefuses(byte[] bytes, OtlpSignal signal, OtlpEncoding encoding) {
    OtlpSplit split;
    try {
      split = traces.split(bytes, signal, encoding, Map.of());
    } catch (MalformedOtlpException | OtlpTooLargeException expected) {
      assertThat(expected).hasMessageContaining(" ");
      return;
    }
    int spans = 0;
    for (var record : split.records()) {
      TracesData read = OtlpRequests.decode(record);
      assertThat(OtlpRequests.spansOf(read))
          .hasSize(record.spans())
          .allMatch(sent -> OtlpRequests.hex(sent.span().getTraceId()).equals(record.traceId()));
      spans += record.spans();
    }
    assertThat(split.accepted()).isEqualTo(spans);
    assertThat(split.problem() == null).as(split.problem()).isEqualTo(split.rejected() == 0);
  }
}
