package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.model.Outcome;
import dev.assay.model.PassCondition;
import dev.assay.model.ReportedEvaluation;
import dev.assay.model.Score;
import dev.assay.model.ScorerError;
import dev.assay.model.SourceType;
import dev.assay.model.Span;
import dev.assay.model.SpanEvent;
import dev.assay.model.Trace;
import dev.assay.model.TraceHeader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Verdicts that ride on spans: OpenTelemetry's events {@code gen_ai.evaluation.result}, and
 * OpenInference's annotations, {@code annotations.N.annotation.*} or {@code
 * evaluations.N.evaluation.*}, of the span, or with {@code trace.} or {@code session.} before it of
 * the trace or session. On a span made afterwards, of kind EVALUATOR and with exactly one link,
 * they concern what it links to; its parent never does.
 */
public final class ReportedEvaluations {
  /** Of one trace; those beyond are left out. */
  static final int MAX = 100;

  private static final String EVENT = "gen_ai.evaluation.result";
  private static final PassCondition NATURAL = new PassCondition.Natural();
  private static final List<String> SCOPES = List.of("", "trace.", "session.");
  private static final List<String> KINDS = List.of("annotation", "evaluation");

  private final Trace trace;
  private final Map<List<String>, ReportedEvaluation> found = new LinkedHashMap<>();

  private ReportedEvaluations(Trace trace) {
    this.trace = trace;
  }

  /** Whether {@link #of} may find any: only then is the whole trace worth decoding. */
  public static boolean in(TraceHeader header) {
    return header.metadata().containsKey(EvaluationMarks.MARK);
  }

  /**
   * The first {@value #MAX} of a trace, each target, name and identifier once. What has no name, or
   * none of score, label, explanation and error, is left out.
   */
  public static List<ReportedEvaluation> of(Trace trace) {
    var reported = new ReportedEvaluations(trace);
    for (var span : trace.spans()) {
      for (var event : span.events()) {
        if (event.name().equals(EVENT)) {
          reported.add(span, event);
        }
      }
      if (isAnnotated(span.attributes().keySet())) {
        reported.add(span);
      }
    }
    return new ArrayList<>(reported.found.values());
  }

  static boolean isEvent(SpanDraft span) {
    for (var event : span.events()) {
      if (event.getName().equals(EVENT)) {
        return true;
      }
    }
    return false;
  }

