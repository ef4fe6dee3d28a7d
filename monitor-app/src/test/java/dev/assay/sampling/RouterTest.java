package dev.assay.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.assay.model.Decision;
import dev.assay.model.LoopGuard;
import dev.assay.model.ScorerDecision;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScorerState;
import dev.assay.model.TestTraces;
import dev.assay.model.TraceHeader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RouterTest {
  private static final int IDS = 1_000_000;

  @Test
  void placesAreThoseOfMlflow() {
    assertThat(TraceSampler.place("tr-1", "safety")).isEqualTo(0.4431840953947339);
    assertThat(TraceSampler.place("sess-42", "user_frustration")).isEqualTo(0.47483483524896436);
  }

  /** Over 10⁶ ids each scorer's share is its rate within 4 σ, and the shares nest. */
  @Test
  void everyScorerGetsItsRateAndTracesNest() {
    var rates = List.of(1.0, 0.5, 0.1, 0.01, 0.0);
    var router =
        new Router(
            rates.stream()
                .map(rate -> scorer("s" + rates.indexOf(rate)).withSampleRate(rate))
                .toList());
    var counts = new long[rates.size()];
    boolean nested = true;
    for (int id = 0; id < IDS; id++) {
      var decisions = router.decide(header("trace-" + id, 1.0, Map.of()), _ -> true);
      boolean sampledBefore = true;
      for (int i = 0; i < decisions.size(); i++) {
        boolean sampled = decisions.get(i).decision() == Decision.SAMPLED;
        nested &= !sampled || sampledBefore;
        sampledBefore = sampled;
        counts[i] += sampled ? 1 : 0;
      }
    }
    assertThat(nested).isTrue();
    for (int i = 0; i < counts.length; i++) {
      double rate = rates.get(i);
      double sigma = Math.sqrt(rate * (1 - rate) / IDS);
      assertThat((double) counts[i] / IDS)
          .as("share at rate %s", rate)
          .isCloseTo(rate, within(4 * sigma));
    }
  }

  @Test
  void upstreamSamplingMultipliesIn() {
    var router = new Router(List.of(scorer("s").withSampleRate(0.5)));
    assertThat(router.decide(header("t", 0.2, Map.of()), _ -> true))
        .extracting(ScorerDecision::samplingProbability)
        .containsExactly(0.1);
  }

  @Test
  void aFilterThatDoesNotMatchSaysSo() {
    var chat = withFilter("chat", Map.of("app", List.of("support-chat")));
    var gold = withFilter("gold", Map.of("tags.tier", List.of("silver", "gold")));
    var other = withFilter("other", Map.of("app", List.of("docs")));
    var absent = withFilter("absent", Map.of("tags.nope", List.of("x")));

    var decisions =
        new Router(List.of(chat, gold, other, absent))
            .decide(header("t", 1.0, Map.of()), _ -> true);

    assertThat(decisions)
        .extracting(d -> d.scorer().name() + " " + d.decision())
        .containsExactly("chat SAMPLED", "gold SAMPLED", "other FILTERED", "absent FILTERED");
  }

  @Test
  void aPausedScorerKeepsItsPlaceInTheWaterfall() {
    var first = scorer("first").withSampleRate(0.5);
    var second = scorer("second").withSampleRate(0.25);
    var router = new Router(List.of(first, second));
    var paused = new Router(List.of(first.withState(ScorerState.PAUSED, "broken"), second));
    for (int id = 0; id < 1_000; id++) {
      var header = header("trace-" + id, 1.0, Map.of());
      var usual = router.decide(header, _ -> true);
      var declared = paused.decide(header, _ -> true);
      var local = router.decide(header, name -> !name.equals("first"));
      assertThat(declared.get(1).decision()).isEqualTo(usual.get(1).decision());
      assertThat(local.get(1).decision()).isEqualTo(usual.get(1).decision());
      var expected =
          usual.get(0).decision() == Decision.SAMPLED ? Decision.PAUSED : Decision.SAMPLED_OUT;
      assertThat(declared.get(0).decision()).isEqualTo(expected);
      assertThat(local.get(0).decision()).isEqualTo(expected);
    }
  }

  @Test
  void stoppedAndRegisteredScorersAreAsIfNotThere() {
    var router =
        new Router(
            List.of(
                scorer("a").withState(ScorerState.STOPPED, null),
                scorer("b").withState(ScorerState.REGISTERED, null)));
    assertThat(router.decide(header("t", 1.0, Map.of()), _ -> true)).isEmpty();
  }

  @Test
  void tracesOfJudgesAreNeverScored() {
    var made = header("t", 1.0, Map.of("mlflow.trace.sourceScorer", "safety"));
    assertThat(new Router(List.of(scorer("s"))).decide(made, _ -> true))
        .extracting(ScorerDecision::decision)
        .containsExactly(Decision.LOOP_GUARD);
  }

  @Test
  void whatMarksATraceOfAJudgeOrAnEvaluationRun() {
    for (var mark :
        List.of("mlflow.sourceRun", "mlflow.trace.sourceScorer", "assay.source_scorer")) {
      assertThat(LoopGuard.holds(header("t", 1.0, Map.of(mark, "x")))).as(mark).isTrue();
    }
    assertThat(LoopGuard.holds(header("t", 1.0, Map.of("mlflow.user", "x")))).isFalse();
    assertThat(LoopGuard.holds(TestTraces.inEnvironment("langfuse-llm-as-a-judge").header()))
        .isTrue();
    assertThat(LoopGuard.holds(TestTraces.inEnvironment("production").header())).isFalse();
  }

  private static ScorerSpec scorer(String name) {
    return ScorerSpec.of(name, "not_empty", Map.of());
  }

  private static ScorerSpec withFilter(String name, Map<String, List<String>> filter) {
    var s = scorer(name);
    return new ScorerSpec(
        s.name(),
        s.version(),
        s.kind(),
        s.parameters(),
        s.level(),
        s.state(),
        null,
        1.0,
        filter,
        s.pass(),
        null,
        null,
        null);
  }

  private static TraceHeader header(
      String traceId, double probability, Map<String, String> metadata) {
    var h = TestTraces.header(traceId, "support-chat", "1.0");
    return new TraceHeader(
        traceId,
        1,
        h.app(),
        h.environment(),
        h.appVersion(),
        h.sessionId(),
        h.userId(),
        h.name(),
        h.startNanos(),
        h.durationNanos(),
        h.status(),
        probability,
        h.closeReason(),
        h.closedNanos(),
        h.spanCount(),
        h.tags(),
        metadata,
        h.tokenUsage());
  }
}
