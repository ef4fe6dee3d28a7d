package dev.assay.quality;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.model.Objective;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScorerState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Puts what scorers' owners promise on {@code /metrics}, for rules to hold ratios against. To be
 * told the definitions whenever they change; what is no longer promised is taken off.
 */
public final class ExportObjectives implements Consumer<List<ScorerSpec>> {
  private final Metrics metrics;
  private final Set<String> exported = new HashSet<>();

  public ExportObjectives(Metrics metrics) {
    this.metrics = metrics;
  }

  /**
   * @param definitions all of them
   */
  @Override
  public synchronized void accept(List<ScorerSpec> definitions) {
    var ratios = ratios(definitions);
    for (var scorer : List.copyOf(exported)) {
      if (!ratios.containsKey(scorer)) {
        metrics.remove(Meter.OBJECTIVE_RATIO, scorer);
        exported.remove(scorer);
      }
    }
    ratios.forEach((scorer, ratio) -> {
      metrics.set(Meter.OBJECTIVE_RATIO, ratio, scorer);
      exported.add(scorer);
    });
  }

  private static Map<String, Double> ratios(List<ScorerSpec> definitions) {
    var ratios = new HashMap<String, Double>();
    for (var definition : definitions) {
      var objective = definition.objective();
      if (objective != null && definition.state() != ScorerState.STOPPED) {
        ratios.put(definition.name(), passRatio(objective));
      }
    }
    return ratios;
  }

  private static double passRatio(Objective objective) {
    return switch (objective.direction()) {
      case AT_LEAST -> objective.target();
      case AT_MOST -> 1 - objective.target();
    };
  }
}