  static boolean isAnnotated(SpanDraft span) {
    for (var attribute : span.attributes()) {
      if (isAnnotation(attribute.getKey())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAnnotated(Iterable<String> keys) {
    for (var key : keys) {
      if (isAnnotation(key)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAnnotation(String key) {
    var unscoped =
        key.startsWith("trace.") || key.startsWith("session.")
            ? key.substring(key.indexOf('.') + 1)
            : key;
    return unscoped.startsWith("annotations.") || unscoped.startsWith("evaluations.");
  }

  private void add(Span span, SpanEvent event) {
    var said = event.attributes();
    var metadata = new HashMap<String, String>();
    put(metadata, "response_id", said.get("gen_ai.response.id"));
    add(
        trace.traceId(),
        span.spanId(),
        null,
        said.get("gen_ai.evaluation.name"),
        "",
        Values.number(said.get("gen_ai.evaluation.score.value")),
        said.get("gen_ai.evaluation.score.label"),
        said.get("gen_ai.evaluation.explanation"),
        said.get("error.type"),
        null,
        scope(span),
        metadata);
  }

  private void add(Span span) {
    var target = span.attributes().get(EvaluationMarks.TARGET);
    var traceId = target == null ? trace.traceId() : target.substring(0, 32);
    var spanId = target == null ? span.spanId() : target.substring(33);
    for (var scope : SCOPES) {
      for (var kind : KINDS) {
        for (var item : items(span, scope + kind + "s.")) {
          var own = span.attributes().get("session.id");
          var session = own == null ? trace.header().sessionId() : own;
          if (!scope.equals("session.")) {
            add(span, item.path(kind), traceId, scope.isEmpty() ? spanId : null, null);
          } else if (session != null) {
            add(span, item.path(kind), traceId, null, session);
          }
        }
      }
    }
  }

  private void add(
      Span span,
      JsonNode said,
      String traceId,
      @Nullable String spanId,
      @Nullable String sessionId) {
    var metadata = new HashMap<String, String>();
    put(metadata, "metadata", text(said, "metadata"));
    add(
        traceId,
        spanId,
        sessionId,
        text(said, "name"),
        orElse(text(said, "identifier"), ""),
        Values.number(said.get("score")),
        text(said, "label"),
        text(said, "explanation"),
        text(said, "error.type"),
        text(said, "annotator_kind"),
        orElse(text(said, "identifier"), scope(span)),
        metadata);
  }

  private void add(
      String traceId,
      @Nullable String spanId,
      @Nullable String sessionId,
      @Nullable String name,
      String identifier,
      @Nullable Double number,
      @Nullable String label,
      @Nullable String explanation,
      @Nullable String error,
      @Nullable String annotator,
      String sourceId,
      Map<String, String> metadata) {
    if (name == null || name.isBlank() || found.size() >= MAX) {
      return;
    }
    Score score =
        number != null
            ? new Score.Num(number)
            : label != null
                ? new Score.Text(label)
                : explanation != null ? new Score.Text(explanation) : null;
    if (score == null && error == null) {
      return;
    }
    put(metadata, "label", number == null ? null : label);
    put(metadata, "identifier", identifier.isEmpty() ? null : identifier);
    var failed = score == null ? new ScorerError("REPORTED_ERROR", orElse(error, "")) : null;
    var evaluation =
        new ReportedEvaluation(
            traceId,
            spanId,
            sessionId,
            safe(name),
            identifier,
            score,
            failed != null
                ? Outcome.ERROR
                : label == null ? Outcome.NONE : NATURAL.judge(new Score.Text(label)),
            explanation,
            source(annotator),
            sourceId,
            failed,
            metadata);
    found.putIfAbsent(
        List.of(
            traceId,
            orElse(spanId, ""),
            orElse(sessionId, ""),
            evaluation.name(),
            evaluation.identifier()),
        evaluation);
  }

  /** Flattened lists, put together again within the same bounds as a span's other content. */
  private static Iterable<JsonNode> items(Span span, String prefix) {
    var below = new java.util.TreeMap<String, String>();
    span.attributes()
        .forEach((key, value) -> {
          if (key.startsWith(prefix)) {
            below.put(key.substring(prefix.length()), value);
          }
        });
    var list = Flattened.of(below);
    return list == null || !list.isArray() ? List.of() : list;
  }

  private static SourceType source(@Nullable String annotator) {
    return switch (annotator == null ? "" : annotator.toUpperCase(Locale.ROOT)) {
      case "HUMAN" -> SourceType.HUMAN;
      case "LLM" -> SourceType.LLM_JUDGE;
      // OpenTelemetry does not say who evaluated
      default -> SourceType.CODE;
    };
  }

  /** A name that may become a label. */
  private static String safe(String name) {
    var safe = name.strip().replaceAll("[^a-zA-Z0-9_./-]", "_");
    return safe.length() > 128 ? safe.substring(0, 128) : safe;
  }

  private static String scope(Span span) {
    return orElse(span.attributes().get("otel.scope.name"), "span");
  }

  private static @Nullable String text(JsonNode node, String field) {
    var value = node.get(field);
    var text = value == null || value.isNull() ? null : Content.text(value);
    return text == null || text.isBlank() ? null : text;
  }

  private static void put(Map<String, String> map, String key, @Nullable String value) {
    if (value != null) {
      map.put(key, value);
    }
  }

  private static String orElse(@Nullable String text, String otherwise) {
    return text == null ? otherwise : text;
  }
}
