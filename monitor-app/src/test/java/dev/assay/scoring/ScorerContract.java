package dev.assay.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.model.Feedback;
import dev.assay.model.Lane;
import dev.assay.model.Trace;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * What every scorer of the inline lane keeps, whatever the trace. Extend it with one class a
 * definition.
 */
abstract class ScorerContract {
  private static final List<String> PERSONAL =
      List.of(
          "jane.doe@example.com",
          "4111 1111 1111 1111",
          "DE89 3704 0044 0532 0130 00",
          "+1 415 555 0132",
          "123-45-6789",
          "AKIAIOSFODNN7EXAMPLE");

  /** The scorer under test. */
  abstract Scorer scorer() throws InvalidScorerException;

  @Provide
  Arbitrary<Trace> traces() {
    return RandomTraces.traces();
  }

  @Property(tries = 200)
  void neverThrowsAndSaysTheSameTwice(@ForAll("traces") Trace trace) throws Exception {
    var first = scorer().score(trace);
    assertThat(scorer().score(trace)).isEqualTo(first);
    first.forEach(ScorerContract::keepsItsBounds);
  }

  @Example
  void isInline() throws Exception {
    assertThat(scorer().lane()).isEqualTo(Lane.INLINE);
  }

  @Example
  void anEmptyTraceIsScored() throws Exception {
    scorer().score(Scored.empty()).forEach(ScorerContract::keepsItsBounds);
  }

  @Example
  void aHugeTraceIsScored() throws Exception {
    for (var unit : List.of("a", "{\"a\":", "jane@example.com ", "4111 ", "\ud83d\ude00", "(")) {
      var huge = unit.repeat(2_000_000 / unit.length());
      var trace = new Trace(Scored.empty().header(), huge, huge, huge, huge, huge, null, List.of());
      var feedback =
          org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
              java.time.Duration.ofSeconds(60), () -> scorer().score(trace));
      feedback.forEach(ScorerContract::keepsItsBounds);
    }
  }

  @Example
  void personalDataIsNeverRepeated() throws Exception {
    for (var personal : PERSONAL) {
      for (var text :
          List.of(
              "I'm sorry, but I can't help with " + personal + ".",
              "{\"" + personal + "\": \"" + personal + "\", \"a\": " + personal + "}",
              "{\"city\": \"" + personal + "\", \"" + personal + "\": 1, \"price\": 2}",
              personal)) {
        var chat = dev.assay.model.TestTraces.agentWithFailedTool("t1");
        var trace =
            new Trace(chat.header(), text, text, text, text, text, null, named(chat, personal));
        for (var feedback : scorer().score(trace)) {
          assertThat(String.valueOf(feedback.rationale())).doesNotContain(personal);
          var error = feedback.error();
          assertThat(error == null ? "" : error.message()).doesNotContain(personal);
        }
      }
    }
  }

  private static List<dev.assay.model.Span> named(Trace trace, String name) {
    return trace.spans().stream()
        .map(span ->
            new dev.assay.model.Span(
                span.spanId(),
                span.parentId(),
                name,
                span.type(),
                span.startNanos(),
                span.durationNanos(),
                span.status(),
                name,
                name,
                name,
                name,
                null,
                null,
                span.toolCall() == null
                    ? null
                    : new dev.assay.model.ToolCall(name, name, name, span.status()),
                List.of(),
                List.of(),
                span.attributes(),
                List.of()))
        .toList();
  }

  private static void keepsItsBounds(Feedback feedback) {
    var rationale = feedback.rationale();
    if (rationale != null) {
      assertThat(rationale).isNotBlank().hasSizeLessThanOrEqualTo(2_000);
    }
    var error = feedback.error();
    if (error != null) {
      assertThat(error.message()).hasSizeLessThanOrEqualTo(2_000);
    }
  }
}
