package dev.assay.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.model.Assessment;
import dev.assay.model.Level;
import dev.assay.model.Message;
import dev.assay.model.Objective;
import dev.assay.model.Outcome;
import dev.assay.model.PassCondition;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScorerState;
import dev.assay.model.SourceType;
import dev.assay.model.Span;
import dev.assay.model.SpanEvent;
import dev.assay.model.SpanStatus;
import dev.assay.model.SpanType;
import dev.assay.model.TestTraces;
import dev.assay.model.ToolCall;
import dev.assay.model.Trace;
import dev.assay.model.TraceHeader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PagesTest {
  private ApiFixture app;

  @BeforeEach
  void start() {
    app = new ApiFixture();
  }

  @AfterEach
  void stop() {
    app.close();
  }

  private Document page(String path) {
    var response = app.get(path, "Accept", "text/html");
    assertThat(response.statusCode()).as(path).isEqualTo(200);
    return Jsoup.parse(response.body());
  }

  @Test
  void tellsANewUserWhereToSendTraces() {
    var page = page("/");

    assertThat(page.select(".welcome").text())
        .contains("http://localhost:4318")
        .contains("OTEL_EXPORTER_OTLP_ENDPOINT")
        .contains("no scorers yet");
    assertThat(page("/traces").text()).contains("http://localhost:4318");
    assertThat(page("/scorers").text()).contains("--scorers scorers.yaml");
  }

  @Test
  void showsAPassRateWithItsIntervalAndSampleSize() {
    app.scorers.add(spec("refusal", ScorerState.ACTIVE, 0.9));
    app.quality("support-chat", "1.0", "refusal", 5, 96, 4);

    var row = page("/").select(".app tbody tr").first();

    assertThat(row.select(".rate .big").text()).isEqualTo("96.0%");
    assertThat(row.select(".rate .sub").text()).isEqualTo("90.2–98.4% · n 100");
    assertThat(row.select(".objective").text()).isEqualTo("≥ 90% meets objective");
    assertThat(row.select("[data-spark]").attr("data-scorer")).isEqualTo("refusal");
  }

  @Test
  void callsAnObjectiveBurningOnlyWhenItIsNotByChance() {
    app.scorers.add(spec("few", ScorerState.ACTIVE, 0.9));
    app.scorers.add(spec("many", ScorerState.ACTIVE, 0.9));
    app.quality("support-chat", "1.0", "few", 5, 4, 1);
    app.quality("support-chat", "1.0", "many", 5, 800, 200);

    var page = page("/");

    assertThat(page.select(".app tbody tr .objective").eachText())
        .containsExactly("≥ 90% burning 2×", "≥ 90% at risk");
    assertThat(page.select(".attention li")).hasSize(1);
    assertThat(page.select(".attention li").text())
        .contains("Burning", "support-chat · many", "80.0% (77.4–82.4%)", "≥ 90%");
  }

  @Test
  void pointsOutAVersionWorseThanTheOneBefore() {
    app.scorers.add(spec("refusal", ScorerState.ACTIVE, null));
    app.quality("support-chat", "1.0", "refusal", 50, 980, 20);
    app.quality("support-chat", "1.1", "refusal", 10, 700, 300);

    var page = page("/");

    assertThat(page.select(".version.bad").text()).contains("1.1 70.0%");
    assertThat(page.select(".attention li").text()).contains("Worse version", "version 1.1");
  }

  @Test
  void aRollBackMakesNoVersionWorse() {
    app.scorers.add(spec("refusal", ScorerState.ACTIVE, null));
    app.quality("support-chat", "1.0", "refusal", 50, 700, 300);
    app.quality("support-chat", "1.1", "refusal", 10, 980, 20);

    assertThat(page("/").select(".version.bad")).isEmpty();
  }

  @Test
  void showsAPausedScorerWithItsReason() {
    app.scorers.add(spec("judge", ScorerState.PAUSED, null));
    app.quality("support-chat", "1.0", "judge", 5, 1, 0);

    var page = page("/");

    assertThat(page.select(".attention li").text()).contains("Scorer paused", "judge", "wrong key");
    assertThat(page("/scorers/judge").select(".notice").text()).isEqualTo("wrong key");
  }

  @Test
  void showsTheMeanWhereNothingIsJudged() {
    app.quality(
        "support-chat",
        "1.0",
        "response_length",
        5,
        dev.assay.model.QualityWindow.Counts.of(Outcome.NONE, 1, 412.0));

    assertThat(page("/").select(".rate .big").text()).isEqualTo("mean 412");
  }

  @Test
  void aTraceShowsItsSpansAsATreeWithTimes() {
    app.lookup.traces.add(TestTraces.agentWithFailedTool("tr-2"));

    var page = page("/traces/tr-2");

    assertThat(page.select(".span-name .name").eachText())
        .containsExactly("POST /chat", "retrieval docs", "execute_tool clock");
    assertThat(page.select(".span-name").eachAttr("class"))
        .containsExactly("span-name d0", "span-name d1", "span-name d1");
    assertThat(page.select(".span-time").eachText())
        .containsExactly("takes1 s", "takes50 ms", "takes5 ms");
    assertThat(page.select(".bar rect").eachAttr("x"))
        .containsExactly("0.000%", "1.000%", "7.000%");
    assertThat(page.select(".span[open] .name").text()).isEqualTo("execute_tool clock");
    assertThat(page.select("#conversation-title").parents().first().text())
        .contains("Are you open?", "We open at nine.");
    assertThat(page.select(".documents").text()).contains("We open at nine.", "score 0.83");
    assertThat(page.select(".tool").first().text()).contains("clock", "error", "zone");
  }

  @Test
  void aVerdictSaysWhoGaveItAndCallsAStandInSimulated() {
    app.lookup.traces.add(TestTraces.chat("tr-1", "Hi", "Hello"));
    app.lookup.assessments.add(
        ApiFixture.verdict(
            "tr-1",
            "support-chat",
            "1.0",
            "grounded",
            Outcome.FAIL,
            "claims what no document says",
            SourceType.LLM_JUDGE,
            "simulated-judge"));
    app.lookup.assessments.add(
        ApiFixture.verdict("tr-1", "refusal", Outcome.PASS, "answers the question"));

    var verdicts = page("/traces/tr-1").select(".verdicts > li");

    assertThat(verdicts.get(0).text())
        .contains("fail", "grounded", "claims what no document says")
        .contains("simulated judge", "simulated-judge", "sampled at 25%", "812 in, 96 out");
    assertThat(verdicts.get(1).select(".who").text()).isEqualTo("code");
    assertThat(page("/").select(".failing .who.simulated").text()).isEqualTo("simulated judge");
  }

  @Test
  void aSpanWhoseParentsFormARingStillShows() {
    var header = TestTraces.header("tr-1", "app", "1");
    var trace =
        new Trace(
            header,
            null,
            null,
            null,
            null,
            null,
            null,
            List.of(
                span("a", "b", "first"),
                span("b", "a", "second"),
                span("c", "c", "its own parent"),
                span("d", "nobody", "orphan")));
    app.lookup.traces.add(trace);

    assertThat(page("/traces/tr-1").select(".span-name .name").eachText())
        .containsExactlyInAnyOrder("orphan", "first", "second", "its own parent");
  }

  @Test
  void aChainOfTenThousandSpansIsShownInPart() {
    var spans = new ArrayList<Span>();
    for (int i = 0; i < 10_000; i++) {
      spans.add(span("s" + i, i == 0 ? null : "s" + (i - 1), "step " + i));
    }
    var header = TestTraces.header("tr-1", "app", "1");
    app.lookup.traces.add(new Trace(header, null, null, null, null, null, null, spans));

    var page = page("/traces/tr-1");

    assertThat(page.select(".span")).hasSize(TraceDetail.MAX_SPANS);
    assertThat(page.select(".span").last().select(".span-name").attr("class"))
        .isEqualTo("span-name d12");
    assertThat(page.text()).contains("9600 spans are not shown");
  }

  @Test
  void hugeTextsAreCutAndThePageStaysSmall() {
    var huge = "x".repeat(3_000_000);
    var spans = new ArrayList<Span>();
    for (int i = 0; i < 300; i++) {
      spans.add(hostileSpan("s" + i, huge));
    }
    var header = TestTraces.header("tr-1", "app", "1");
    app.lookup.traces.add(new Trace(header, huge, huge, huge, huge, huge, null, spans));

    var body = app.get("/traces/tr-1").body();

    assertThat(body.length()).isLessThan(6_000_000);
    assertThat(body).contains("more characters; the whole is in the JSON");
  }

  @Test
  void findsATraceByItsId() {
    var response = app.get("/traces?id=%20tr-1%20");

    assertThat(response.statusCode()).isEqualTo(303);
    assertThat(response.headers().firstValue("location")).hasValue("/traces/tr-1");
    assertThat(app.get("/traces?id=//evil.example").statusCode()).isEqualTo(400);
  }

  @Test
  void listsTracesWithWhatFailed() {
    app.lookup.traces.add(TestTraces.chat("tr-1", "Hi", "Hello"));
    app.lookup.assessments.add(ApiFixture.verdict("tr-1", "refusal", Outcome.FAIL, "refuses"));
    app.lookup.assessments.add(ApiFixture.verdict("tr-1", "not_empty", Outcome.PASS, "ok"));

    assertThat(page("/traces").select(".traces li").text())
        .contains("POST /chat", "support-chat 1.0", "fail: refusal", "1 passed", "2 spans · 1 s");
    assertThat(page("/traces?show=failing").select(".failing li").text()).contains("refuses");
    assertThat(page("/traces?app=other").select(".traces li")).isEmpty();
  }

  /** Every text a stranger can choose, on every page that shows it, with every payload. */
  @Test
  void nothingAStrangerWroteBecomesMarkup() {
    var id = new int[1];
    for (var payload : XssCorpus.PAYLOADS) {
      hostile(app, "tr-" + id[0]++, payload);
    }
    var paths = new ArrayList<>(List.of("/", "/fragments/overview", "/scorers", "/traces"));
    paths.addAll(List.of("/traces?show=failing", "/traces?show=errors", "/scorers/refusal"));
    for (int i = 0; i < id[0]; i++) {
      paths.add("/traces/tr-" + i);
    }
    for (var path : paths) {
      var page = page(path);

      assertThat(page.select("script").eachAttr("src"))
          .as(path)
          .allMatch(src -> src.startsWith("/assets/"));
      assertThat(page.select("script").stream().map(script -> script.data()).toList())
          .allMatch(String::isEmpty);
      assertThat(
              page.select(
                  "iframe, object, embed, base, img, video, math, template, plaintext, xmp, style,"
                      + " noscript, audio, meta[http-equiv], svg script, svg animate, textarea"))
          .as(path)
          .isEmpty();
      assertThat(page.select("link").eachAttr("href"))
          .allMatch(href -> href.startsWith("/assets/"));
      assertThat(page.select("form").eachAttr("action")).allMatch("/traces"::equals);
      assertThat(page.select("a").eachAttr("href"))
          .as(path)
          .allMatch(href -> href.equals("#main") || href.matches("/([^/].*)?"));
      for (var element : page.getAllElements()) {
        for (var attribute : element.attributes()) {
          assertThat(attribute.getKey())
              .as(path + " " + element.tagName())
              .doesNotStartWithIgnoringCase("on")
              .doesNotStartWithIgnoringCase("hx-on")
              .isNotEqualToIgnoringCase("style")
              .isNotEqualToIgnoringCase("srcdoc");
          if (attribute.getKey().startsWith("hx-") || attribute.getKey().startsWith("data-hx")) {
            assertThat(element.id()).startsWith(element.hasAttr("hx-get") ? "live" : "spark-");
          }
        }
      }
    }
    // It is there, as text: not lost, which would also be inert.
    assertThat(page("/traces/tr-0").select("h1").text()).isEqualTo("<script>alert(1)</script>");
  }

  static void hostile(ApiFixture app, String id, String payload) {
    var old = TestTraces.header(id, payload, payload);
    var header =
        new TraceHeader(
            id,
            1,
            payload,
            payload,
            payload,
            payload,
            payload,
            payload,
            old.startNanos(),
            old.durationNanos(),
            old.status(),
            1.0,
            old.closeReason(),
            old.closedNanos(),
            2,
            Map.of(payload, payload),
            Map.of(payload, payload),
            null);
    app.lookup.traces.add(
        new Trace(
            header,
            payload,
            "{\"a\":" + dev.assay.wire.Json.write(payload) + "}",
            payload,
            payload,
            payload,
            null,
            List.of(hostileSpan(payload, payload), hostileSpan("b", payload))));
    app.lookup.assessments.add(hostileVerdict(id, payload, Outcome.FAIL));
    app.lookup.assessments.add(hostileVerdict(id, payload, Outcome.ERROR));
    app.quality(payload, payload, payload, 3, 5, 5);
    app.quality(payload, payload, "refusal", 3, 5, 5);
    app.scorers.removeIf(spec -> spec.name().equals("refusal"));
    app.scorers.add(
        new ScorerSpec(
            "refusal",
            payload,
            payload,
            Map.of(payload, payload),
            Level.TRACE,
            ScorerState.PAUSED,
            payload,
            1,
            Map.of(payload, List.of(payload)),
            new PassCondition.OneOf(List.of(payload)),
            new Objective(Objective.Direction.AT_LEAST, 0.9),
            payload,
            payload));
  }

  private static Assessment hostileVerdict(String id, String payload, Outcome outcome) {
    var verdict =
        ApiFixture.verdict(
            id, payload, payload, payload, outcome, payload, SourceType.HUMAN, payload);
    return new Assessment(
        verdict.assessmentId(),
        verdict.name(),
        id,
        payload,
        null,
        1,
        payload,
        payload,
        payload,
        payload,
        payload,
        verdict.lane(),
        verdict.kind(),
        outcome == Outcome.ERROR ? null : dev.assay.model.Score.of(payload),
        outcome,
        payload,
        verdict.source(),
        payload,
        verdict.error(),
        1,
        Map.of(payload, payload),
        null,
        verdict.traceEndNanos(),
        verdict.decidedNanos(),
        verdict.createdNanos(),
        false,
        null,
        null);
  }

  private static Span hostileSpan(String id, String text) {
    return new Span(
        id,
        null,
        text,
        SpanType.TOOL,
        TestTraces.T0,
        1_000_000,
        SpanStatus.ERROR,
        text,
        text,
        text,
        text,
        null,
        null,
        new ToolCall(text, text, text, SpanStatus.ERROR),
        List.of(new dev.assay.model.Document(text, text, 0.5)),
        List.of(new Message(text, text)),
        Map.of(text, text),
        List.of(new SpanEvent(text, TestTraces.T0, Map.of(text, text))));
  }

  private static Span span(String id, String parent, String name) {
    return new Span(
        id,
        parent,
        name,
        SpanType.CHAIN,
        TestTraces.T0,
        1_000_000,
        SpanStatus.OK,
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
  }

  private static ScorerSpec spec(String name, ScorerState state, Double objective) {
    return new ScorerSpec(
        name,
        "1",
        "contains",
        Map.of(),
        Level.TRACE,
        state,
        state == ScorerState.PAUSED ? "wrong key" : null,
        1,
        Map.of(),
        new PassCondition.Natural(),
        objective == null ? null : new Objective(Objective.Direction.AT_LEAST, objective),
        null,
        null);
  }
}
