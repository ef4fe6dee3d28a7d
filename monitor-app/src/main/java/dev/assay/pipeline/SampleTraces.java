package dev.assay.pipeline;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.model.CloseReason;
import dev.assay.model.Decision;
import dev.assay.model.EpochNanos;
import dev.assay.model.ScorerDecision;
import dev.assay.model.ScorerSpec;
import dev.assay.sampling.Router;
import dev.assay.wire.EncodedTrace;
import dev.assay.wire.convention.ReportedEvaluations;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.apache.kafka.streams.state.ValueAndTimestamp;

/**
 * Decides for every trace which scorers see it. The definitions are looked at again every half
 * second; a trace is decided by one state of them, never by a half-changed one.
 *
 * <p>Decisions are counted when they are made: after a rolled-back transaction they are made, and
 * counted, again. The records on {@code assay.decisions} are exact.
 */
final class SampleTraces implements Processor<String, EncodedTrace, String, SampledTrace> {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

  private final InlineScorers scorers;
  private final Predicate<String> admits;
  private final RedactTraces redact;
  private final Metrics metrics;
  private final InstantSource clock;
  private ProcessorContext<String, SampledTrace> context;
  private ReadOnlyKeyValueStore<String, ValueAndTimestamp<ScorerSpec>> definitions;
  private List<ScorerSpec> known = List.of();
  private Router router = new Router(List.of());
  private final Map<String, Map<Decision, Runnable>> counters = new HashMap<>();

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  SampleTraces(
      InlineScorers scorers,
      Predicate<String> admits,
      RedactTraces redact,
      Metrics metrics,
      InstantSource clock) {
    this.scorers = scorers;
    this.admits = admits;
    this.redact = redact;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public void init(ProcessorContext<String, SampledTrace> newContext) {
    context = newContext;
    definitions = ScorerTable.of(newContext);
    readDefinitions();
    newContext.schedule(LOOK_AGAIN, PunctuationType.WALL_CLOCK_TIME, _ -> readDefinitions());
  }

  private void readDefinitions() {
    var now = new ArrayList<ScorerSpec>();
    try (var all = definitions.all()) {
      all.forEachRemaining(entry -> now.add(entry.value.value()));
    }
    if (!now.equals(known)) {
      known = List.copyOf(now);
      router = new Router(known.stream().map(scorers::checked).toList());
      scorers.retain(known);
      counters.clear();
    }
  }

  private void count(ScorerDecision decided) {
    counters
        .computeIfAbsent(decided.scorer().name(), _ -> new EnumMap<>(Decision.class))
        .computeIfAbsent(
            decided.decision(),
            decision -> metrics.counter(Meter.DECISIONS, decided.scorer().name(), decision.label()))
        .run();
  }

  @Override
  public void process(Record<String, EncodedTrace> record) {
    var trace = record.value();
    var header = trace.header();
    if (header.closeReason() == CloseReason.PUBLISHED) {
      metrics.count(Meter.TRACES, header.app(), "published");
    }
    var decisions = router.decide(header, admits);
    boolean sampled = false;
    for (var decision : decisions) {
      sampled |= decision.decision() == Decision.SAMPLED;
      count(decision);
    }
    if (sampled || ReportedEvaluations.in(header)) {
      // Decoded here and not where it is first used: a trace that cannot be is then one dead
      // letter, before anything was said of it.
      trace.trace();
      if (header.closeReason() == CloseReason.PUBLISHED) {
        trace = redact.apply(trace);
      }
    }
    context.forward(record.withValue(new SampledTrace(trace, decisions, EpochNanos.now(clock))));
  }
}
