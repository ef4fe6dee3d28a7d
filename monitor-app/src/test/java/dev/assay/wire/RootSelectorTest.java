package dev.assay.wire;

import static dev.assay.wire.TestOtlp.TRACE;
import static dev.assay.wire.TestOtlp.message;
import static dev.assay.wire.TestOtlp.span;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.model.CloseReason;
import dev.assay.model.TestTraces;
import dev.assay.model.Trace;
import dev.assay.wire.TestOtlp.SpanSpec;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RootSelectorTest {
  private static Trace map(String selector, SpanSpec... spans) {
    var mapper = new TraceMapper(100, RootSelector.parse(selector));
    return Objects.requireNonNull(
        mapper.map(TRACE, List.of(message(spans)), 1, CloseReason.IDLE, TestTraces.T0).trace());
  }

  private static SpanSpec[] gatewayAndAgents() {
    return new SpanSpec[] {
      span(1, 0, "gateway").with("input.value", "GET /ask").with("output.value", "200"),
      span(2, 1, "rewrite")
          .at(10, 20)
          .with("openinference.span.kind", "CHAIN")
          .with("input.value", "raw")
          .with("output.value", "rewritten"),
      span(3, 1, "answer_question")
          .at(30, 90)
          .with("step", "main")
          .with("input.value", "Are you open?")
          .with("output.value", "At nine."),
      span(4, 3, "llm").at(40, 50).with("input.value", "prompt").with("output.value", "completion")
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name=answer_question",
        "name=answer*",
        "attribute.step=main",
        "scope=test-sdk, name=answer_question, attribute.step=main",
        "scope=test*,attribute.step=main"
      })
  void theSelectedSpanSpeaks(String selector) {
    var trace = map(selector, gatewayAndAgents());

    assertThat(trace.question()).isEqualTo("Are you open?");
    assertThat(trace.answer()).isEqualTo("At nine.");
    assertThat(trace.header().name()).isEqualTo("gateway");
  }

  @Test
  void whatItLacksIsFoundBelowIt() {
    var trace =
        map(
            "name=session",
            span(1, 0, "gateway").with("input.value", "GET /ask").with("output.value", "200"),
            span(2, 1, "session").at(10, 90),
            span(3, 2, "agent")
                .at(20, 80)
                .with("input.value", "Are you open?")
                .with("output.value", "At nine."));

    assertThat(trace.question()).isEqualTo("Are you open?");
    assertThat(trace.answer()).isEqualTo("At nine.");
  }

  @Test
  void whereNoneIsSelectedTheSpansTell() {
    assertThat(map("name=another", gatewayAndAgents()).question()).isEqualTo("GET /ask");
  }

  @Test
  void isReadFromText() {
    assertThat(RootSelector.parse(" name = a b , attribute.k.x=1=2,scope=s*"))
        .isEqualTo(new RootSelector("a b", "s*", Map.of("k.x", "1=2")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "''; cannot read ''",
        "answer; cannot read 'answer'",
        "name=; cannot read 'name='",
        "kind=agent; cannot read 'kind=agent'",
        "attribute.=x; cannot read 'attribute.=x'",
        "name=a,; cannot read ''",
        "name=a,name=b; name stands twice",
        "attribute.k=a,attribute.k=b; attribute.k stands twice"
      })
  void isRefusedWhereItIsMalformed(String text, String why) {
    assertThatThrownBy(() -> RootSelector.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(why)
        .hasMessageContaining("allowed: name=…, scope=… and attribute.<key>=…");
  }
}
