package dev.assay.wire;

import static dev.assay.wire.TestLogs.event;
import static dev.assay.wire.TestLogs.export;
import static dev.assay.wire.TestLogs.message;
import static dev.assay.wire.TestLogs.record;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import dev.assay.model.CloseReason;
import dev.assay.model.Message;
import dev.assay.model.Outcome;
import dev.assay.model.Score;
import dev.assay.model.TestTraces;
import dev.assay.wire.OtlpSplit.Tally;
import dev.assay.wire.convention.ReportedEvaluations;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Log records that tell of a span: from an export of logs to the trace. */
class OtlpLogsTest {
  private static final long CLOSED = TestTraces.T0 + 60_000_000_000L;

  private final OtlpTraces receiver = new OtlpTraces(1 << 20, 64L << 20);

  @Test
  void eventsOfACallBecomePartOfItsSpan() throws Exception {
    var messages = new ArrayList<byte[]>();
    // the records come first, as SDKs send them
    messages.add(
        message(
            event(2, "gen_ai.system.message", Map.of("content", "Be brief.")),
            event(2, "gen_ai.user.message", Map.of("content", "How warm is it?")),
            event(
                2,
                "gen_ai.choice",
                Map.of("index", 0, "message", Map.of("role", "assistant", "content", "18 °C")))));
    messages.add(
        TestOtlp.message(
            TestOtlp.span(1, 0, "POST /ask"),
            TestOtlp.span(2, 1, "chat").with("gen_ai.operation.name", "chat")));

    var mapped = map(messages);

    assertThat(mapped.trace().question()).isEqualTo("How warm is it?");
    assertThat(mapped.trace().answer()).isEqualTo("18 °C");
    assertThat(mapped.trace().spans()).hasSize(2);
    assertThat(mapped.trace().spans().getLast().messages())
        .containsExactly(
            new Message("system", "Be brief."),
            new Message("user", "How warm is it?"),
            new Message("assistant", "18 °C"));
    assertThat(mapped.joined()).isEqualTo(3);
    assertThat(mapped.orphaned()).isZero();
  }

  @Test
  void aRecordExportedTwiceIsOneEventAndOneWithoutItsSpanIsCounted() throws Exception {
    var question = event(2, "gen_ai.user.message", Map.of("content", "Once?"));
    var stray = event(9, "gen_ai.user.message", Map.of("content", "Whose?"));
    var span = TestOtlp.span(2, 0, "chat").with("gen_ai.operation.name", "chat");

    var mapped = map(List.of(message(question, stray), TestOtlp.message(span), message(question)));

    assertThat(mapped.trace().spans()).hasSize(1);
    assertThat(mapped.trace().spans().getFirst().messages())
        .extracting(Message::content)
        .containsExactly("Once?");
    assertThat(mapped.joined()).isEqualTo(1);
    assertThat(mapped.orphaned()).isEqualTo(1);
    assertThat(mapped.duplicates()).isZero();
  }

  @Test
  void aVerdictInALogRecordIsReported() {
    var verdict =
        TestLogs.record(2)
            .setEventName("gen_ai.evaluation.result")
            .addAttributes(TestOtlp.keyValue("gen_ai.evaluation.name", "relevance"))
            .addAttributes(TestOtlp.keyValue("gen_ai.evaluation.score.value", 0.8))
            .addAttributes(TestOtlp.keyValue("gen_ai.evaluation.score.label", "pass"));

    var trace =
        map(List.of(TestOtlp.message(TestOtlp.span(2, 0, "chat")), message(verdict))).trace();

    assertThat(ReportedEvaluations.in(trace.header())).isTrue();
    assertThat(ReportedEvaluations.of(trace))
        .singleElement()
        .satisfies(reported -> {
          assertThat(reported.spanId()).isEqualTo("0000000000000002");
          assertThat(reported.name()).isEqualTo("relevance");
          assertThat(reported.score()).isEqualTo(new Score.Num(0.8));
          assertThat(reported.outcome()).isEqualTo(Outcome.PASS);
        });
  }

  @Test
  void onlyEventsOfCallsAreKeptAndOneOutsideASpanIsRejected() throws Exception {
    var plain = record(2).setSeverityText("INFO").setBody(TestOtlp.any("a line of a log"));
    var named = record(2).setEventName("http.request");
    var older = record(2).addAttributes(TestOtlp.keyValue("event.name", "gen_ai.choice"));
    var outside = record(2).setEventName("gen_ai.choice").setSpanId(ByteString.EMPTY);
    var export = export(plain, named, older, outside);

    for (var encoding : OtlpEncoding.values()) {
      var split =
          receiver.split(
              OtlpRequests.encode(export, encoding), OtlpSignal.LOGS, encoding, Map.of());

      assertThat(split.spansByApp()).isEqualTo(Map.of("shop", new Tally(1, 1, 2)));
      assertThat(split.problem())
          .isEqualTo("gen_ai.choice: span_id: must be 8 bytes, not all zero; was missing");
      assertThat(split.records()).hasSize(1);
      assertThat(SpanPeek.of(split.records().getFirst().bytes()))
          .satisfies(peek -> {
            assertThat(peek.app()).isEqualTo("shop");
            assertThat(peek.spans()).isZero();
            assertThat(peek.remarks()).isEqualTo(1);
            assertThat(peek.rootEnded()).isFalse();
          });
    }
  }

  @Test
  void protobufAndJsonGiveTheSameBytes() throws Exception {
    var export =
        export(
            event(2, "gen_ai.user.message", Map.of("content", "One?")),
            event(3, "gen_ai.choice", Map.of("message", Map.of("content", "Two."))));

    var records = new ArrayList<List<String>>();
    for (var encoding : OtlpEncoding.values()) {
      records.add(
          receiver
              .split(OtlpRequests.encode(export, encoding), OtlpSignal.LOGS, encoding, Map.of())
              .records()
              .stream()
              .map(record ->
                  record.traceId() + new String(record.bytes(), StandardCharsets.ISO_8859_1))
              .toList());
    }
    assertThat(records.getFirst()).hasSize(1).isEqualTo(records.getLast());
  }

  @Test
  void whatIsNoExportOfLogsIsMalformed() {
    assertThatThrownBy(() ->
            receiver.split(
                "{\"resourceLogs\": 7}".getBytes(StandardCharsets.UTF_8),
                OtlpSignal.LOGS,
                OtlpEncoding.JSON,
                Map.of()))
        .isInstanceOf(MalformedOtlpException.class)
        .hasMessage("resourceLogs: must be an array");
  }

  private MappedTrace map(List<byte[]> messages) {
    return new TraceMapper(100).map(TestOtlp.TRACE, messages, 1, CloseReason.ROOT_ENDED, CLOSED);
  }
}
