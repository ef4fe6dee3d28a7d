package dev.assay.worker;

import dev.assay.model.Feedback;
import dev.assay.model.Lane;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScorerState;
import dev.assay.model.Trace;
import dev.assay.scoring.InvalidScorerException;
import dev.assay.scoring.Scorer;
import dev.assay.scoring.Scorers;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The scorers of the requests that came lately, each made once per definition. */
final class CompiledScorers {
  private static final int MAX = 1_000;

  private final Scorers scorers;
  private final Map<ScorerSpec, Scorer> made =
      Collections.synchronizedMap(
          new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<ScorerSpec, Scorer> eldest) {
              return size() > MAX;
            }
          });

  CompiledScorers(Scorers scorers) {
    this.scorers = scorers;
  }

  /** By the whole definition but its state: a version reused by mistake is still run as written. */
  Scorer of(ScorerSpec spec) throws InvalidScorerException {
    var definition = spec.withState(ScorerState.ACTIVE, null);
    var known = made.get(definition);
    if (known != null) {
      return known;
    }
    var scorer = scorers.create(definition);
    made.put(definition, scorer);
    return scorer;
  }

  /** In whose name an error is reported when there is no scorer. */
  Scorer orStandIn(ScorerSpec spec) {
    try {
      return of(spec);
    } catch (InvalidScorerException | RuntimeException noScorer) {
      return StandIn.INSTANCE;
    }
  }

  private enum StandIn implements Scorer {
    INSTANCE;

    @Override
    public List<Feedback> score(Trace trace) {
      return List.of();
    }

    @Override
    public Lane lane() {
      return Lane.WORKER;
    }
  }
}
