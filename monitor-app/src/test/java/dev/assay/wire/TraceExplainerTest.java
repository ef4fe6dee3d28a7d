package dev.assay.wire;

import static dev.assay.wire.TestOtlp.message;
import static dev.assay.wire.TestOtlp.span;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.model.TestTraces;
import dev.assay.wire.Explanation.Field;
import dev.assay.wire.Explanation.Holding;
import dev.assay.wire.Explanation.Origin;
import java.util.List;
import org.junit.jupiter.api.Test;

class TraceExplainerTest {
  private static final long CLOSED = TestTraces.T0 + 60_000_000_000L;

  @Test
  void ofSeveralAttributesThatSayTheSameTheOneThatWasTakenIsNamed() {
    var explanation =
        explain(
            span(1, 0, "chat")
                .with("gen_ai.operation.name", "chat")
                .with("gen_ai.response.model", "gpt-4o")
                .with("gen_ai.request.model", "gpt-4o")
                .with("user.id", "u-7")
                .with("enduser.id", "u-7"));

    assertThat(names(spanField(explanation, 0, "model"))).containsExactly("gen_ai.response.model");
    assertThat(names(field(explanation, "user"))).containsExactly("user.id");
    assertThat(field(explanation, "user").origins())
        .extracting(Origin::convention)
        .containsExactly("OpenTelemetry");
  }

  @Test
  void aFieldPutTogetherFromSeveralAttributesHasThemAll() {
    var explanation =
        explain(
            span(1, 0, "ai.generateText.doGenerate")
                .with("ai.operationId", "ai.generateText.doGenerate")
                .with("ai.response.text", "One moment.")
                .with("ai.response.toolCalls", "[{\"toolName\": \"look\"}]"));

    var outputs = spanField(explanation, 0, "outputs");
    assertThat(names(outputs))
        .containsExactlyInAnyOrder("ai.response.text", "ai.response.toolCalls");
    assertThat(names(spanField(explanation, 0, "messages answered")))
        .containsExactly("ai.response.text");
    // its own name says what it is for, but none of its fields comes from there
    assertThat(names(spanField(explanation, 0, "type"))).containsExactly("ai.operationId");
  }

  @Test
  void anEmptyFieldNamesWhatWasLookedForByWhom() {
    var explanation = explain(span(1, 0, "chat gpt-4o").with("gen_ai.operation.name", "chat"));

    var session = field(explanation, "session");
    assertThat(session.value()).isNull();
    assertThat(session.lookedFor().get("OpenTelemetry")).containsExactly("session.id");
    assertThat(session.lookedFor().get("OpenTelemetry GenAI"))
        .containsExactly("gen_ai.conversation.id");
    var inputs = spanField(explanation, 0, "inputs");
    assertThat(inputs.lookedFor().get("OpenTelemetry GenAI"))
        .contains("gen_ai.input.messages", "gen_ai.prompt", "event gen_ai.user.message")
        .doesNotContain("gen_ai.output.messages", "gen_ai.usage.input_tokens");
    assertThat(spanField(explanation, 0, "tokens").lookedFor().get("OpenTelemetry GenAI"))
        .contains("gen_ai.usage.input_tokens")
        .doesNotContain("gen_ai.input.messages");
    assertThat(field(explanation, "version").value()).isEqualTo("1.2");
  }

