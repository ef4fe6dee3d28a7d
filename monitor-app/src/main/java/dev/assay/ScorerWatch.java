package dev.assay;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.model.Assessment;
import dev.assay.model.EpochNanos;
import dev.assay.model.Outcome;
import dev.assay.model.QualityEvent;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScorerState;
import dev.assay.scoring.FailureBreaker;
import dev.assay.worker.ScorerPauses;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Which scorers this instance keeps from running, in either lane, and why. A pause is seen in
 * {@code assay_scorer_paused}, on {@code assay.events}, in the API and on the pages; it ends by
 * itself when a try succeeds.
 */
final class ScorerWatch implements ScorerPauses {
  private final FailureBreaker inline = new FailureBreaker();
  private final Map<String, String> reasons = new ConcurrentHashMap<>();
  private final Metrics metrics;
  private final InstantSource clock;
  private final Consumer<QualityEvent> events;

  /**
   * @param events takes what happened, for {@code assay.events}; must not wait
   */
  ScorerWatch(Metrics metrics, InstantSource clock, Consumer<QualityEvent> events) {
    this.metrics = metrics;
    this.clock = clock;
    this.events = events;
  }

  /** Whether an inline scorer may look at a trace now. */
  boolean admits(String scorer) {
    return inline.admits(scorer, EpochNanos.now(clock));
  }

  /** What one inline scorer said of one trace. */
  void saw(List<Assessment> assessments) {
    for (var assessment : assessments) {
      var error = assessment.error();
      inline
          .record(
              assessment.scorer(),
              assessment.outcome() == Outcome.ERROR,
              error == null ? "" : error.message(),
              EpochNanos.now(clock))
          .ifPresent(transition -> {
            switch (transition.change()) {
              case PAUSED -> pause(transition.scorer(), transition.reason());
              case RESUMED -> resume(transition.scorer());
            }
          });
    }
  }

  @Override
  public void paused(ScorerSpec scorer, String reason) {
    pause(scorer.name(), reason);
  }

  @Override
  public void working(ScorerSpec scorer) {
    if (reasons.containsKey(scorer.name())) {
      resume(scorer.name());
    }
  }

  /** The definitions, those that are kept from running here with that state and the reason. */
  List<ScorerSpec> marked(List<ScorerSpec> definitions) {
    return definitions.stream()
        .map(spec -> {
          var reason = reasons.get(spec.name());
          return reason == null ? spec : spec.withState(ScorerState.PAUSED, reason);
        })
        .toList();
  }

  private void pause(String scorer, String reason) {
    reasons.put(scorer, reason);
    metrics.set(Meter.SCORER_PAUSED, 1, scorer);
    tell(QualityEvent.Kind.SCORER_PAUSED, scorer, reason);
  }

  private void resume(String scorer) {
    reasons.remove(scorer);
    metrics.set(Meter.SCORER_PAUSED, 0, scorer);
    tell(QualityEvent.Kind.SCORER_RESUMED, scorer, "it works again");
  }

  private void tell(QualityEvent.Kind kind, String scorer, String reason) {
    metrics.count(Meter.QUALITY_EVENTS, scorer, kind.name().toLowerCase(Locale.ROOT));
    events.accept(
        new QualityEvent(
            UUID.randomUUID().toString().replace("-", ""),
            kind,
            scorer,
            null,
            null,
            reason,
            EpochNanos.now(clock)));
  }
}
