package dev.assay.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.assay.model.CloseReason;
import dev.assay.model.Score;
import dev.assay.model.Span;
import dev.assay.model.SpanStatus;
import dev.assay.model.SpanType;
import dev.assay.model.TestTraces;
import dev.assay.model.ToolCall;
import dev.assay.model.Trace;
import dev.assay.model.TraceHeader;
import dev.assay.model.TraceStatus;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InlineScorersTest {
  private static final Trace CHAT = TestTraces.chat("t1", "Are you open?", "We open at nine.");
  private static final Trace AGENT = TestTraces.agentWithFailedTool("t2");
  private static final Score PASS = new Score.Bool(true);
  private static final Score FAIL = new Score.Bool(false);

  private static void refused(String kind, Map<String, Object> parameters, String... messages) {
    assertThatThrownBy(() -> Scored.scorer(kind, parameters))
        .isInstanceOf(InvalidScorerException.class)
        .hasMessageContainingAll(messages);
  }

  @Nested
  class Contains {
    @Test
    void allNeedlesAreNeededUnlessOneIsEnough() {
      var needles = List.of("open", "ten");
      var all = Scored.of("contains", Map.of("needles", needles), CHAT);
      assertThat(all.score()).isEqualTo(FAIL);
      assertThat(all.rationale()).isEqualTo("the answer lacks 'ten'");
      var any = Scored.of("contains", Map.of("needles", needles, "match_any", true), CHAT);
      assertThat(any.score()).isEqualTo(PASS);
      assertThat(any.rationale()).isEqualTo("the answer contains 'open'");
    }

    @Test
    void caseMattersOnlyWhenAsked() {
      assertThat(Scored.passes("contains", Map.of("needles", List.of("NINE")), "at nine")).isTrue();
      assertThat(
              Scored.passes(
                  "contains",
                  Map.of("needles", List.of("NINE"), "case_sensitive", true),
                  "at nine"))
          .isFalse();
    }

    @Test
    void anyTextCanBeLookedAt() {
      for (var field : List.of("question", "inputs")) {
        assertThat(
                Scored.of(
                        "contains",
                        Map.of("needles", List.of("are you open"), "field", field),
                        CHAT)
                    .score())
            .isEqualTo(PASS);
      }
      assertThat(
              Scored.of(
                      "contains",
                      Map.of("needles", List.of("{\"answer\""), "field", "outputs"),
                      CHAT)
                  .score())
          .isEqualTo(PASS);
    }

    @Test
    void longNeedlesAreFoundToo() {
      var needle = "ab".repeat(100) + "c";
      assertThat(Scored.passes("contains", Map.of("needles", List.of(needle)), "ab" + needle))
          .isTrue();
      assertThat(Scored.passes("contains", Map.of("needles", List.of(needle)), "ab".repeat(10_000)))
          .isFalse();
    }

    @Test
    void excludesIsTheOpposite() {
      var found = Scored.of("excludes", Map.of("needles", List.of("NINE", "x")), CHAT);
      assertThat(found.score()).isEqualTo(FAIL);
      assertThat(found.rationale()).isEqualTo("the answer contains 'NINE'");
      var none = Scored.of("excludes", Map.of("needles", List.of("x", "y")), CHAT);
      assertThat(none.score()).isEqualTo(PASS);
      assertThat(none.rationale()).isEqualTo("the answer contains none of 2 needles");
    }

    @Test
    void aMissingTextContainsNothing() {
      assertThat(Scored.of("contains", Map.of("needles", List.of("x")), Scored.empty()).score())
          .isEqualTo(FAIL);
      assertThat(Scored.of("excludes", Map.of("needles", List.of("x")), Scored.empty()).score())
          .isEqualTo(PASS);
    }

    @Test
    void badParametersAreNamed() {
      refused("contains", Map.of(), "parameters.needles", "required");
      refused("contains", Map.of("needles", "x"), "parameters.needles: was 'x'", "a list of 1 to");
      refused("contains", Map.of("needles", List.of()), "parameters.needles", "a list of 1 to 100");
      refused(
          "contains",
          Map.of("needles", List.of("a", 3)),
          "parameters.needles[1]: was 3; allowed: a string");
      refused(
          "contains",
          Map.of("needles", List.of("a"), "match_any", "yes"),
          "parameters.match_any: was 'yes'; allowed: true or false");
      refused(
          "contains",
          Map.of("needles", List.of("a"), "field", "reply"),
          "parameters.field: was 'reply'; allowed: answer, question, outputs, inputs");
      refused(
          "contains",
          Map.of("needles", List.of("a"), "needle", "b"),
          "parameters.needle",
          "not a parameter of contains",
          "case_sensitive");
    }
  }

  @Nested
  class RegexMatch {
    @Test
    void matchesAnywhereUnlessTheWholeIsAsked() {
      var found = Scored.of("regex_match", Map.of("pattern", "n[a-z]+e"), CHAT);
      assertThat(found.score()).isEqualTo(PASS);
      assertThat(found.rationale()).isEqualTo("the answer matches at character 12, 4 long");
      assertThat(
              Scored.of("regex_match", Map.of("pattern", "n[a-z]+e", "full_match", true), CHAT)
                  .score())
          .isEqualTo(FAIL);
      assertThat(
              Scored.of("regex_match", Map.of("pattern", "We.*[.]", "full_match", true), CHAT)
                  .score())
          .isEqualTo(PASS);
    }

    @Test
    void whatWouldTakeExponentialTimeElsewhereIsQuick() {
      org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(
          java.time.Duration.ofSeconds(60),
          () ->
              assertThat(
                      Scored.passes(
                          "regex_match", Map.of("pattern", "^(a|aa)+$"), "a".repeat(100_000) + "b"))
                  .isFalse());
    }

    @Test
    void aTextTooLongForItsPatternIsAnErrorNotAVerdict() {
      var feedback =
          Scored.ofAnswer(
              "regex_match", Map.of("pattern", "x{1,400}y"), "x".repeat(8 * 1024 * 1024));
      assertThat(feedback.error().code()).isEqualTo("TEXT_TOO_LONG");
    }

    @Test
    void badPatternsAreNamed() {
      refused("regex_match", Map.of("pattern", "a("), "parameters.pattern", "RE2 syntax");
      refused("regex_match", Map.of("pattern", "(?<=a)b"), "parameters.pattern", "look-around");
      refused("regex_match", Map.of("pattern", "(a)\\1"), "parameters.pattern");
      refused("regex_match", Map.of("pattern", "((a{9}){9}){90}"), "instructions once compiled");
      refused("regex_match", Map.of("pattern", "a".repeat(4_001)), "4001 characters");
    }
  }

  @Nested
  class ResponseLength {
    @ParameterizedTest
    @CsvSource({
      "'', 0, 0",
      "abc, 3, 1",
      "' a  b c\n', 8, 3",
      "\ud83d\ude00\ud83d\ude00, 2, 1",
      "a\u00a0b, 3, 2"
    })
    void countsCodePointsAndWords(String text, int chars, int words) {
      for (int off : new int[] {-1, 0, 1}) {
        assertThat(
                Scored.passes(
                    "response_length",
                    Map.of("min", Math.max(0, chars + off), "max", chars + Math.max(0, off)),
                    text))
            .isEqualTo(off <= 0);
        assertThat(
                Scored.passes(
                    "response_length",
                    Map.of("min", Math.max(0, words + off), "unit", "words"),
                    text))
            .isEqualTo(off <= 0);
      }
    }

    @Test
    void theRationaleSaysWhichBound() {
      assertThat(Scored.ofAnswer("response_length", Map.of("max", 2), "abc").rationale())
          .isEqualTo("the answer has 3 chars, at most 2 allowed");
      assertThat(
              Scored.ofAnswer("response_length", Map.of("min", 5, "unit", "words"), "a b")
                  .rationale())
          .isEqualTo("the answer has 2 words, at least 5 needed");
    }

    @Test
    void badBoundsAreNamed() {
      refused("response_length", Map.of(), "min or max is required");
      refused("response_length", Map.of("min", 5, "max", 4), "parameters.min: was 5", "is 4");
      refused("response_length", Map.of("max", -1), "parameters.max: was -1", "from 0");
      refused("response_length", Map.of("max", 1.5), "parameters.max: was 1.5", "whole number");
      refused("response_length", Map.of("max", 1, "unit", "lines"), "allowed: chars, words");
    }
  }

  @Nested
  class JsonValidity {
    private static final Map<String, Object> SCHEMA =
        Map.of(
            "type",
            "object",
            "required",
            List.of("city", "price"),
            "properties",
            Map.of(
                "city",
                Map.of("type", "string", "pattern", "^[A-Z]"),
                "price",
                Map.of("anyOf", List.of(Map.of("type", "number"), Map.of("type", "null"))),
                "legs",
                Map.of("type", "array", "items", Map.of("$ref", "#/$defs/leg"))),
            "$defs",
            Map.of("leg", Map.of("type", "object", "required", List.of("to"))));

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[1, 2]", "\"text\"", "3", "null", " {\"a\": [true]} \n"})
    void jsonPasses(String text) {
      assertThat(Scored.passes("json_validity", Map.of(), text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"", "  ", "{", "{'a': 1}", "{\"a\": 1} trailing", "NaN", "text", "[1,]"})
    void whatIsNotJsonFails(String text) {
      var feedback = Scored.ofAnswer("json_validity", Map.of(), text);
      assertThat(feedback.score()).isEqualTo(FAIL);
      assertThat(feedback.rationale()).startsWith("the answer is not JSON: ");
    }

    @Test
    void theMistakeIsLocatedButNotQuoted() {
      assertThat(
              Scored.ofAnswer("json_validity", Map.of(), "{\"a\": jane@example.com}").rationale())
          .contains("line 1, column")
          .doesNotContain("jane");
    }

    @Test
    void depthAndSizeAreBounded() {
      assertThat(Scored.passes("json_validity", Map.of(), "[".repeat(300) + "]".repeat(300)))
          .isFalse();
      assertThat(
              Scored.ofAnswer("json_validity", Map.of(), "[" + "1,".repeat(500_000) + "1]")
                  .rationale())
          .contains("values");
    }

    @Test
    void requiredKeysMustBeThere() {
      var parameters = Map.<String, Object>of("required_keys", List.of("city", "price"));
      assertThat(Scored.passes("json_validity", parameters, "{\"city\": null, \"price\": 1}"))
          .isTrue();
      assertThat(Scored.ofAnswer("json_validity", parameters, "{\"city\": \"Rome\"}").rationale())
          .isEqualTo("the answer lacks the keys 'price'");
      assertThat(Scored.ofAnswer("json_validity", parameters, "[]").rationale())
          .isEqualTo("the answer is JSON, but not an object");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '`',
        value = {
          "{\"city\": \"Rome\", \"price\": 12.5}|",
          "{\"city\": \"Rome\", \"price\": null, \"legs\": [{\"to\": \"Pisa\"}]}|",
          "{\"city\": \"Rome\"}|price",
          "{\"city\": \"rome\", \"price\": 1}|/city",
          "{\"city\": \"Rome\", \"price\": \"1\"}|/price",
          "{\"city\": \"Rome\", \"price\": 1, \"legs\": [{\"to\": 1}, {}]}|/legs/1",
          "[]|object",
        })
    void aSchemaIsFollowedOrTheFirstBreachNamed(String text, String breach) {
      var feedback = Scored.ofAnswer("json_validity", Map.of("schema", SCHEMA), text);
      assertThat(feedback.score()).isEqualTo(breach == null ? PASS : FAIL);
      assertThat(feedback.rationale())
          .contains(breach == null ? "the answer follows the schema" : breach);
    }

    @Test
    void aMillionBreachesCostLittle() {
      var text = "[" + "1,".repeat(190_000) + "1]";
      var feedback =
          Scored.ofAnswer(
              "json_validity", Map.of("schema", Map.of("items", Map.of("type", "string"))), text);
      assertThat(feedback.score()).isEqualTo(FAIL);
      assertThat(feedback.rationale()).hasSizeLessThan(400);
    }

    @Test
    void whatIsNoSchemaIsRefused() {
      refused(
          "json_validity",
          Map.of("schema", Map.of("type", "strin")),
          "parameters.schema: not a JSON Schema");
      refused("json_validity", Map.of("schema", Map.of("required", "a")), "not a JSON Schema");
      refused("json_validity", Map.of("schema", Map.of("pattern", "(?=a)")), "RE2 syntax");
      refused("json_validity", Map.of("schema", "{}"), "parameters.schema: was '{}'", "an object");
      refused(
          "json_validity",
          Map.of("schema", Map.of("$ref", "#/$defs/missing")),
          "parameters.schema: not a JSON Schema");
      refused(
          "json_validity",
          Map.of("schema", Map.of("$schema", "http://json-schema.org/draft-04/schema#")),
          "parameters.schema.$schema",
          "2020-12");
    }

    @Test
    void nothingIsEverFetched() throws Exception {
      var asked = new AtomicInteger();
      var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            asked.incrementAndGet();
            exchange.sendResponseHeaders(404, -1);
            exchange.close();
          });
      server.start();
      try {
        var url = "http://127.0.0.1:" + server.getAddress().getPort() + "/schema.json";
        for (var key : List.of("$ref", "$dynamicRef")) {
          for (var target :
              List.of(
                  url,
                  url + "#/$defs/a",
                  "schema.json",
                  "file:///etc/passwd",
                  "classpath:draft/2020-12/schema")) {
            refused(
                "json_validity",
                Map.of("schema", Map.of("properties", Map.of("a", Map.of(key, target)))),
                "parameters.schema.properties.a." + key,
                "references within the schema");
          }
        }
        // an identity that would make a reference within the schema point outside
        refused(
            "json_validity",
            Map.of(
                "schema",
                Map.of("$id", url, "properties", Map.of("a", Map.of("$ref", "#/$defs/missing")))),
            "parameters.schema: not a JSON Schema");
        // a text that names a schema of its own is data
        Scored.ofAnswer(
            "json_validity", Map.of("schema", SCHEMA), "{\"$schema\": \"" + url + "\"}");
        assertThat(asked).hasValue(0);
      } finally {
        server.stop(0);
      }
    }
  }

  @Nested
  class NotEmpty {
    @ParameterizedTest
    @ValueSource(strings = {"", " \n\t", "\u200b\ufeff", "\u00a0\u2003"})
    void blankIsEmpty(String text) {
      assertThat(Scored.ofAnswer("not_empty", Map.of(), text).rationale())
          .isEqualTo("the answer is blank");
      assertThat(Scored.passes("not_empty", Map.of(), text)).isFalse();
    }

    @Test
    void missingIsEmpty() {
      var feedback = Scored.of("not_empty", Map.of(), Scored.empty());
      assertThat(feedback.score()).isEqualTo(FAIL);
      assertThat(feedback.rationale()).isEqualTo("the answer is missing");
    }

    @Test
    void emptyJsonIsEmptyOnlyWhereJsonIsExpected() {
      for (var json : List.of("null", "\"\"", "[]", " {} ")) {
        assertThat(
                Scored.of("not_empty", Map.of("field", "outputs"), Scored.withOutputs(json))
                    .score())
            .isEqualTo(FAIL);
      }
      assertThat(Scored.passes("not_empty", Map.of(), "[]")).isTrue();
    }
  }

  @Nested
  class Latency {
    @ParameterizedTest
    @CsvSource({"1, true", "1.5, true", "0.999, false", "0.5, false"})
    void theBoundIsInclusive(double maxSeconds, boolean passes) {
      assertThat(Scored.of("latency", Map.of("max_seconds", maxSeconds), CHAT).score())
          .isEqualTo(new Score.Bool(passes));
    }

    @Test
    void theRationaleSaysHowLongItTook() {
      assertThat(Scored.of("latency", Map.of("max_seconds", 0.25), CHAT).rationale())
          .isEqualTo("took 1 s, 0.25 s allowed");
    }

    @Test
    void badBoundsAreNamed() {
      refused("latency", Map.of(), "parameters.max_seconds", "required");
      refused("latency", Map.of("max_seconds", 0), "was 0; allowed: a number above 0");
      refused("latency", Map.of("max_seconds", "2s"), "was '2s'");
      refused("latency", Map.of("max_seconds", Double.NaN), "was NaN");
    }
  }

  @Nested
  class Errors {
    @Test
    void theTraceMustNotEndWithAnError() {
      assertThat(Scored.of("error_status", Map.of(), CHAT).score()).isEqualTo(PASS);
      assertThat(Scored.of("error_status", Map.of(), AGENT).score()).isEqualTo(PASS);
      var feedback = Scored.of("error_status", Map.of(), ended(TraceStatus.ERROR));
      assertThat(feedback.score()).isEqualTo(FAIL);
      assertThat(feedback.rationale()).isEqualTo("the trace ended with status ERROR");
      assertThat(Scored.of("error_status", Map.of(), ended(TraceStatus.IN_PROGRESS)).score())
          .isEqualTo(PASS);
    }

    @Test
    void anySpanCountsWhenAsked() {
      var feedback = Scored.of("error_status", Map.of("any_span", true), AGENT);
      assertThat(feedback.score()).isEqualTo(FAIL);
      assertThat(feedback.rationale()).isEqualTo("1 span ended with an error: execute_tool clock");
      assertThat(Scored.of("error_status", Map.of("any_span", true), CHAT).score()).isEqualTo(PASS);
    }

    @Test
    void failedToolCallsAreCounted() {
      var feedback = Scored.of("tool_errors", Map.of(), AGENT);
      assertThat(feedback.score()).isEqualTo(FAIL);
      assertThat(feedback.rationale()).isEqualTo("1 of 1 tool call failed, 0 allowed: clock");
      assertThat(Scored.of("tool_errors", Map.of("max_errors", 1), AGENT).score()).isEqualTo(PASS);
      assertThat(Scored.of("tool_errors", Map.of(), CHAT).rationale())
          .isEqualTo("no tool was called");
    }

    @Test
    void aCallWithoutASpanCountsToo() {
      var calls =
          List.of(
              new ToolCall("look", "{}", "\"mild\"", SpanStatus.OK),
              new ToolCall("book", "{}", "\"no\"", SpanStatus.ERROR));
      var trace = new Trace(CHAT.header(), null, null, null, null, null, null, CHAT.spans(), calls);
      assertThat(Scored.of("tool_errors", Map.of(), trace).rationale())
          .isEqualTo("1 of 2 tool calls failed, 0 allowed: book");
      assertThat(Scored.of("tool_errors", Map.of("max_errors", 1), trace).score()).isEqualTo(PASS);
    }

    @Test
    void aToolSpanWithoutACallCountsToo() {
      var tool =
          new Span(
              "b1",
              null,
              "lookup jane@example.com",
              SpanType.TOOL,
              0,
              1,
              SpanStatus.ERROR,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              List.of(),
              List.of(),
              Map.of(),
              List.of());
      var trace = new Trace(CHAT.header(), null, null, null, null, null, null, List.of(tool));
      assertThat(Scored.of("tool_errors", Map.of(), trace).rationale())
          .isEqualTo("1 of 1 tool call failed, 0 allowed: lookup [email]");
    }

    private Trace ended(TraceStatus status) {
      var h = CHAT.header();
      var header =
          new TraceHeader(
              h.traceId(),
              1,
              h.app(),
              h.environment(),
              h.appVersion(),
              null,
              null,
              h.name(),
              h.startNanos(),
              h.durationNanos(),
              status,
              1,
              CloseReason.IDLE,
              0,
              1,
              Map.of(),
              Map.of(),
              null);
      return new Trace(header, null, null, null, null, null, null, CHAT.spans());
    }
  }

  @Nested
  class Refusal {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "I'm sorry, but I can't help with that.",
          "I\u2019m sorry, but I can\u2019t assist with that request.",
          "I cannot assist with this.",
          "I am unable to provide that information.",
          "I'm unable to help you with medical questions.",
          "I'm not able to discuss politics.",
          "As an AI language model, I cannot provide legal advice.",
          "As an AI, I'm not able to generate harmful content.",
          "Unfortunately, I can't share that kind of information.",
          "I won't be able to help with that.",
          "I will not create content of that kind.",
          "I must decline.",
          "I have to decline this request.",
          "That is against my guidelines, so no.",
          "I'm not comfortable discussing that topic.",
          "I don't have the ability to answer that.",
          "I can't do that.",
          "I can't answer that question.",
          "We are unable to assist with this.",
          "Sorry, can't help with that.",
          "Unable to comply.",
          "I CANNOT FULFILL THIS REQUEST",
          "I\n  cannot\tcomply with that",
          "I'm not allowed to disclose that.",
          "I can not in good conscience provide that.",
        })
    void recognisesTheWording(String answer) {
      var feedback = Scored.ofAnswer("refusal", Map.of(), answer);
      assertThat(feedback.score()).as(answer).isEqualTo(FAIL);
      assertThat(feedback.rationale()).startsWith("reads as a refusal: \"");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "I can't wait to help you with that!",
          "You cannot return items after 30 days.",
          "I cannot recommend this hotel enough.",
          "I can't help but notice you have two bookings.",
          "We cannot provide refunds after 30 days, but you can exchange the item.",
          "If you can't log in, I can help with that.",
          "I'm sorry to hear that. Your refund is on its way.",
          "I'm sorry, but I can't find an order with that number.",
          "The tool was unable to connect.",
          "The policy declines claims over 500 euros.",
          "Why can't I comply with the terms?",
          "It can't help with pain, says the leaflet.",
          "I couldn't be happier to help.",
          "He said: they can't assist him.",
          "Our guidelines are on the web site.",
          "The magician cannot reveal it.",
          "",
        })
    void passesOverOrdinaryAnswers(String answer) {
      assertThat(Scored.passes("refusal", Map.of(), answer)).as(answer).isTrue();
    }

    @Test
    void ownPhrasesAreAdded() {
      var parameters = Map.<String, Object>of("phrases", List.of("Das kann ich leider nicht"));
      assertThat(Scored.passes("refusal", parameters, "DAS  KANN ICH LEIDER NICHT sagen."))
          .isFalse();
      assertThat(Scored.passes("refusal", Map.of(), "Das kann ich leider nicht sagen.")).isTrue();
    }

    @Test
    void onlyTheBeginningIsLookedAt() {
      assertThat(
              Scored.passes(
                  "refusal", Map.of(), "Here it is. ".repeat(100) + "I can't help with that."))
          .isTrue();
    }
  }
}