  @Test
  void whatIsThereAndCannotBeUsedIsShownAsWellAsNamesThatAreNearlyRight() {
    var explanation =
        explain(
            span(1, 0, "chat gpt-4o")
                .with("gen_ai.operation.name", "chat")
                .with("gen_ai.usage.input_tokens", "many")
                .with("app.session_id", "s-1"));

    assertThat(spanField(explanation, 0, "tokens").unusable())
        .extracting(Holding::name, Holding::text)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("gen_ai.usage.input_tokens", "many"));
    assertThat(field(explanation, "session").lookalikes())
        .extracting(Holding::name)
        .containsExactly("app.session_id");
    assertThat(explanation.spans().getFirst().kept())
        .extracting(Holding::name)
        .containsExactly("app.session_id");
  }

  @Test
  void theFirstSpanToSayTheSessionIsTheOneThatIsNamed() {
    var explanation =
        explain(
            span(1, 0, "POST /ask"),
            span(2, 1, "agent").with("session.id", "s-1"),
            span(3, 2, "chat").with("gen_ai.conversation.id", "s-2"));

    var session = field(explanation, "session");
    assertThat(session.value()).isEqualTo("s-1");
    assertThat(session.origins().getFirst().holding().getFirst().spanName()).isEqualTo("agent");
    assertThat(spanField(explanation, 2, "session").value()).isEqualTo("s-2");
    assertThat(spanField(explanation, 0, "session").value()).isNull();
  }

  @Test
  void whoSpeaksForTheApplicationIsSaidWithTheRule() {
    var spans =
        new TestOtlp.SpanSpec[] {
          span(1, 0, "POST /ask"),
          span(2, 1, "answer").with("input.value", "a?").with("output.value", "a!"),
          span(3, 2, "inner").with("input.value", "b?").with("output.value", "b!")
        };

    var found = explain(spans);
    assertThat(field(found, "question").value()).isEqualTo("a?");
    assertThat(field(found, "inputs").how())
        .startsWith("the first of the topmost agents, chains and functions with inputs")
        .contains("the trace's topmost span (0000000000000001) has no inputs");

    var selected =
        new TraceExplainer(100, RootSelector.parse("name=inner"))
            .explain(TestOtlp.TRACE, List.of(message(spans)), CLOSED)
            .orElseThrow();
    assertThat(field(selected, "answer").value()).isEqualTo("b!");
    assertThat(field(selected, "outputs").how()).isEqualTo("the span that assembly.root names");
  }

  @Test
  void whatIsLeftToSpansBelowSaysSo() {
    var explanation =
        explain(
            span(1, 0, "agent")
                .with("openinference.span.kind", "AGENT")
                .with("llm.token_count.prompt", 10),
            span(2, 1, "call")
                .with("openinference.span.kind", "LLM")
                .with("llm.token_count.prompt", 10));

    var tokens = spanField(explanation, 0, "tokens");
    assertThat(tokens.value()).isNull();
    assertThat(tokens.how()).isEqualTo("repeats what other spans say, and is left to them");
    assertThat(names(tokens)).containsExactly("llm.token_count.prompt");
    assertThat(field(explanation, "tokens").origins().getFirst().holding().getFirst().spanName())
        .isEqualTo("call");
  }

  @Test
  void aCallToldTwiceStillSpeaksByWhatTheOuterSpanKnows() {
    var explanation =
        explain(
            span(1, 0, "request"),
            span(2, 1, "framework")
                .with("gen_ai.operation.name", "chat")
                .with("gen_ai.response.id", "r-1")
                .with("gen_ai.input.messages", "[{\"role\":\"user\",\"content\":\"Outer?\"}]"),
            span(3, 2, "client")
                .with("gen_ai.operation.name", "chat")
                .with("gen_ai.response.id", "r-1")
                .with("gen_ai.input.messages", "[{\"role\":\"user\",\"content\":\"Inner?\"}]"),
            span(4, 1, "chain").with("openinference.span.kind", "TOOL").with("input.value", "7"));

    assertThat(field(explanation, "question").value()).isEqualTo("Outer?");
    assertThat(field(explanation, "inputs").origins().getFirst().holding().getFirst().spanName())
        .isEqualTo("framework");
    assertThat(field(explanation, "inputs").how())
        .startsWith("the first of the topmost model calls with inputs");
    var type = spanField(explanation, 1, "type");
    assertThat(type.value()).isEqualTo("CHAIN");
    assertThat(type.how())
        .isEqualTo("said to be of type CHAT_MODEL, but another span tells of the same call");
    assertThat(names(type)).containsExactly("gen_ai.operation.name");
  }

  @Test
  void whatAClientToldOfTheSameCallIsSaidToBeItsOwn() {
    var explanation =
        explain(
            span(1, 0, "request").at(0, 100),
            span(2, 1, "instrumentation")
                .with("gen_ai.operation.name", "chat")
                .with("gen_ai.response.id", "r-1")
                .with("gen_ai.usage.input_tokens", 38)
                .with("gen_ai.usage.output_tokens", 8)
                .with("gen_ai.input.messages", "[{\"role\":\"user\",\"content\":\"Hours?\"}]")
                .at(10, 50),
            span(3, 1, "client")
                .with("gen_ai.operation.name", "chat")
                .with("gen_ai.response.id", "r-1")
                .with("gen_ai.response.model", "gpt-x-2026")
                .with("gen_ai.usage.input_tokens", 38)
                .with("gen_ai.usage.output_tokens", 7)
                .at(11, 49));

    for (var title : List.of("tokens", "model")) {
      var field = spanField(explanation, 1, title);
      assertThat(field.how()).isEqualTo("of the same call, as another account of it tells");
      assertThat(field.origins().getFirst().holding().getFirst().spanName()).isEqualTo("client");
    }
    assertThat(spanField(explanation, 1, "tokens").value()).isEqualTo("38 in, 7 out, 45 in all");
    assertThat(spanField(explanation, 2, "tokens").how())
        .isEqualTo("repeats what other spans say, and is left to them");
    var all = field(explanation, "tokens");
    assertThat(all.value()).isEqualTo("38 in, 7 out, 45 in all");
    assertThat(all.origins().getFirst().holding().getFirst().spanName()).isEqualTo("client");
  }

  @Test
  void aSpanThatNoConventionKnowsSaysByWhatItWouldBeKnown() {
    var explanation = explain(span(1, 0, "GET /").with("http.request.method", "GET"));

    var span = explanation.spans().getFirst();
    assertThat(span.marks().get("OpenTelemetry GenAI")).containsExactly("gen_ai.*");
    assertThat(span.marks().get("OpenInference")).contains("openinference.span.kind");
    assertThat(span.kept()).extracting(Holding::name).containsExactly("http.request.method");
  }

  private static Explanation explain(TestOtlp.SpanSpec... spans) {
    return new TraceExplainer(100, RootSelector.NONE)
        .explain(TestOtlp.TRACE, List.of(message(spans)), CLOSED)
        .orElseThrow();
  }

  private static Field field(Explanation explanation, String name) {
    return one(explanation.fields(), name);
  }

  private static Field spanField(Explanation explanation, int span, String name) {
    return one(explanation.spans().get(span).fields(), name);
  }

  private static Field one(List<Field> fields, String name) {
    return fields.stream().filter(field -> field.name().equals(name)).findFirst().orElseThrow();
  }

  private static List<String> names(Field field) {
    return field.origins().stream()
        .flatMap(origin -> origin.holding().stream())
        .map(Holding::name)
        .toList();
  }
}
