package dev.assay.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.assay.model.Document;
import dev.assay.model.Span;
import dev.assay.model.SpanType;
import dev.assay.model.TokenUsage;
import dev.assay.model.ToolCall;
import dev.assay.model.Trace;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** An application's own log ({@code expected.json}) against the traces that were mapped. */
final class ExpectedFacts {
  private final JsonNode expected;

  /** Field → what was expected and what was found, of fields that differ. */
  private final Map<String, String> differences = new LinkedHashMap<>();

  private int position;

  private ExpectedFacts(JsonNode expected) {
    this.expected = expected;
  }

  static Map<String, String> differences(JsonNode expected, List<Trace> traces) {
    var facts = new ExpectedFacts(expected);
    var turns = expected.get("traces");
    facts.same("traces", turns.size(), traces.size());
    for (int i = 0; i < Math.min(turns.size(), traces.size()); i++) {
      facts.position = i;
      facts.trace(turns.get(i), traces.get(i));
    }
    return facts.differences;
  }

  private void trace(JsonNode turn, Trace trace) {
    var header = trace.header();
    same("app", expected.get("app").asText(), header.app());
    // without them a trace has OpenTelemetry's defaults
    differ(
        "app_version",
        absent("app_version") ? "" : expected.get("app_version").asText(),
        header.appVersion());
    differ(
        "environment",
        absent("environment") ? "default" : expected.get("environment").asText(),
        header.environment());
    same("session", text(turn.get("session")), header.sessionId());
    same("user", text(turn.get("user")), header.userId());
    same("tags", texts(turn.get("tags")), header.tags().keySet().stream().sorted().toList());
    same("question", text(turn.get("question")), trace.question());
    same("answer", text(turn.get("answer")), trace.answer());
    same("status", turn.get("status").asText(), header.status().name());
    models(turn, trace);
    tools(turn.get("tool_calls"), trace);
    documents(turn.get("documents"), trace.documents());
    for (var type : texts(turn.get("types"))) {
      var field = "types." + type;
      boolean found =
          trace.spans().stream().anyMatch(span -> span.type() == SpanType.valueOf(type));
      same(field, !absent(field), found);
    }
  }

  private void models(JsonNode turn, Trace trace) {
    int calls = turn.get("llm_calls").asInt();
    same("llm_calls", calls, trace.llmCalls().size());
    var answered = trace.llmCalls().stream().map(Span::model).filter(Objects::nonNull).distinct();
    // where the wire has no more than the model that was asked for, that it must be
    var key = absent("models") && !absent("requested_models") ? "requested_models" : "models";
    differ(
        "models", absent("requested_models") ? List.of() : texts(turn.get(key)), answered.toList());
    var usage = Objects.requireNonNullElse(header(trace), new TokenUsage(0, 0, 0, null));
    same(
        "input_tokens",
        absent("input_tokens")
            ? 0
            : turn.get("input_tokens").asLong()
                + (absent("embedding_tokens") ? 0 : turn.get("embedding_tokens").asLong()),
        usage.inputTokens());
    same(
        "output_tokens",
        absent("output_tokens") ? 0 : turn.get("output_tokens").asLong(),
        usage.outputTokens());
  }

  private void tools(JsonNode calls, Trace trace) {
    var spans = trace.spans().stream().filter(span -> span.toolCall() != null).toList();
    var tools = trace.toolCalls();
    same("tool_calls", absent("tool_calls") ? 0 : calls.size(), tools.size());
    for (int i = 0; i < Math.min(calls.size(), tools.size()); i++) {
      var call = calls.get(i);
      ToolCall tool = tools.get(i);
      same("tool_calls.name", call.get("name").asText(), tool.name());
      same("tool_calls.arguments", call.get("arguments"), json(tool.arguments()));
      same(
          "tool_calls.failed",
          !absent("tool_calls.failed") && call.get("status").asText().equals("ERROR"),
          tool.status().name().equals("ERROR"));
      if (call.get("error").isNull()) {
        same("tool_calls.result", call.get("result"), json(tool.result()));
      } else {
        // where no span says: what the model was told is all there is
        var said = i < spans.size() ? spans.get(i).statusMessage() : null;
        var message = Objects.requireNonNullElse(said == null ? tool.result() : said, "");
        var error = call.get("error").asText();
        // an error that is called absent must not be there
        var rest = absent("tool_calls.error") ? null : message;
        differ(
            "tool_calls.error",
            absent("tool_calls.error") ? null : error,
            message.contains(error) ? error : rest);
      }
    }
  }

  private void documents(JsonNode documents, List<Document> found) {
    same("documents", absent("documents") ? 0 : documents.size(), found.size());
    for (int i = 0; i < Math.min(documents.size(), found.size()); i++) {
      var document = documents.get(i);
      same("documents.id", text(document.get("id")), found.get(i).id());
      differ(
          "documents.text",
          absent("documents.text") ? "" : text(document.get("text")),
          found.get(i).text());
      same("documents.score", document.get("score").asDouble(), found.get(i).score());
    }
  }

  /** What the SDK does not export must not be invented: null or empty is then expected. */
  private void same(String field, @Nullable Object wanted, @Nullable Object found) {
    Object nothing =
        switch (wanted) {
          case List<?> _ -> List.of();
          case JsonNode _ -> NullNode.instance;
          case Integer _ -> wanted;
          case Long _ -> wanted;
          case Boolean _ -> wanted;
          case null, default -> null;
        };
    differ(field, absent(field) ? nothing : wanted, found);
  }

  private void differ(String field, @Nullable Object wanted, @Nullable Object found) {
    if (!Objects.equals(wanted, found)) {
      differences.merge(
          field, "expected %s, was %s".formatted(wanted, found), (a, b) -> a + "; " + b);
    }
  }

  private boolean absent(String field) {
    var absent = expected.get("absent_on_wire");
    return absent.has(field) || absent.has(field + "[" + position + "]");
  }

  private static @Nullable TokenUsage header(Trace trace) {
    return trace.header().tokenUsage();
  }

  private static JsonNode json(@Nullable String text) {
    return text == null
        ? NullNode.instance
        : Json.parse(text).orElseGet(() -> TextNode.valueOf(text));
  }

  private static @Nullable String text(JsonNode node) {
    return node.isNull() ? null : node.asText();
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).sorted().toList();
  }
}
