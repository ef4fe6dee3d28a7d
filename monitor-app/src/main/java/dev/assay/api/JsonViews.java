package dev.assay.api;

import dev.assay.model.Assessment;
import dev.assay.model.EpochNanos;
import dev.assay.model.PassCondition;
import dev.assay.model.QualityWindow.Counts;
import dev.assay.model.Score;
import dev.assay.model.ScorerSpec;
import dev.assay.model.Span;
import dev.assay.model.TokenUsage;
import dev.assay.model.ToolCall;
import dev.assay.model.Trace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The model as JSON: the field names of the Avro schemas. A point in time is RFC 3339 text and its
 * name has lost the {@code _nanos}; durations keep theirs. What is absent is left out.
 */
final class JsonViews {
  private JsonViews() {}

  /** An object under construction; absent values are not put. */
  static final class Fields extends LinkedHashMap<String, Object> {
    Fields with(String name, @Nullable Object value) {
      if (value != null) {
        put(name, value);
      }
      return this;
    }
  }

  static Map<String, Object> trace(Trace trace) {
    var header = trace.header();
    return new Fields()
        .with("trace_id", header.traceId())
        .with("revision", header.revision())
        .with("app", header.app())
        .with("environment", header.environment())
        .with("app_version", header.appVersion())
        .with("session_id", header.sessionId())
        .with("user_id", header.userId())
        .with("name", header.name())
        .with("start", time(header.startNanos()))
        .with("duration_nanos", header.durationNanos())
        .with("status", header.status())
        .with("sampling_probability", header.samplingProbability())
        .with("close_reason", header.closeReason())
        .with("closed", header.closedNanos() == 0 ? null : time(header.closedNanos()))
        .with("span_count", header.spanCount())
        .with("tags", header.tags())
        .with("metadata", header.metadata())
        .with("token_usage", tokens(header.tokenUsage()))
        .with("inputs", trace.inputs())
        .with("outputs", trace.outputs())
        .with("question", trace.question())
        .with("answer", trace.answer())
        .with("expectations", trace.expectations())
        .with("cost_usd", trace.costUsd())
        .with("spans", trace.spans().stream().map(JsonViews::span).toList())
        .with("told_tool_calls", trace.toldToolCalls().stream().map(JsonViews::toolCall).toList());
  }

  private static Map<String, Object> span(Span span) {
    return new Fields()
        .with("span_id", span.spanId())
        .with("parent_id", span.parentId())
        .with("name", span.name())
        .with("type", span.type())
        .with("start", time(span.startNanos()))
        .with("duration_nanos", span.durationNanos())
        .with("status", span.status())
        .with("status_message", span.statusMessage())
        .with("inputs", span.inputs())
        .with("outputs", span.outputs())
        .with("model", span.model())
        .with("token_usage", tokens(span.tokenUsage()))
        .with("cost_usd", span.costUsd())
        .with("tool_call", toolCall(span.toolCall()))
        .with(
            "documents",
            span.documents().stream()
                .map(document ->
                    new Fields()
                        .with("id", document.id())
                        .with("text", document.text())
                        .with("score", finite(document.score())))
                .toList())
        .with(
            "messages",
            span.messages().stream()
                .map(message ->
                    new Fields().with("role", message.role()).with("content", message.content()))
                .toList())
        .with("attributes", span.attributes())
        .with(
            "events",
            span.events().stream()
                .map(event ->
                    new Fields()
                        .with("name", event.name())
                        .with("time", time(event.timeNanos()))
                        .with("attributes", event.attributes()))
                .toList());
  }

  private static @Nullable Object toolCall(@Nullable ToolCall call) {
    return call == null
        ? null
        : new Fields()
            .with("name", call.name())
            .with("arguments", call.arguments())
            .with("result", call.result())
            .with("status", call.status());
  }

  private static @Nullable Object tokens(@Nullable TokenUsage usage) {
    return usage == null
        ? null
        : new Fields()
            .with("input_tokens", usage.inputTokens())
            .with("output_tokens", usage.outputTokens())
            .with("total_tokens", usage.totalTokens())
            .with("cache_read_input_tokens", usage.cacheReadInputTokens());
  }

