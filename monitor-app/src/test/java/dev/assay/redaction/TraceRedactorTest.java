package dev.assay.redaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.assay.model.SpanStatus;
import dev.assay.model.TestTraces;
import dev.assay.model.ToolCall;
import dev.assay.model.Trace;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceRedactorTest {
  private static final Redaction.Action REPLACE = new Redaction.Action.Replace();
  private static final byte[] KEY = "0123456789abcdef".getBytes(StandardCharsets.UTF_8);
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void noTextOfTheTraceKeepsWhatIsTakenOut() {
    var trace = TestTraces.chat("t1", "I am bob@example.com", "Hello bob@example.com");

    var redacted = all(REPLACE).redact(trace);

    assertThat(redacted.trace().toString()).doesNotContain("bob@example.com");
    assertThat(redacted.trace().question()).isEqualTo("I am [redacted:email]");
    assertThat(redacted.trace().inputs()).isEqualTo("{\"question\":\"I am [redacted:email]\"}");
    // question, answer, inputs and outputs of trace and root, two messages
    assertThat(redacted.found()).isEqualTo(Map.of("email", 8));
    assertThat(redacted.trace().header().metadata())
        .containsEntry(TraceRedactor.METADATA, "email:8");
  }

  @Test
  void aTraceWithNothingInItIsTheSame() {
    var trace = TestTraces.chat("t1", "What is 2 + 2?", "4");

    assertThat(all(REPLACE).redact(trace).trace()).isSameAs(trace);
  }

  @Test
  void onceIsEnough() {
    var trace = TestTraces.chat("t1", "Call +1 415 555 0132", "4111 1111 1111 1111");
    for (var action : new Redaction.Action[] {REPLACE, new Redaction.Action.Hmac(KEY)}) {
      var once = all(action).redact(trace).trace();

      assertThat(all(action).redact(once).trace()).isSameAs(once);
    }
  }

  @Test
  void whatIsTakenOutStillCountsForWhoeverLooksForIt() {
    var trace = TestTraces.chat("t1", "hello", "write to bob@example.com or 4111 1111 1111 1111");

    var answer = all(new Redaction.Action.Hmac(KEY)).redact(trace).trace().answer();

    assertThat(PiiScan.count(answer, EnumSet.allOf(PiiType.class)))
        .isEqualTo(Map.of(PiiType.EMAIL, 1, PiiType.CARD, 1));
  }

  @Test
  void equalValuesHaveEqualMarksUnderOneKeyAlone() {
    var trace = TestTraces.chat("t1", "bob@example.com, BOB@example.com", "eve@example.com");

    var question = all(new Redaction.Action.Hmac(KEY)).redact(trace).trace().question();
    var other =
        all(new Redaction.Action.Hmac("another key of ours".getBytes(StandardCharsets.UTF_8)))
            .redact(trace)
            .trace()
            .question();

    var marks = question.split(", ", -1);
    assertThat(marks[0]).matches("\\[redacted:email:[0-9a-f]{16}]").isEqualTo(marks[1]);
    assertThat(other).isNotEqualTo(question);
  }

  @Test
  void aMaskKeepsTheShape() {
    var trace = TestTraces.chat("t1", "card 4111-1111-1111-1111, thanks", "ok");

    assertThat(all(new Redaction.Action.Mask()).redact(trace).trace().question())
        .isEqualTo("card ****-****-****-****, thanks");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"card\":4111111111111111,\"n\":1}|{\"card\":\"[redacted:card]\",\"n\":1}",
        "[4111111111111111]|[\"[redacted:card]\"]",
        "{\"t\":\"a\\nbob@example.com\"}|{\"t\":\"a\\n[redacted:email]\"}",
        "{\"t\":\"a\\u000abob@example.com\"}|{\"t\":\"a\\u000a[redacted:email]\"}",
        "{\"t\":\"\\\"bob@example.com\\\"\"}|{\"t\":\"\\\"[redacted:email]\\\"\"}",
        "{\"t\":\"{\\\"card\\\": 4111111111111111}\"}|{\"t\":\"{\\\"card\\\": [redacted:card]}\"}",
      })
  void jsonStaysJson(String text, String expected) throws Exception {
    var redacted = all(REPLACE).redact(outputs(text)).trace().outputs();

    assertThat(redacted).isEqualTo(expected);
    assertThat(JSON.readTree(redacted)).isNotNull();
  }

  @Test
  void toolCallsWithoutASpanAreLookedAtToo() {
    var chat = TestTraces.chat("t1", "hello", "ok");
    var call =
        new ToolCall(
            "mail", "{\"to\":\"bob@example.com\"}", "\"sent to bob@example.com\"", SpanStatus.OK);
    var trace =
        new Trace(
            chat.header(), null, null, "hello", "ok", null, null, chat.spans(), List.of(call));

    assertThat(all(REPLACE).redact(trace).trace().toolCalls())
        .containsExactly(
            new ToolCall(
                "mail",
                "{\"to\":\"[redacted:email]\"}",
                "\"sent to [redacted:email]\"",
                SpanStatus.OK));
  }

  @Test
  void patternsOfTheUserHaveTheirNames() {
    var redaction =
        new Redaction(Set.of(), Map.of("order_no", Patterns.compile("ORD-[0-9]{6}")), REPLACE);

    var redacted =
        new TraceRedactor(redaction)
            .redact(TestTraces.chat("t1", "Where is ORD-123456? bob@example.com", "ok"));

    assertThat(redacted.trace().question())
        .isEqualTo("Where is [redacted:order_no]? bob@example.com");
    assertThat(redacted.found()).containsOnlyKeys("order_no");
  }

  @Test
  void aTextTooLongForAPatternDoesNotPass() {
    var pattern = Patterns.compile("(ab|cd|ef|gh){1,60}x");
    var redaction = new Redaction(Set.of(), Map.of("odd", pattern), REPLACE);
    var trace = outputs("y".repeat(60_000_000 / pattern.programSize()));

    assertThat(new TraceRedactor(redaction).redact(trace).trace().outputs())
        .isEqualTo("[redacted:odd]");
  }

  /** Four megabytes of the shortest findings, whose marks are longer than they are. */
  @Test
  void aTraceDoesNotOutgrowItsRecord() {
    var trace = outputs("a@b.io ".repeat(600_000));

    var redacted = all(new Redaction.Action.Hmac(KEY)).redact(trace).trace();

    assertThat(redacted.outputs().length()).isLessThan(trace.outputs().length() + 600_000);
    assertThat(redacted.outputs()).doesNotContain("a@b.io");
  }

  @Property(shrinking = ShrinkingMode.OFF)
  void anyTextIsSafe(@ForAll @StringLength(max = 200) String text) {
    var redacted = all(REPLACE).redact(outputs(text + " bob@example.com"));

    assertThat(redacted.trace().outputs()).doesNotContain("bob@example.com");
  }

  @Test
  void aShortKeyIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Redaction.Action.Hmac(new byte[15]))
        .withMessageContaining("at least 16 bytes, had 15");
  }

  private static TraceRedactor all(Redaction.Action action) {
    return new TraceRedactor(new Redaction(EnumSet.allOf(PiiType.class), Map.of(), action));
  }

  private static Trace outputs(String text) {
    var trace = TestTraces.chat("t1", "hello", "ok");
    return new Trace(trace.header(), trace.inputs(), text, null, null, null, null, trace.spans());
  }
}
