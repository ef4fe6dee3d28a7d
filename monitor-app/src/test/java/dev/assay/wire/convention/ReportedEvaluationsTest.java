package dev.assay.wire.convention;

import static dev.assay.wire.TestOtlp.TRACE;
import static dev.assay.wire.TestOtlp.span;
import static dev.assay.wire.convention.Mapped.trace;
import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.model.Outcome;
import dev.assay.model.ReportedEvaluation;
import dev.assay.model.Score;
import dev.assay.model.ScorerError;
import dev.assay.model.SourceType;
import dev.assay.wire.TestOtlp.SpanSpec;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportedEvaluationsTest {

  private static List<ReportedEvaluation> of(SpanSpec... spans) {
    var trace = trace(spans);
    assertThat(ReportedEvaluations.in(trace.header())).isTrue();
    return ReportedEvaluations.of(trace);
  }

  @Test
  void anEventOfOpenTelemetry() {
    assertThat(
            of(
                span(1, 0, "chat")
                    .event(
                        "gen_ai.evaluation.result",
                        Map.of(
                            "gen_ai.evaluation.name", "Answer relevance!",
                            "gen_ai.evaluation.score.value", 0.8,
                            "gen_ai.evaluation.score.label", "pass",
                            "gen_ai.evaluation.explanation", "to the point"))
                    .event(
                        "gen_ai.evaluation.result",
                        Map.of("gen_ai.evaluation.name", "tone", "error.type", "timeout"))))
        .containsExactly(
            new ReportedEvaluation(
                TRACE,
                "0000000000000001",
                null,
                "Answer_relevance_",
                "",
                new Score.Num(0.8),
                Outcome.PASS,
                "to the point",
                SourceType.CODE,
                "test-sdk",
                null,
                Map.of("label", "pass")),
            new ReportedEvaluation(
                TRACE,
                "0000000000000001",
                null,
                "tone",
                "",
                null,
                Outcome.ERROR,
                null,
                SourceType.CODE,
                "test-sdk",
                new ScorerError("REPORTED_ERROR", "timeout"),
                Map.of()));
  }

  @Test
  void annotationsOfSpanTraceAndSession() {
    var found =
        of(
            span(1, 0, "agent")
                .with("session.id", "s-1")
                .with("annotations.0.annotation.name", "helpful")
                .with("annotations.0.annotation.label", "no")
                .with("annotations.0.annotation.annotator_kind", "HUMAN")
                .with("annotations.0.annotation.identifier", "ann")
                .with("trace.evaluations.0.evaluation.name", "correct")
                .with("trace.evaluations.0.evaluation.score", 1)
                .with("trace.evaluations.0.evaluation.annotator_kind", "LLM")
                .with("session.annotations.7.annotation.name", "goal")
                .with("session.annotations.7.annotation.explanation", "not reached"));

    assertThat(found)
        .extracting(
            ReportedEvaluation::name,
            ReportedEvaluation::spanId,
            ReportedEvaluation::sessionId,
            ReportedEvaluation::outcome,
            ReportedEvaluation::source,
            ReportedEvaluation::sourceId)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "helpful", "0000000000000001", null, Outcome.FAIL, SourceType.HUMAN, "ann"),
            org.assertj.core.groups.Tuple.tuple(
                "correct", null, null, Outcome.NONE, SourceType.LLM_JUDGE, "test-sdk"),
            org.assertj.core.groups.Tuple.tuple(
                "goal", null, "s-1", Outcome.NONE, SourceType.CODE, "test-sdk"));
  }

  @Test
  void aCarrierConcernsWhatItsOneLinkPointsTo() {
    var carrier =
        span(9, 0, "evaluate")
            .trace(TRACE)
            .with("openinference.span.kind", "EVALUATOR")
            .with("annotations.0.annotation.name", "helpful")
            .with("annotations.0.annotation.score", 1)
            .link(5);
    var trace = trace(carrier);

    assertThat(ReportedEvaluations.of(trace))
        .extracting(ReportedEvaluation::traceId, ReportedEvaluation::spanId)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(TRACE, "0000000000000005"));
    assertThat(trace.header().metadata()).containsKey("assay.source_scorer");

    // two links tell nothing
    assertThat(of(carrier.link(6)))
        .extracting(ReportedEvaluation::spanId)
        .containsExactly("0000000000000009");
  }

  @Test
  void oneTargetNameAndIdentifierIsOneVerdict() {
    assertThat(
            of(
                span(1, 0, "x")
                    .with("annotations.0.annotation.name", "a")
                    .with("annotations.0.annotation.score", 1)
                    .with("evaluations.0.evaluation.name", "a")
                    .with("evaluations.0.evaluation.score", 0)))
        .extracting(ReportedEvaluation::score)
        .containsExactly(new Score.Num(1));
  }

  @Test
  void whatSaysNothingIsLeftOutAndNumbersAreBounded() {
    var spec =
        span(1, 0, "x")
            .with("annotations.0.annotation.name", "no verdict")
            .with("annotations.1.annotation.score", 1)
            .with("annotations.999999999.annotation.name", "nan")
            .with("annotations.999999999.annotation.score", Double.NaN);
    assertThat(of(spec)).isEmpty();

    for (int i = 0; i < 300; i++) {
      spec.with("trace.annotations." + i + ".annotation.name", "n" + i)
          .with("trace.annotations." + i + ".annotation.score", i);
    }
    assertThat(of(spec)).hasSize(ReportedEvaluations.MAX);
  }
}
