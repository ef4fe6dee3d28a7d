package dev.assay.wire;

import dev.assay.model.Decision;
import dev.assay.model.Level;
import dev.assay.model.Objective;
import dev.assay.model.PassCondition;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScorerState;
import dev.assay.model.ScoringRequest;
import dev.assay.model.TraceDecisions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** {@link ScorerSpec}, {@link ScoringRequest} and {@link TraceDecisions} ↔ their records. */
final class ScorerAvro {
  static final AvroCodec<dev.assay.schemas.ScorerDefinition> DEFINITIONS =
      new AvroCodec<>(dev.assay.schemas.ScorerDefinition.getClassSchema());
  static final AvroCodec<dev.assay.schemas.ScoringRequest> REQUESTS =
      new AvroCodec<>(dev.assay.schemas.ScoringRequest.getClassSchema());
  static final AvroCodec<dev.assay.schemas.ScoringDecision> DECISIONS =
      new AvroCodec<>(dev.assay.schemas.ScoringDecision.getClassSchema());

  private ScorerAvro() {}

  static byte[] encode(ScorerSpec spec) {
    return DEFINITIONS.encode(out(spec));
  }

  static ScorerSpec decode(byte[] bytes) {
    return in(DEFINITIONS.decode(bytes));
  }

  static byte[] encodeRequest(ScoringRequest request) {
    return REQUESTS.encode(
        new dev.assay.schemas.ScoringRequest(
            request.requestId(),
            request.trace().traceId(),
            request.trace().header().revision(),
            request.samplingProbability(),
            request.attempt(),
            request.requestedNanos(),
            request.notBeforeNanos(),
            request.backfill(),
            out(request.scorer()),
            ByteBuffer.wrap(TraceAvro.encode(request.trace()))));
  }

  static ScoringRequest decodeRequest(byte[] bytes) {
    var in = REQUESTS.decode(bytes);
    var trace = new byte[in.getTrace().remaining()];
    in.getTrace().duplicate().get(trace);
    return new ScoringRequest(
        in.getRequestId(),
        in.getSamplingProbability(),
        in.getAttempt(),
        in.getRequestedNanos(),
        in.getNotBeforeNanos(),
        in.getBackfill(),
        in(in.getScorer()),
        TraceAvro.decode(trace));
  }

  static byte[] encodeDecisions(TraceDecisions decisions) {
    return DECISIONS.encode(
        new dev.assay.schemas.ScoringDecision(
            decisions.traceId(),
            decisions.revision(),
            decisions.app(),
            decisions.decidedNanos(),
            map(
                decisions.decisions(),
                pair ->
                    new dev.assay.schemas.ScorerDecision(
                        pair.scorer(),
                        pair.scorerVersion(),
                        dev.assay.schemas.Decision.valueOf(pair.decision().name()),
                        pair.samplingProbability()))));
  }

  static TraceDecisions decodeDecisions(byte[] bytes) {
    var in = DECISIONS.decode(bytes);
    return new TraceDecisions(
        in.getTraceId(),
        in.getRevision(),
        in.getApp(),
        in.getDecidedNanos(),
        map(
            in.getDecisions(),
            pair ->
                new TraceDecisions.Pair(
                    pair.getScorer(),
                    pair.getScorerVersion(),
                    Decision.valueOf(pair.getDecision().name()),
                    pair.getSamplingProbability())));
  }

  private static dev.assay.schemas.ScorerDefinition out(ScorerSpec spec) {
    var objective = spec.objective();
    return new dev.assay.schemas.ScorerDefinition(
        spec.name(),
        spec.version(),
        spec.kind(),
        Json.write(spec.parameters()),
        dev.assay.schemas.Level.valueOf(spec.level().name()),
        dev.assay.schemas.ScorerState.valueOf(spec.state().name()),
        spec.stateReason(),
        spec.sampleRate(),
        spec.filter(),
        null,
        passOut(spec.pass()),
        objective == null
            ? null
            : new dev.assay.schemas.Objective(
                dev.assay.schemas.Direction.valueOf(objective.direction().name()),
                objective.target()),
        spec.owner(),
        spec.description());
  }

  private static ScorerSpec in(dev.assay.schemas.ScorerDefinition in) {
    var objective = in.getObjective();
    return new ScorerSpec(
        in.getName(),
        in.getVersion(),
        in.getKind(),
        Json.object(in.getParameters()),
        Level.valueOf(in.getLevel().name()),
        ScorerState.valueOf(in.getState().name()),
        in.getStateReason(),
        in.getSampleRate(),
        in.getFilter(),
        passIn(in.getPassCondition()),
        objective == null
            ? null
            : new Objective(
                Objective.Direction.valueOf(objective.getDirection().name()),
                objective.getTarget()),
        in.getOwner(),
        in.getDescription());
  }

  private static @Nullable String passOut(PassCondition pass) {
    return switch (pass) {
      case PassCondition.Natural _ -> null;
      case PassCondition.AtLeast(var bound) -> Json.write(Map.of("at_least", bound));
      case PassCondition.AtMost(var bound) -> Json.write(Map.of("at_most", bound));
      case PassCondition.OneOf(var allowed) -> Json.write(Map.of("one_of", allowed));
    };
  }

  private static PassCondition passIn(@Nullable String json) {
    if (json == null) {
      return new PassCondition.Natural();
    }
    var condition = Json.object(json);
    return switch (condition.get("at_least")) {
      case Number bound -> new PassCondition.AtLeast(bound.doubleValue());
      case null, default ->
          switch (condition.get("at_most")) {
            case Number bound -> new PassCondition.AtMost(bound.doubleValue());
            case null, default ->
                switch (condition.get("one_of")) {
                  case List<?> allowed ->
                      new PassCondition.OneOf(allowed.stream().map(String::valueOf).toList());
                  case null, default ->
                      throw new IllegalArgumentException(
                          "pass_condition must be at_least, at_most or one_of, was " + json);
                };
          };
    };
  }

  private static <A, B> List<B> map(List<A> from, Function<A, B> function) {
    var to = new ArrayList<B>(from.size());
    for (var item : from) {
      to.add(function.apply(item));
    }
    return to;
  }
}
