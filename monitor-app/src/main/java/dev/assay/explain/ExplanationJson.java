package dev.assay.explain;

import dev.assay.wire.Explanation;
import dev.assay.wire.Explanation.ExplainedSpan;
import dev.assay.wire.Explanation.Field;
import dev.assay.wire.Explanation.Holding;
import dev.assay.wire.Explanation.Origin;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An {@link Explanation} for programs: maps and lists, to be written as JSON. What is absent is
 * left out; every text is cut to 2,000 characters. Control characters are JSON's to escape.
 */
public final class ExplanationJson {
  private static final int MAX_TEXT = 2_000;

  private ExplanationJson() {}

  /** One trace. */
  public static Map<String, Object> of(Explanation explanation) {
    var mapped = explanation.mapped();
    var json = new LinkedHashMap<String, Object>();
    json.put("trace_id", explanation.trace().traceId());
    json.put("sources", true);
    json.put("span_count", mapped.kept());
    json.put(
        "left_out",
        Map.of(
            "duplicate", mapped.duplicates(),
            "over_limit", mapped.overLimit(),
            "invalid", mapped.invalid()));
    json.put("conventions", explanation.conventions());
    json.put("fields", explanation.fields().stream().map(ExplanationJson::field).toList());
    json.put("spans", explanation.spans().stream().map(ExplanationJson::span).toList());
    return json;
  }

  private static Map<String, Object> span(ExplainedSpan span) {
    var json = new LinkedHashMap<String, Object>();
    json.put("span_id", span.spanId());
    json.put("name", cut(span.name()));
    json.put("type", span.type());
    json.put("scope", cut(span.scope()));
    json.put("depth", span.depth());
    json.put("fields", span.fields().stream().map(ExplanationJson::field).toList());
    json.put("kept_attributes", span.kept().stream().map(kept -> cut(kept.name())).toList());
    if (!span.marks().isEmpty()) {
      json.put("no_convention_knows_it_by", span.marks());
    }
    return json;
  }

  private static Map<String, Object> field(Field field) {
    var json = new LinkedHashMap<String, Object>();
    json.put("field", cut(field.name()));
    put(json, "value", field.value());
    put(json, "how", field.how());
    list(json, "sources", field.origins().stream().flatMap(ExplanationJson::sources).toList());
    if (!field.lookedFor().isEmpty()) {
      json.put("looked_for", field.lookedFor());
    }
    list(json, "unusable", field.unusable().stream().map(ExplanationJson::place).toList());
    list(json, "similar_names", field.lookalikes().stream().map(ExplanationJson::place).toList());
    return json;
  }

  private static Stream<Map<String, Object>> sources(Origin origin) {
    return origin.holding().stream()
        .map(holding -> {
          var json = new LinkedHashMap<String, Object>();
          json.put("convention", origin.convention());
          json.putAll(place(holding));
          return json;
        });
  }

  private static Map<String, Object> place(Holding holding) {
    var json = new LinkedHashMap<String, Object>();
    json.put("span_id", holding.spanId());
    json.put("span_name", cut(holding.spanName()));
    json.put("kind", holding.kind().title().replace(' ', '_').replace("'", ""));
    json.put("name", cut(holding.name()));
    put(json, "text", holding.text());
    return json;
  }

  private static void put(Map<String, Object> json, String key, @Nullable String text) {
    if (text != null) {
      json.put(key, cut(text));
    }
  }

  private static void list(Map<String, Object> json, String key, List<?> list) {
    if (!list.isEmpty()) {
      json.put(key, list);
    }
  }

  private static String cut(String text) {
    if (text.length() <= MAX_TEXT) {
      return text;
    }
    int end = MAX_TEXT - 1;
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
  }
}