  static Map<String, Object> assessment(Assessment assessment) {
    var score = assessment.score();
    var error = assessment.error();
    var usage = assessment.usage();
    var supersedes = assessment.supersedes();
    return new Fields()
        .with("assessment_id", assessment.assessmentId())
        .with("name", assessment.name())
        .with("trace_id", assessment.traceId())
        .with("span_id", assessment.spanId())
        .with("session_id", assessment.sessionId())
        .with("revision", assessment.revision())
        .with("app", assessment.app())
        .with("environment", assessment.environment())
        .with("app_version", assessment.appVersion())
        .with("scorer", assessment.scorer())
        .with("scorer_version", assessment.scorerVersion())
        .with("lane", assessment.lane())
        .with("kind", assessment.kind())
        .with("value", score == null ? null : score.toObject())
        .with("outcome", assessment.outcome())
        .with("rationale", assessment.rationale())
        .with("source", assessment.source())
        .with("source_id", assessment.sourceId())
        .with(
            "error",
            error == null
                ? null
                : new Fields()
                    .with("code", error.code())
                    .with("message", error.message())
                    .with("stack", error.stack()))
        .with("sampling_probability", assessment.samplingProbability())
        .with("metadata", assessment.metadata())
        .with("cost_usd", usage == null ? null : finite(usage.costUsd()))
        .with("input_tokens", usage == null ? null : usage.inputTokens())
        .with("output_tokens", usage == null ? null : usage.outputTokens())
        .with("trace_end", time(assessment.traceEndNanos()))
        .with("decided", assessment.decidedNanos() == 0 ? null : time(assessment.decidedNanos()))
        .with("created", assessment.createdNanos() == 0 ? null : time(assessment.createdNanos()))
        .with("backfill", assessment.backfill())
        .with("overrides", assessment.overrides())
        .with(
            "supersedes",
            supersedes == null
                ? null
                : new Fields()
                    .with("outcome", supersedes.outcome())
                    .with("number", supersedes.number())
                    .with("weight", supersedes.weight())
                    .with("trace_end", time(supersedes.traceEndNanos())));
  }

  static Map<String, Object> scorer(ScorerSpec spec) {
    var objective = spec.objective();
    return new Fields()
        .with("name", spec.name())
        .with("version", spec.version())
        .with("kind", spec.kind())
        .with("parameters", spec.parameters())
        .with("level", spec.level())
        .with("state", spec.state())
        .with("state_reason", spec.stateReason())
        .with("sample_rate", spec.sampleRate())
        .with("filter", spec.filter())
        .with("pass_condition", passCondition(spec.pass()))
        .with(
            "objective",
            objective == null
                ? null
                : new Fields()
                    .with("direction", objective.direction())
                    .with("target", objective.target()))
        .with("owner", spec.owner())
        .with("description", spec.description());
  }

  private static @Nullable Object passCondition(PassCondition condition) {
    return switch (condition) {
      case PassCondition.Natural _ -> null;
      case PassCondition.AtLeast(var bound) -> Map.of("at_least", bound);
      case PassCondition.AtMost(var bound) -> Map.of("at_most", bound);
      case PassCondition.OneOf(var allowed) -> Map.of("one_of", allowed);
    };
  }

  static Map<String, Object> row(QualityRow row) {
    return estimate(
        new Fields()
            .with("app", row.app())
            .with("environment", row.environment())
            .with("app_version", row.appVersion())
            .with("scorer", row.scorer()),
        row.estimate());
  }

  static Map<String, Object> timeline(QualityTimeline timeline) {
    return new Fields()
        .with("app", timeline.app())
        .with("environment", timeline.environment())
        .with("app_version", timeline.appVersion())
        .with("scorer", timeline.scorer())
        .with(
            "points",
            timeline.points().stream()
                .map(point ->
                    estimate(
                        new Fields().with("start", time(point.startNanos())), point.estimate()))
                .toList());
  }

  private static Fields estimate(Fields fields, QualityEstimate estimate) {
    Counts counts = estimate.counts();
    var rate = estimate.passRate();
    fields
        .with("passed", counts.passed())
        .with("failed", counts.failed())
        .with("unjudged", counts.unjudged())
        .with("errors", counts.errors());
    if (rate != null) {
      fields
          .with("pass_rate", finite(rate.ratio()))
          .with("pass_rate_lower", finite(rate.lower()))
          .with("pass_rate_upper", finite(rate.upper()))
          .with("effective_samples", finite(rate.effectiveSamples()));
    }
    return fields.with("mean", finite(estimate.mean()));
  }

  /** RFC 3339 in UTC, to the nanosecond where there are any. */
  static String time(long nanos) {
    return EpochNanos.instant(nanos).toString();
  }

  // JSON has no NaN and no infinity.
  private static @Nullable Double finite(@Nullable Double value) {
    return value == null || !Double.isFinite(value) ? null : value;
  }

  /** Text for a page: a score as people write it. */
  static String text(Score score) {
    return switch (score) {
      case Score.Bool(var value) -> value ? "yes" : "no";
      case Score.Num(var value) -> Formats.number(value);
      case Score.Text(var value) -> value;
      case Score.Items(var values) ->
          String.join(", ", values.stream().map(JsonViews::text).toList());
      case Score.Fields(var values) ->
          String.join(
              ", ",
              values.entrySet().stream()
                  .map(entry -> entry.getKey() + ": " + text(entry.getValue()))
                  .toList());
    };
  }

  static List<Map<String, Object>> assessments(List<Assessment> assessments) {
    return assessments.stream().map(JsonViews::assessment).toList();
  }
}
