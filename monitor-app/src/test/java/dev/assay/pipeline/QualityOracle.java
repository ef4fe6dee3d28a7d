package dev.assay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.model.Assessment;
import dev.assay.model.AssessmentKind;
import dev.assay.model.Lane;
import dev.assay.model.Outcome;
import dev.assay.model.QualityWindow;
import dev.assay.model.SourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What quality must be, worked out apart: no code of the quality stage, sums in plain maps. Keys
 * are texts: series, then minute or {@code all}, then what is summed.
 */
final class QualityOracle {
  private final Map<String, Double> sums = new HashMap<>();
  private final Set<String> ids = new HashSet<>();

  void add(Assessment a) {
    if (a.kind() == AssessmentKind.EXPECTATION) {
      return;
    }
    boolean once = a.lane() == Lane.WORKER || a.source() == SourceType.HUMAN;
    if (once && !ids.add(a.assessmentId())) {
      return;
    }
    var score = a.score();
    add(
        a,
        a.traceEndNanos(),
        a.outcome(),
        1 / a.samplingProbability(),
        score == null ? null : score.asNumber(),
        1);
    var old = a.supersedes();
    if (old != null) {
      add(a, old.traceEndNanos(), old.outcome(), old.weight(), old.number(), -1);
    }
  }

  private void add(
      Assessment a, long end, Outcome outcome, double weight, Double number, int sign) {
    var series =
        String.join(
            "|",
            a.app(),
            a.environment(),
            a.appVersion(),
            a.name(),
            a.scorerVersion(),
            a.source().name());
    var windows = new HashSet<>(Set.of("all"));
    if (!a.backfill()) {
      windows.add(Long.toString(end / 60_000_000_000L));
    }
    for (var window : windows) {
      var key = series + "|" + window + "|";
      sums.merge(key + outcome, (double) sign, Double::sum);
      sums.merge(key + outcome + " weight", sign * weight, Double::sum);
      if (outcome == Outcome.PASS || outcome == Outcome.FAIL) {
        sums.merge(key + "squares", sign * weight * weight, Double::sum);
      }
      if (number != null) {
        sums.merge(key + "values", (double) sign, Double::sum);
        sums.merge(key + "value sum", sign * weight * number, Double::sum);
      }
    }
  }

  /** The windows, by their key, are these sums and no others. */
  void assertEquals(Map<String, QualityWindow> table) {
    var found = new HashMap<String, Double>();
    table.forEach((_, window) -> {
      var s = window.series();
      var key =
          String.join(
                  "|",
                  s.app(),
                  s.environment(),
                  s.appVersion(),
                  s.scorer(),
                  s.scorerVersion(),
                  s.source().name(),
                  window.isTotal() ? "all" : "" + window.startNanos() / 60_000_000_000L)
              + "|";
      var counts = window.counts();
      for (var outcome : Outcome.values()) {
        found.put(key + outcome, (double) counts.count(outcome));
        found.put(key + outcome + " weight", counts.weight(outcome));
      }
      found.put(key + "squares", counts.judgedWeightSquared());
      found.put(key + "values", (double) counts.values());
      found.put(key + "value sum", counts.valueWeightedSum());
    });
    var keys = new TreeSet<>(sums.keySet());
    keys.addAll(found.keySet());
    var wrong = new ArrayList<String>();
    for (var key : keys) {
      double wanted = Objects.requireNonNullElse(sums.get(key), 0.0);
      double was = Objects.requireNonNullElse(found.get(key), 0.0);
      if (!(Math.abs(was - wanted) <= 1e-9 * (1 + Math.abs(wanted)))) {
        wrong.add(key + " must be " + wanted + ", was " + was);
      }
    }
    assertThat(wrong).isEmpty();
  }
}
