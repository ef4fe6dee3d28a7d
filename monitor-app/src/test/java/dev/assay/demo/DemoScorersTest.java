package dev.assay.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.model.Score;
import dev.assay.model.ScorerSpec;
import dev.assay.model.TestTraces;
import dev.assay.model.Trace;
import dev.assay.scoring.BuiltInScorers;
import dev.assay.scoring.Scorer;
import dev.assay.scoring.Scorers;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the demo plants, the inline scorers find, and nothing else: their precision and recall. */
class DemoScorersTest {
  private static final int ANSWERS = 1_000;
  private static final Scorers SCORERS = new Scorers(BuiltInScorers.all());

  private static Scorer scorer(String kind) throws Exception {
    return SCORERS.create(ScorerSpec.of(kind, kind, Map.of()));
  }

  private static boolean passes(Scorer scorer, Trace trace) throws Exception {
    return new Score.Bool(true).equals(scorer.score(trace).getFirst().score());
  }

  @ParameterizedTest
  @EnumSource(names = {"PII_LEAK", "REFUSAL", "EMPTY_ANSWER"})
  void plantedDefectsAreFound(Defect defect) throws Exception {
    var scorer =
        scorer(
            switch (defect) {
              case PII_LEAK -> "pii_detection";
              case REFUSAL -> "refusal";
              default -> "not_empty";
            });
    for (var app : apps()) {
      for (var trace : traces(app, EnumSet.of(defect))) {
        assertThat(passes(scorer, trace)).as("%s: %s", app.name(), trace.answer()).isFalse();
      }
    }
  }

  @Test
  void soundAnswersPass() throws Exception {
    for (var kind : List.of("pii_detection", "refusal", "not_empty")) {
      var scorer = scorer(kind);
      for (var app : apps()) {
        for (var trace : traces(app, Set.of())) {
          assertThat(passes(scorer, trace))
              .as("%s of %s: %s", kind, app.name(), trace.answer())
              .isTrue();
        }
      }
    }
  }

  private static List<DemoApp> apps() {
    return List.of(new SupportChat(), new DocsAssistant(), new TravelAgent());
  }

  private static List<Trace> traces(DemoApp app, Set<Defect> defects) {
    var random = new SplittableRandom(42);
    return java.util.stream.Stream.generate(
            () -> app.answer(app.nextVisit(random), false, defects, random))
        .limit(ANSWERS)
        .map(exchange ->
            new Trace(
                TestTraces.header("t", app.name(), "1"),
                null,
                null,
                exchange.question(),
                exchange.answer(),
                null,
                null,
                List.of()))
        .toList();
  }
}
