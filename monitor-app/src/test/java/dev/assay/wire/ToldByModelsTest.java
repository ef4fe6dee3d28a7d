package dev.assay.wire;

import static dev.assay.wire.TestOtlp.message;
import static dev.assay.wire.TestOtlp.span;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.model.CloseReason;
import dev.assay.model.Span;
import dev.assay.model.SpanStatus;
import dev.assay.model.SpanType;
import dev.assay.model.TestTraces;
import dev.assay.model.ToolCall;
import dev.assay.model.Trace;
import dev.assay.wire.TestOtlp.SpanSpec;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tools whose spans leave out what messages of the model calls tell. */
class ToldByModelsTest {
  /** How SDKs and providers write that a tool shall be called, and what it returned. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"role": "assistant", "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{\\"city\\": \\"Rome\\"}"}}]} | {"role": "tool", "tool_call_id": "c1", "content": "mild"}
          {"role": "assistant", "parts": [{"type": "tool_call", "id": "c1", "name": "look", "arguments": {"city": "Rome"}}]} | {"role": "tool", "parts": [{"type": "tool_call_response", "id": "c1", "response": {"result": "mild"}}]}
          {"role": "assistant", "content": [{"type": "tool_use", "id": "c1", "name": "look", "input": {"city": "Rome"}}]} | {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "content": "mild"}]}
          {"role": "model", "parts": [{"function_call": {"id": "c1", "name": "look", "args": {"city": "Rome"}}}]} | {"role": "user", "parts": [{"function_response": {"id": "c1", "name": "look", "response": {"result": "mild"}}}]}
          {"role": "model", "parts": [{"functionCall": {"id": "c1", "name": "look", "args": {"city": "Rome"}}}]} | {"role": "user", "parts": [{"functionResponse": {"id": "c1", "name": "look", "response": {"result": "mild"}}}]}
          {"role": "assistant", "content": [{"type": "tool-call", "toolCallId": "c1", "toolName": "look", "input": {"city": "Rome"}}]} | {"role": "tool", "content": [{"type": "tool-result", "toolCallId": "c1", "output": {"type": "text", "value": "mild"}}]}
          {"type": "function_call", "call_id": "c1", "name": "look", "arguments": "{\\"city\\": \\"Rome\\"}"} | {"type": "function_call_output", "call_id": "c1", "output": "mild"}
          """)
  void argumentsAndResultByCallId(String asked, String returned) {
    var spans =
        map(
            call(2).with("output.value", "[" + asked + "]"),
            tool(3).with("gen_ai.tool.call.id", "c1"),
            call(4).with("input.value", "[" + asked + ", " + returned + "]"));

    assertThat(spans.get(2).toolCall())
        .isEqualTo(new ToolCall("look", "{\"city\":\"Rome\"}", "\"mild\"", SpanStatus.UNSET));
  }

  @Test
  void aValueGetsTheNameOfItsParameterWhereOneCallHasIt() {
    var spans =
        map(
            call(2)
                .with("output.value", "[" + asked("c1", "Rome") + "," + asked("c2", "Oslo") + "]"),
            tool(3).with("gen_ai.tool.call.arguments", "Oslo"),
            tool(4).with("gen_ai.tool.call.arguments", "Bern"));

    assertThat(arguments(spans.get(2))).isEqualTo("{\"city\":\"Oslo\"}");
    assertThat(arguments(spans.get(3))).isEqualTo("\"Bern\"");
  }

  @Test
  void withoutAnIdOnlyWhatCanBeNoOtherCallIsTaken() {
    var one = map(call(2).with("output.value", "[" + asked("c1", "Rome") + "]"), tool(3));
    assertThat(arguments(one.get(2))).isEqualTo("{\"city\":\"Rome\"}");

    var two =
        map(
            call(2)
                .with("output.value", "[" + asked("c1", "Rome") + "," + asked("c2", "Oslo") + "]"),
            tool(3),
            tool(4));
    assertThat(two.get(2).toolCall().arguments()).isNull();
    assertThat(two.get(3).toolCall().arguments()).isNull();
  }

  @Test
  void whatTheSpanSaysItselfStays() {
    var spans =
        map(
            call(2).with("output.value", "[" + asked("c1", "Rome") + "]"),
            tool(3)
                .with("gen_ai.tool.call.id", "c1")
                .with("gen_ai.tool.call.arguments", "{\"city\":\"Oslo\"}"),
            call(4)
                .with(
                    "input.value",
                    "[{\"role\": \"tool\", \"tool_call_id\": \"c1\", \"content\": \"mild\"}]"));

    assertThat(arguments(spans.get(2))).isEqualTo("{\"city\":\"Oslo\"}");
    assertThat(spans.get(2).toolCall().result()).isEqualTo("\"mild\"");
  }

  @Test
  void aToolThatFailedHasNoResult() {
    var spans =
        map(
            call(2).with("output.value", "[" + asked("c1", "Rome") + "]"),
            tool(3).with("gen_ai.tool.call.id", "c1").failed("no such city"),
            call(4)
                .with(
                    "input.value",
                    "[{\"role\": \"tool\", \"tool_call_id\": \"c1\", \"content\": \"failed\"}]"));

    assertThat(spans.get(2).toolCall())
        .isEqualTo(new ToolCall("look", "{\"city\":\"Rome\"}", null, SpanStatus.ERROR));
  }

  @Test
  void whereTheSpanDoesNotSayAMessageMayTellThatAToolFailed() {
    var asked =
        list(
            "{\"role\": \"model\", \"parts\": [{\"functionCall\": {\"id\": \"c1\", \"name\":"
                + " \"look\", \"args\": {\"city\": \"Rome\"}}}]}");
    var told =
        list(
            "{\"role\": \"user\", \"parts\": [{\"functionResponse\": {\"id\": \"c1\", \"name\":"
                + " \"look\", \"response\": {\"error\": \"down\"}}}]}");
    var failed =
        new ToolCall("look", "{\"city\":\"Rome\"}", "{\"error\":\"down\"}", SpanStatus.ERROR);

    var typed =
        map(
            call(2).with("output.value", asked),
            tool(3).with("gen_ai.tool.call.id", "c1"),
            call(4).with("input.value", told));
    assertThat(typed.get(2).toolCall()).isEqualTo(failed);

    var untyped =
        map(
            call(2).with("output.value", asked),
            span(3, 1, "execute_tool look"),
            call(4).with("input.value", told));
    assertThat(untyped.get(2).toolCall()).isEqualTo(failed);
  }

  @Test
  void whereNoToolHasASpanTheMessagesTellWhichRan() {
    var calls =
        trace(
                call(2)
                    // of an earlier turn
                    .with("input.value", list(asked("c0", "Bern"), returned("c0", "cold")))
                    .with("output.value", list(asked("c1", "Rome"), asked("c2", "Oslo"))),
                call(3)
                    // nobody tells of c2
                    .with("input.value", list(asked("c1", "Rome"), returned("c1", "mild")))
                    .with("output.value", "mild"))
            .toolCalls();

    assertThat(calls)
        .containsExactly(new ToolCall("look", "{\"city\":\"Rome\"}", "\"mild\"", SpanStatus.OK));
  }

  @Test
  void whereAToolHasASpanTheMessagesAddNone() {
    var trace =
        trace(
            call(2).with("output.value", list(asked("c1", "Rome"), asked("c2", "Oslo"))),
            tool(3).with("gen_ai.tool.call.id", "c1"),
            call(4).with("input.value", list(returned("c1", "mild"), returned("c2", "cold"))));

    assertThat(trace.toldToolCalls()).isEmpty();
    assertThat(trace.toolCalls()).hasSize(1);
  }

  @Test
  void aFunctionOfTheNameOfAToolThatWasAskedForIsThatTool() {
    var trace =
        trace(
            call(2).with("output.value", list(asked("c1", "Rome"), asked("c2", "Oslo"))),
            span(3, 1, "shop.look")
                .with("input.value", "{\"city\": \"Oslo\"}")
                .failed("no such city"),
            span(4, 1, "Calling shop.look").with("input.value", "{\"city\": \"Bern\"}"),
            span(5, 1, "outlook").with("input.value", "{\"city\": \"Rome\"}"),
            call(6).with("input.value", list(returned("c1", "mild"), returned("c2", "cold"))));

    assertThat(trace.spans().get(2).type()).isEqualTo(SpanType.TOOL);
    assertThat(trace.toolCalls())
        .containsExactly(
            new ToolCall("look", "{\"city\":\"Oslo\"}", null, SpanStatus.ERROR),
            new ToolCall("look", "{\"city\":\"Rome\"}", "\"mild\"", SpanStatus.OK));
    assertThat(trace.toldToolCalls()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ERROR | {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c1", "is_error": true, "content": "none"}]}
          ERROR | {"type": "tool", "status": "error", "tool_call_id": "c1", "content": "none"}
          OK    | {"role": "tool", "tool_call_id": "c1", "content": [{"type": "text", "text": "none"}]}
          OK    | {"role": "tool", "additional_kwargs": {"tool_call_id": "c1"}, "blocks": [{"block_type": "text", "text": "none"}]}
          """)
  void aMessageMayTellThatAToolFailed(SpanStatus status, String returned) {
    var calls =
        trace(
                call(2).with("output.value", list(asked("c1", "Rome"))),
                call(3).with("input.value", list(returned)))
            .toolCalls();

    assertThat(calls)
        .containsExactly(new ToolCall("look", "{\"city\":\"Rome\"}", "\"none\"", status));
  }

  private static String list(String... messages) {
    return "[" + String.join(", ", messages) + "]";
  }

  private static String returned(String id, String result) {
    return "{\"role\": \"tool\", \"tool_call_id\": \"%s\", \"content\": \"%s\"}"
        .formatted(id, result);
  }

  private static String asked(String id, String city) {
    return "{\"role\": \"assistant\", \"tool_calls\": [{\"id\": \"%s\", \"function\": {\"name\": \"look\", \"arguments\": \"{\\\"city\\\": \\\"%s\\\"}\"}}]}"
        .formatted(id, city);
  }

  private static String arguments(Span span) {
    return Objects.requireNonNull(span.toolCall()).arguments();
  }

  private static SpanSpec call(long id) {
    return span(id, 1, "call").with("openinference.span.kind", "LLM");
  }

  private static SpanSpec tool(long id) {
    return span(id, 1, "tool")
        .with("gen_ai.operation.name", "execute_tool")
        .with("gen_ai.tool.name", "look");
  }

  private static List<Span> map(SpanSpec... below) {
    return trace(below).spans();
  }

  private static Trace trace(SpanSpec... below) {
    var all = new SpanSpec[below.length + 1];
    all[0] = span(1, 0, "root");
    System.arraycopy(below, 0, all, 1, below.length);
    return Objects.requireNonNull(
        new TraceMapper(100)
            .map(
                TestOtlp.TRACE,
                List.of(message(all)),
                1,
                CloseReason.ROOT_ENDED,
                TestTraces.T0 + 60_000_000_000L)
            .trace());
  }
}
