package dev.assay.pipeline;

import dev.assay.model.Lane;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScorerState;
import dev.assay.scoring.InvalidScorerException;
import dev.assay.scoring.Scorer;
import dev.assay.scoring.Scorers;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scorers of today's definitions, each made once. A definition that cannot be made, which only
 * somebody who wrote to the topic past Assay can cause, is held as paused with the reason.
 * Thread-safe.
 */
final class InlineScorers {
  private static final Logger logger = LoggerFactory.getLogger(InlineScorers.class);

  private final Scorers scorers;
  private final Map<ScorerSpec, Made> made = new ConcurrentHashMap<>();

  private sealed interface Made {
    record Ready(Scorer scorer) implements Made {}

    record Broken(String reason) implements Made {}
  }

  InlineScorers(Scorers scorers) {
    this.scorers = scorers;
  }

  /** The definition itself, or paused with the reason when no scorer can be made of it. */
  ScorerSpec checked(ScorerSpec spec) {
    if (spec.state() != ScorerState.ACTIVE) {
      return spec;
    }
    return switch (made(spec)) {
      case Made.Ready _ -> spec;
      case Made.Broken(var reason) -> spec.withState(ScorerState.PAUSED, reason);
    };
  }

  /** Forgets all but these definitions. */
  void retain(java.util.Collection<ScorerSpec> specs) {
    made.keySet().retainAll(specs);
  }

  boolean isInline(ScorerSpec spec) {
    return scorer(spec).lane() == Lane.INLINE;
  }

  /**
   * @throws IllegalStateException if {@link #checked} paused it
   */
  Scorer scorer(ScorerSpec spec) {
    return switch (made(spec)) {
      case Made.Ready(var scorer) -> scorer;
      case Made.Broken(var reason) ->
          throw new IllegalStateException(spec.name() + " is paused: " + reason);
    };
  }

  private Made made(ScorerSpec spec) {
    // without the lock that computeIfAbsent may take: asked several times a trace
    var known = made.get(spec);
    return known == null ? made.computeIfAbsent(spec, this::make) : known;
  }

  private Made make(ScorerSpec spec) {
    try {
      return new Made.Ready(scorers.create(spec));
    } catch (InvalidScorerException | RuntimeException e) {
      logger.warn(
          "scorer {} version {} is paused: {}", spec.name(), spec.version(), e.getMessage());
      return new Made.Broken(String.valueOf(e.getMessage()));
    }
  }
}
