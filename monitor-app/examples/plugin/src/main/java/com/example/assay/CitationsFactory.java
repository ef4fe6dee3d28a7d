package com.example.assay;

import dev.assay.model.ScorerSpec;
import dev.assay.scoring.InvalidScorerException;
import dev.assay.scoring.Parameter;
import dev.assay.scoring.Parameters;
import dev.assay.scoring.Scorer;
import dev.assay.scoring.ScorerFactory;
import java.util.List;

/**
 * The kind {@code citations}. Assay finds this class through {@code
 * META-INF/services/dev.assay.scoring.ScorerFactory} and makes it with its public constructor.
 */
public final class CitationsFactory implements ScorerFactory {
  @Override
  public String kind() {
    return "citations";
  }

  @Override
  public String description() {
    return "The answer cites what was retrieved: every [n] names a retrieved document.";
  }

  @Override
  public List<Parameter> parameters() {
    return List.of(
        Parameter.optional("min_cited", "integer", "documents to cite at least; default 1"));
  }

  @Override
  public String value() {
    return "number: documents cited, plus boolean `<name>/valid`";
  }

  @Override
  public String example() {
    return "{min_cited: 2}";
  }

  // Called at start for each definition: a mistake is refused before any trace is read.
  @Override
  public Scorer create(ScorerSpec spec) throws InvalidScorerException {
    long minCited = Parameters.of(spec).integer("min_cited", 1, 0, 100);
    return new CitationsScorer(spec.name(), minCited);
  }
}
