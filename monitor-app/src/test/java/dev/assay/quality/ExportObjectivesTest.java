package dev.assay.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.metrics.Metrics;
import dev.assay.model.Objective;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScorerState;
import dev.assay.pipeline.Exposition;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExportObjectivesTest {
  private static final ScorerSpec POLITE =
      promised("polite", new Objective(Objective.Direction.AT_LEAST, 0.95));
  private static final ScorerSpec LEAKS =
      promised("leaks", new Objective(Objective.Direction.AT_MOST, 0.125));

  private final Metrics metrics = Metrics.standalone();
  private final ExportObjectives objectives = new ExportObjectives(metrics);

  @Test
  void theRatioThatMustPassIsExposed() {
    objectives.accept(List.of(POLITE, LEAKS, ScorerSpec.of("plain", "not_empty", Map.of())));

    var page = Exposition.of(metrics.registry());
    assertThat(page.value("assay_objective_ratio{scorer=\"polite\"}")).isEqualTo(0.95);
    assertThat(page.value("assay_objective_ratio{scorer=\"leaks\"}")).isEqualTo(0.875);
    assertThat(page.text()).doesNotContain("plain");
  }

  @Test
  void whatIsNoLongerPromisedIsTakenOff() {
    objectives.accept(List.of(POLITE, LEAKS));
    objectives.accept(List.of(LEAKS.withState(ScorerState.STOPPED, null)));

    assertThat(Exposition.of(metrics.registry()).text()).doesNotContain("assay_objective_ratio{");
  }

  private static ScorerSpec promised(String name, Objective objective) {
    var plain = ScorerSpec.of(name, "not_empty", Map.of());
    return new ScorerSpec(
        plain.name(),
        plain.version(),
        plain.kind(),
        plain.parameters(),
        plain.level(),
        plain.state(),
        null,
        plain.sampleRate(),
        plain.filter(),
        plain.pass(),
        objective,
        null,
        null);
  }
}
