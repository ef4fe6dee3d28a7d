package dev.assay.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.model.Feedback;
import dev.assay.model.Score;
import dev.assay.model.Span;
import dev.assay.model.TestTraces;
import dev.assay.model.Trace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionScorerTest {
  private static final Trace CHAT = TestTraces.chat("t1", "Are you open?", "We open at nine.");
  private static final Trace AGENT = TestTraces.agentWithFailedTool("t2");

  private static Feedback eval(String expression, Trace trace) {
    return Scored.of("expression", Map.of("expression", expression), trace);
  }

  private static void refused(String expression, String... messages) {
    assertThatThrownBy(() -> Scored.scorer("expression", Map.of("expression", expression)))
        .isInstanceOf(InvalidScorerException.class)
        .hasMessageStartingWith("parameters.expression: ")
        .hasMessageContainingAll(messages);
  }

  @Test
  void theExampleOfTheIssueWorks() {
    var example =
        "trace.outputs.answer.size() < 2000 && !trace.spans.exists(s, s.type == 'TOOL' && s.status"
            + " == 'ERROR')";
    assertThat(eval(example, CHAT).score()).isEqualTo(new Score.Bool(true));
    assertThat(eval(example, AGENT).score()).isEqualTo(new Score.Bool(false));
  }

  @Test
  void aFalseConjunctionSaysWhichPartFailed() {
    var feedback = eval("trace.answer.size() < 2000 && trace.duration < duration('100ms')", CHAT);
    assertThat(feedback.score()).isEqualTo(new Score.Bool(false));
    assertThat(feedback.rationale()).isEqualTo("false: trace.duration < duration(\"100ms\")");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "trace.trace_id == 't2'",
        "trace.revision == 1",
        "trace.app == 'travel-agent' && trace.app_version == '2.1'",
        "trace.environment == 'production'",
        "trace.session_id == 'session-1' && trace.user_id == 'user-1'",
        "trace.name == 'POST /chat' && trace.status == 'OK' && trace.close_reason == 'ROOT_ENDED'",
        "trace.start == timestamp('2026-01-01T00:00:00Z')",
        "trace.start.getFullYear() == 2026",
        "trace.duration == duration('1s') && trace.duration > duration('999ms')",
        "trace.inputs.question == 'Are you open?'",
        "trace.outputs['answer'].startsWith('We')",
        "'answer' in trace.outputs && size(trace.outputs) == 1",
        "trace.outputs.exists(k, k == 'answer')",
        "has(trace.outputs.answer) && !has(trace.outputs.other)",
        "has(trace.outputs) && !has(trace.expectations) && trace.expectations == null",
        "trace.question.endsWith('?') && trace.answer.contains('nine')",
        "trace.answer.lowerAscii().matches('^we open at [a-z]+[.]$')",
        "matches(trace.answer, 'nine')",
        "trace.answer.matches('(?i)NINE') && !trace.answer.matches('ten')",
        "trace.tags.tier == 'gold' && 'tier' in trace.tags && trace.tags['tier'] == 'gold'",
        "trace.metadata.sdk == 'test'",
        "trace.token_usage.input_tokens + trace.token_usage.output_tokens == 120",
        "trace.token_usage.total_tokens < 1.5e3",
        "trace.cost_usd < 1",
        "trace.models.size() == 0 && trace.llm_calls.size() == 0",
        "trace.tool_calls[0].name == 'clock' && trace.tool_calls[0].status == 'ERROR'",
        "trace.tool_calls[0].arguments.zone == 'UTC' && trace.tool_calls[0].result == null",
        "trace.documents.map(d, d.text).exists(t, trace.answer.contains(t))",
        "trace.documents[0].score > 0.8 && trace.documents[0].id == 'd1'",
        "trace.spans.size() == 3 && trace.span_count == 2",
        "trace.spans.exists_one(s, s.parent_id == '')",
        "trace.spans.filter(s, s.type == 'TOOL')[0].status_message == 'timeout'",
        "trace.spans.all(s, s.duration <= trace.duration && s.start >= trace.start)",
        "trace.spans[2].attributes['error.type'] == 'timeout'",
        "trace.spans[1].inputs == 'opening hours'",
        "trace.spans[2].inputs.zone == 'UTC'",
        "trace.spans[2].tool_call.arguments == trace.spans[2].inputs",
        "!has(trace.spans[1].tool_call) && trace.spans[1].tool_call.name == ''",
        "trace.answer.size() > 3 ? true : false",
      })
  void everyFieldCanBeRead(String expression) {
    var feedback = eval(expression, AGENT);
    assertThat(feedback.error()).isNull();
    assertThat(feedback.score()).isEqualTo(new Score.Bool(true));
  }

  @Test
  void modelCallsMessagesAndEventsCanBeRead() {
    var expression =
        "trace.models == ['gpt-x'] && trace.llm_calls[0].token_usage.input_tokens == 100 &&"
            + " trace.messages[0].role == 'user' && trace.messages[1].content == trace.answer &&"
            + " trace.llm_calls[0].events[0].name == 'first_token' &&"
            + " trace.llm_calls[0].events[0].attributes.n == '1' &&"
            + " trace.llm_calls[0].events[0].time - trace.start == duration('200ms') &&"
            + " trace.llm_calls[0].cost_usd > 0.001";
    assertThat(eval(expression, CHAT).score()).isEqualTo(new Score.Bool(true));
  }

  @Test
  void jsonOfEveryShapeIsRead() {
    var trace =
        Scored.withOutputs(
            "{\"n\": 3, \"big\": 12345678901234567890, \"f\": 2.5, \"b\": true, \"z\": null,"
                + " \"l\": [1, [2, {\"deep\": \"x\"}]], \"s\": \"text\"}");
    assertThat(
            eval(
                    "trace.outputs.n == 3 && trace.outputs.n < 3.5 && trace.outputs.f == 2.5"
                        + " && trace.outputs.b && trace.outputs.z == null"
                        + " && trace.outputs.big > 1e19 && trace.outputs.l[1][1].deep == 'x'"
                        + " && trace.outputs.l.size() == 2 && trace.outputs.s == 'text'",
                    trace)
                .score())
        .isEqualTo(new Score.Bool(true));
    assertThat(eval("trace.outputs == 'no json'", Scored.withOutputs("no json")).score())
        .isEqualTo(new Score.Bool(true));
    assertThat(eval("trace.outputs == '{\"cut'", Scored.withOutputs("{\"cut")).score())
        .isEqualTo(new Score.Bool(true));
    assertThat(eval("trace.outputs == '1 2'", Scored.withOutputs("1 2")).score())
        .isEqualTo(new Score.Bool(true));
  }

  @Test
  void numbersAndStringsAreValuesToo() {
    assertThat(eval("trace.answer.size()", CHAT).score()).isEqualTo(new Score.Num(16));
    assertThat(eval("trace.cost_usd * 2.0", CHAT).score()).isEqualTo(new Score.Num(0.0024));
    assertThat(eval("trace.answer.size() < 20 ? 'short' : 'long'", CHAT).score())
        .isEqualTo(new Score.Text("short"));
    assertThat(eval("uint(7)", CHAT).score()).isEqualTo(new Score.Num(7));
    assertThat(eval("trace.outputs.answer", CHAT).score())
        .isEqualTo(new Score.Text("We open at nine."));
  }

  @Test
  void anEmptyTraceReadsAsEmptyValues() {
    assertThat(
            eval(
                    "trace.answer == '' && trace.answer.size() == 0 && !has(trace.answer) &&"
                        + " trace.outputs == null && trace.spans.size() == 0 && trace.cost_usd =="
                        + " 0.0 && trace.models.size() == 0",
                    Scored.empty())
                .score())
        .isEqualTo(new Score.Bool(true));
  }

  @Test
  void mistakesAreRefusedWithLineAndColumn() {
    refused("trace.answr == 'x'", "line 1, column 6", "undefined field 'answr'");
    refused("trace.answer.size() <\n  'x'", "line 1, column 21", "no matching overload");
    refused("trace.status ==\n  && true", "line 2, column 3");
    refused("trase.status == 'OK'", "line 1, column 1", "undeclared reference to 'trase'");
    refused("trace.spans.exists(s, s.kind == 'TOOL')", "line 1, column 24", "'kind'");
    refused("trace.token_usage.input_tokens == 'many'", "no matching overload");
  }

  @Test
  void whatIsNoValueIsRefused() {
    refused("trace.spans", "list(assay.Span)", "allowed: bool, int, uint, double, string");
    refused("trace", "assay.Trace");
    refused("trace.duration", "allowed: bool");
  }

  @Test
  void patternsAreCheckedWhenLoaded() {
    refused("true && trace.answer.matches('(')", "line 1, column 30", "RE2 syntax");
    refused("trace.answer.matches('(?=x)')", "RE2 syntax");
    refused("trace.answer.matches('(((a{9}){9}){9}){9}')", "instructions once compiled");
    refused("trace.answer.matches(trace.question)", "line 1, column 27", "must be a literal");
    refused("trace.spans.exists(s, s.name.matches(s.model))", "must be a literal");
  }

  @Test
  void hugeExpressionsAreRefused() {
    refused("1 == 1 || ".repeat(1_000) + "true", "allowed: a string of 1 to 4000 characters");
    refused("(".repeat(200) + "1" + ")".repeat(200) + " == 1", "recursion");
    refused("[".repeat(60) + "]".repeat(60) + ".size() == 1", "recursion");
  }

  @Test
  void aMissingKeyIsAnErrorNotAZero() {
    var feedback = eval("trace.outputs.verdict == 'yes'", CHAT);
    assertThat(feedback.score()).isNull();
    assertThat(feedback.error().code()).isEqualTo("EXPRESSION_ERROR");
    assertThat(feedback.error().message()).contains("verdict");
  }

  @Test
  void aValueThatIsNoneIsAnError() {
    assertThat(eval("trace.outputs", CHAT).error().code()).isEqualTo("EXPRESSION_VALUE");
    assertThat(eval("1.0 / 0.0", CHAT).error().code()).isEqualTo("EXPRESSION_VALUE");
    assertThat(eval("1 / 0", CHAT).error().code()).isEqualTo("EXPRESSION_ERROR");
    assertThat(eval("9223372036854775807 + trace.revision", CHAT).error().code())
        .isEqualTo("EXPRESSION_ERROR");
  }

  @Test
  void errorsDoNotEchoPersonalData() {
    var feedback = eval("int(trace.answer) > 3", Scored.answered("write to jane@example.com"));
    assertThat(feedback.error().message()).doesNotContain("jane@example.com");
  }

  // ---- what is hostile is stopped, in bounded time

  @Test
  void nestedLoopsAreStopped() {
    var numbers = "[0,1,2,3,4,5,6,7,8,9]";
    var loops =
        "%s.all(a, %s.all(b, %s.all(c, %s.all(d, %s.all(e, %s.all(f, %s.all(g, a >= 0)))))))"
            .replace("%s", numbers);
    stopped(loops, CHAT);
  }

  @Test
  void aLoopIsStoppedEvenWhenOrForgetsItsError() {
    var numbers = "[0,1,2,3,4,5,6,7,8,9]";
    var loops =
        "(%s.exists(a, %s.exists(b, %s.exists(c, %s.exists(d, %s.exists(e, %s.exists(f, a > 9)))))) ||"
            .replace("%s", numbers);
    stopped(loops + " true) && true", CHAT);
  }

  @Test
  void listsThatDoubleAreStopped() {
    var bomb = new StringBuilder("[[1]]");
    for (int i = 0; i < 30; i++) {
      bomb.append(".map(x, [x, x, x, x])");
    }
    stopped(bomb + ".size() == 1", CHAT);
  }

  @Test
  void aLoopOverLongTextIsStopped() {
    var spans = new ArrayList<Span>();
    for (int i = 0; i < 2_000; i++) {
      spans.add(CHAT.spans().getLast());
    }
    var trace = Scored.answered("x".repeat(1_000_000));
    var long_ =
        new Trace(trace.header(), null, null, null, trace.answer(), null, null, List.copyOf(spans));
    stopped("trace.spans.all(s, trace.answer.size() > 3)", long_);
    stopped("trace.spans.map(s, trace.answer + s.name).size() > 3", long_);
    stopped("trace.spans.all(s, trace.answer.contains(s.name) || true)", long_);
    stopped("trace.spans.all(s, trace.answer.matches('x+y') || true)", long_);
  }

  @Test
  void deepAndWideJsonIsStopped() {
    var wide = "[" + "{\"a\":1},".repeat(30_000) + "1]";
    stopped("trace.outputs.all(x, trace.outputs.all(y, true))", Scored.withOutputs(wide));
    stopped(
        "[0,1,2,3,4,5,6,7,8,9].all(i, [0,1,2,3,4,5,6,7,8,9].all(j,"
            + " [0,1,2,3,4,5,6,7,8,9].all(k, trace.outputs == trace.inputs || true)))",
        new Trace(CHAT.header(), wide, wide, null, null, null, null, List.of()));
    var deep = "[".repeat(100_000) + "]".repeat(100_000);
    assertThat(eval("trace.outputs.size() == 200000", Scored.withOutputs(deep)).score())
        .as("beyond the reader's depth it is text")
        .isEqualTo(new Score.Bool(true));
  }

  @Test
  void aSearchWithALongNeedleIsLinear() {
    var trace = Scored.answered("a".repeat(1_000_000));
    var needle =
        new Trace(
            trace.header(),
            null,
            null,
            "a".repeat(400_000) + "b",
            trace.answer(),
            null,
            null,
            List.of());
    assertThat(
            within(
                    Duration.ofSeconds(30),
                    () -> eval("trace.answer.contains(trace.question)", needle))
                .score())
        .isEqualTo(new Score.Bool(false));
  }

  @Test
  void jsonNobodyAsksForIsNotParsed() {
    var huge = "{\"a\": \"" + "x".repeat(4_000_000) + "\"}";
    var trace = new Trace(CHAT.header(), huge, huge, null, "short", null, null, CHAT.spans());
    var expression = expression("trace.status == 'OK' && trace.answer.size() < 10");
    var budget = new ExpressionBudget(Map.of());
    assertThat(evaluate(expression, trace, budget)).isEqualTo(true);
    assertThat(budget.used()).as("units").isLessThan(20);

    budget = new ExpressionBudget(Map.of());
    assertThat(evaluate(expression("has(trace.outputs)"), trace, budget)).isEqualTo(true);
  }

  @Test
  void theSameExpressionOnTheSameTraceCostsTheSame() {
    var expression = expression("trace.spans.exists(s, s.inputs == trace.outputs)");
    var first = new ExpressionBudget(Map.of());
    var second = new ExpressionBudget(Map.of());
    evaluate(expression, AGENT, first);
    evaluate(expression, AGENT, second);
    assertThat(first.used()).isEqualTo(second.used()).isPositive();
  }

  private static Expression expression(String source) {
    try {
      return Expression.compile(source);
    } catch (InvalidScorerException e) {
      throw new AssertionError(e);
    }
  }

  private static Object evaluate(Expression expression, Trace trace, ExpressionBudget budget) {
    try {
      return expression.evaluate(trace, budget);
    } catch (dev.cel.runtime.CelEvaluationException e) {
      throw new AssertionError(e);
    }
  }

  private static void stopped(String expression, Trace trace) {
    var feedback = within(Duration.ofSeconds(30), () -> eval(expression, trace));
    assertThat(feedback.error()).as(expression.substring(0, 40)).isNotNull();
    assertThat(feedback.error().code()).isEqualTo("EXPRESSION_BUDGET");
  }

  // A generous bound: it tells "stopped" from "runs for minutes" on a busy machine.
  private static <T> T within(Duration bound, java.util.function.Supplier<T> work) {
    return org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(bound, work::get);
  }
}
