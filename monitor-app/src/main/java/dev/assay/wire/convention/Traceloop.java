package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.assay.model.SpanType;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Traceloop's OpenLLMetry, beyond what it shares with OpenTelemetry's conventions: workflows,
 * tasks, agents and tools, association properties, managed prompts, vector databases.
 */
final class Traceloop implements Convention {
  private static final String PROPERTIES = "traceloop.association.properties.";
  private static final String ENTITY_NAME = "traceloop.entity.name";

  @Override
  public String title() {
    return "Traceloop / OpenLLMetry";
  }

  @Override
  public void fill(SpanDraft span) {
    if (span.hasPrefix("traceloop.")) {
      var output = Content.ofJson(span.takeText("traceloop.entity.output"));
      if (output != null && "vector_db_retrieve".equals(span.text("gen_ai.operation.name"))) {
        span.type(SpanType.RETRIEVER); // a task by its kind: LangChain's retrievers
        span.documents(Documents.read(output.tree().path("documents")));
      }
      if (output != null && "task".equals(span.text("traceloop.span.kind"))) {
        found(span, output.tree());
      }
      if (output != null && LlamaIndex.isToolOutput(output.tree())) {
        span.type(SpanType.TOOL);
        span.tool(output.tree().get("tool_name").textValue());
      }
      // a task that is one of GenAI's operations is that
      if (!span.has("gen_ai.operation.name")) {
        span.type(type(span.text("traceloop.span.kind")));
      }
      span.inputs(Content.ofJson(span.takeText("traceloop.entity.input")));
      span.outputs(output);
      if ("tool".equals(span.text("traceloop.span.kind"))) {
        span.tool(span.text("gen_ai.tool.name", ENTITY_NAME));
      }
      span.prompt(
          span.text("traceloop.prompt.key", "traceloop.prompt.managed_key"),
          span.text("traceloop.prompt.version_name", "traceloop.prompt.version"));
      properties(span);
    }
    if (span.hasPrefix("llm.request.functions.")) {
      span.offered(ToolDefinitions.names(Flattened.of(span.below("llm.request.functions."))));
    }
    if (span.hasPrefix("db.")) {
      vectorSearch(span);
    }
  }

  /**
   * Its decorators know no retriever. A task that returns a list of texts, each with a score, is
   * one.
   */
  private static void found(SpanDraft span, JsonNode output) {
    var documents = Documents.scored(output);
    if (!documents.isEmpty()) {
      span.type(SpanType.RETRIEVER);
      span.documents(documents);
    }
  }

  private static @Nullable SpanType type(@Nullable String kind) {
    return switch (kind == null ? "" : kind.toLowerCase(Locale.ROOT)) {
      case "workflow" -> SpanType.WORKFLOW;
      case "task" -> SpanType.TASK;
      case "agent" -> SpanType.AGENT;
      case "tool" -> SpanType.TOOL;
      default -> null;
    };
  }

  private static void properties(SpanDraft span) {
    var trace = span.trace();
    span.below(PROPERTIES)
        .forEach((key, value) -> {
          switch (key) {
            case "session_id", "sessionId", "session.id", "thread_id", "conversation_id" ->
                trace.session(value);
            case "user_id", "userId", "user.id" -> trace.user(value);
            case "tags" -> trace.tags(Content.of(value));
            default -> trace.metadata(key, value);
          }
        });
  }

  /** A query of a vector database: its results are span events, one a document. */
  private static void vectorSearch(SpanDraft span) {
    var results =
        span.takeEvents(name -> name.equals("db.query.result") || name.equals("db.search.result"));
    if (!results.isEmpty()) {
      var documents = JsonNodeFactory.instance.arrayNode(results.size());
      for (var result : results) {
        var document = documents.addObject();
        for (var attribute : result.getAttributesList()) {
          var key = attribute.getKey();
          var field = key.substring(key.lastIndexOf('.') + 1);
          var content = field.equals("vector") ? null : Content.of(attribute.getValue());
          if (content != null) {
            document.set(field, content.tree());
          }
        }
      }
      span.type(SpanType.RETRIEVER);
      retrieved(span, documents);
    } else if (span.hasPrefix("db.vector.query.")) {
      span.type(SpanType.RETRIEVER);
    }
  }

  private static void retrieved(SpanDraft span, ArrayNode documents) {
    span.documents(Documents.read(documents));
    span.outputs(Content.ofTree(documents));
  }
}
