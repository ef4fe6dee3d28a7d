package dev.assay.explain;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.terminal.Columns;
import java.util.ArrayList;
import java.util.List;

/**
 * A stored trace, as the API gives it, for people: its fields without their sources, which nobody
 * kept. Made inert and cut, as {@link ExplanationText} does.
 */
public final class StoredTraceText {
  private static final int NAME = 18;
  private static final int MAX_NAMES = 40;
  private static final List<String> FIELDS =
      List.of(
          "app",
          "app_version",
          "environment",
          "name",
          "session_id",
          "user_id",
          "tags",
          "metadata",
          "question",
          "answer",
          "inputs",
          "outputs",
          "told_tool_calls",
          "token_usage",
          "cost_usd",
          "status",
          "sampling_probability");
  private static final List<String> OF_SPANS =
      List.of(
          "type",
          "inputs",
          "outputs",
          "messages",
          "model",
          "token_usage",
          "cost_usd",
          "tool_call",
          "documents",
          "status_message");

  private StoredTraceText() {}

  /**
   * Lines without line breaks.
   *
   * @param trace as {@code /api/v1/traces/{id}} gives it
   */
  public static List<String> render(JsonNode trace, int width, int maxSpans) {
    var lines = new ArrayList<String>();
    lines.add(
        "Trace %s, revision %s, as it is stored"
            .formatted(text(trace.path("trace_id")), text(trace.path("revision"))));
    lines.add("");
    FIELDS.forEach(field -> lines.add(line(field, trace.path(field))));
    var spans = trace.path("spans");
    for (int i = 0; i < Math.min(spans.size(), maxSpans); i++) {
      var span = spans.get(i);
      lines.add("");
      lines.add("Span \"%s\" %s".formatted(text(span.path("name")), text(span.path("span_id"))));
      OF_SPANS.stream()
          .filter(field -> !isNothing(span.path(field)))
          .forEach(field -> lines.add(line(field, span.path(field))));
      var names = new ArrayList<String>();
      span.path("attributes").fieldNames().forEachRemaining(names::add);
      names.sort(null);
      lines.add(
          "  kept as they are: "
              + Columns.inert(
                  String.join(", ", names.subList(0, Math.min(MAX_NAMES, names.size())))));
    }
    if (spans.size() > maxSpans) {
      lines.add("");
      lines.add("%d spans more; --spans N shows more".formatted(spans.size() - maxSpans));
    }
    return lines.stream().map(line -> Columns.cut(line, Math.max(60, width))).toList();
  }

  private static String line(String field, JsonNode value) {
    return "  "
        + Columns.left(field.replace('_', ' '), NAME + 4)
        + (isNothing(value) ? "(empty)" : text(value));
  }

  private static boolean isNothing(JsonNode value) {
    return value.isMissingNode()
        || value.isNull()
        || (value.isContainerNode() && value.isEmpty())
        || (value.isTextual() && value.textValue().isEmpty());
  }

  private static String text(JsonNode value) {
    var text = value.isValueNode() ? value.asText() : value.toString();
    var head = text.length() > 1_000 ? text.substring(0, 1_000) : text;
    return Columns.inert(head.replaceAll("\\s+", " "));
  }
}
