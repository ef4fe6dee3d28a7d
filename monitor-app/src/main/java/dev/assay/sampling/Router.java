package dev.assay.sampling;

import dev.assay.model.Decision;
import dev.assay.model.Level;
import dev.assay.model.LoopGuard;
import dev.assay.model.ScorerDecision;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScorerState;
import dev.assay.model.TraceFilter;
import dev.assay.model.TraceHeader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Decides for a trace which scorers see it, and says why for those that do not. Immutable. */
public final class Router {
  private final List<Waterfall> waterfalls;

  /** Scorers of one filter, by rate descending. */
  private record Waterfall(Map<String, List<String>> filter, List<ScorerSpec> scorers) {}

  /**
   * @param scorers active and paused ones of trace level take part; others are as if they were not
   *     there
   */
  public Router(List<ScorerSpec> scorers) {
    var byFilter = new LinkedHashMap<Map<String, List<String>>, List<ScorerSpec>>();
    for (var scorer : scorers) {
      if (scorer.level() == Level.TRACE
          && (scorer.state() == ScorerState.ACTIVE || scorer.state() == ScorerState.PAUSED)) {
        byFilter.computeIfAbsent(scorer.filter(), _ -> new ArrayList<>()).add(scorer);
      }
    }
    var sorted = new ArrayList<Waterfall>();
    byFilter.forEach((filter, group) -> {
      // stable: scorers of one rate keep their order
      group.sort(Comparator.comparingDouble(ScorerSpec::sampleRate).reversed());
      sorted.add(new Waterfall(filter, List.copyOf(group)));
    });
    this.waterfalls = List.copyOf(sorted);
  }

  /**
   * One decision for every scorer.
   *
   * @param admits whether a scorer may run now, by name: false while it is paused on this instance
   */
  public List<ScorerDecision> decide(TraceHeader header, Predicate<String> admits) {
    boolean guarded = LoopGuard.holds(header);
    var decisions = new ArrayList<ScorerDecision>();
    for (var waterfall : waterfalls) {
      boolean matches = !guarded && TraceFilter.matches(waterfall.filter, header);
      double previousRate = 1;
      boolean flows = true;
      for (var scorer : waterfall.scorers) {
        double probability = scorer.sampleRate() * header.samplingProbability();
        Decision decision;
        if (guarded) {
          decision = Decision.LOOP_GUARD;
        } else if (!matches) {
          decision = Decision.FILTERED;
        } else {
          flows =
              flows
                  && TraceSampler.selects(
                      header.traceId(), scorer.name(), scorer.sampleRate(), previousRate);
          previousRate = scorer.sampleRate();
          // a paused scorer keeps its place in the waterfall: its pause changes nothing for others
          decision =
              !flows
                  ? Decision.SAMPLED_OUT
                  : scorer.state() == ScorerState.PAUSED || !admits.test(scorer.name())
                      ? Decision.PAUSED
                      : Decision.SAMPLED;
        }
        decisions.add(new ScorerDecision(scorer, decision, probability));
      }
    }
    return decisions;
  }
}
