package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.assay.model.SpanType;
import io.opentelemetry.proto.common.v1.AnyValue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** OpenInference (Arize Phoenix and its instrumentations): lists are spread over dotted keys. */
final class OpenInference implements Convention {
  private static final String[] MODEL = {
    "llm.response.model_name",
    "llm.model_name",
    "llm.request.model_name",
    "embedding.model_name",
    "reranker.model_name"
  };

  @Override
  public void fill(SpanDraft span) {
    if (!isOpenInference(span)) {
      return;
    }
    if (LlamaIndex.isPlumbing(span)) {
      span.type(SpanType.TASK);
      trace(span);
      return;
    }
    // smolagents ends by a tool of its own, which is no tool of the application's
    span.type(span.span().getName().equals("FinalAnswerTool") ? SpanType.TASK : type(span));
    span.model(span.text(MODEL));
    span.usage(
        span.number("llm.token_count.prompt"),
        span.number("llm.token_count.completion"),
        span.number("llm.token_count.total"),
        span.number("llm.token_count.prompt_details.cache_read"));
    span.costUsd(span.number("llm.cost.total"));
    offered(span);
    span.prompt(
        span.text("prompt.id", "llm.prompt_template.name"),
        span.text("llm.prompt_template.version", "prompt.version"));
    content(span);
    tool(span);
    retrieval(span);
    trace(span);
  }

  private static boolean isOpenInference(SpanDraft span) {
    return span.has("openinference.span.kind")
        || span.has("input.value")
        || span.has("output.value")
        || span.has("tag.tags")
        || span.hasPrefix("llm.")
        || span.hasPrefix("retrieval.documents.");
  }

  private static @Nullable SpanType type(SpanDraft span) {
    var kind = span.text("openinference.span.kind");
    if (kind == null) {
      return span.hasPrefix("llm.input_messages.") ? SpanType.LLM : null;
    }
    return switch (kind.toUpperCase(Locale.ROOT)) {
      case "LLM" -> SpanType.LLM;
      case "EMBEDDING" -> SpanType.EMBEDDING;
      case "CHAIN" -> SpanType.CHAIN;
      case "RETRIEVER" -> SpanType.RETRIEVER;
      case "RERANKER" -> SpanType.RERANKER;
      case "TOOL" -> SpanType.TOOL;
      case "AGENT" -> SpanType.AGENT;
      case "GUARDRAIL" -> SpanType.GUARDRAIL;
      case "EVALUATOR" -> SpanType.EVALUATOR;
      case "PROMPT" -> SpanType.TASK;
      default -> null;
    };
  }

  private static void offered(SpanDraft span) {
    if (span.hasPrefix("llm.tools.")) {
      span.offered(ToolDefinitions.names(Flattened.of(span.below("llm.tools."))));
    }
    var parameters = span.content("llm.invocation_parameters");
    if (parameters != null) {
      span.offered(ToolDefinitions.names(parameters.tree().get("tools")));
    }
  }

  private static void content(SpanDraft span) {
    if (!LlamaIndex.isPrinted(span)) {
      span.inputs(value(span, "input"));
    }
    span.outputs(value(span, "output"));
    var asked = unwrapped(span.takeFlattened("llm.input_messages."), "message");
    if (asked != null) {
      span.asked(Messages.read(asked, "user"));
      span.inputs(Content.ofTree(asked));
    }
    var answered = unwrapped(span.takeFlattened("llm.output_messages."), "message");
    if (answered != null) {
      span.answered(Messages.read(answered, "assistant"));
      span.outputs(Content.ofTree(answered));
    }
  }

  /** {@code input.value} or {@code output.value}, read as its MIME type says. */
  private static @Nullable Content value(SpanDraft span, String side) {
    var mimeType = span.takeText(side + ".mime_type");
    AnyValue value = span.take(side + ".value");
    if (value == null) {
      return null;
    }
    if (!value.hasStringValue() || mimeType == null) {
      return Content.of(value);
    }
    return switch (mimeType) {
      case "application/json" -> Content.ofJson(value.getStringValue());
      case "text/plain" -> Content.ofText(value.getStringValue());
      default -> Content.of(value);
    };
  }

  private static void tool(SpanDraft span) {
    span.tool(span.text("tool.name"));
    // the tool's own schema, or its arguments, as instrumentations differ; inputs come first
    if (!span.hasInputs()) {
      span.arguments(span.takeContent("tool.parameters"));
    }
  }

  private static void retrieval(SpanDraft span) {
    var documents = unwrapped(span.takeFlattened("retrieval.documents."), "document");
    if (documents != null) {
      var told = Documents.read(documents);
      span.documents(span.hasOutputs() ? Documents.both(told, span.returned()) : told);
      span.outputs(Content.ofTree(documents));
    }
    span.inputs(span.takeContent("reranker.query"));
    if (!span.hasOutputs()) {
      span.outputs(
          Content.ofTree(unwrapped(span.takeFlattened("reranker.output_documents."), "document")));
    }
  }

  private static void trace(SpanDraft span) {
    var trace = span.trace();
    trace.metadata(span.takeContent("metadata"));
    trace.tags(span.takeContent("tag.tags"));
  }

  /** Each item's envelope taken off: {@code [{"message": {…}}]} → {@code [{…}]}. */
  private static @Nullable JsonNode unwrapped(@Nullable JsonNode list, String envelope) {
    if (list == null || !list.isArray()) {
      return list;
    }
    var items = JsonNodeFactory.instance.arrayNode(list.size());
    for (var item : list) {
      items.add(item.path(envelope).isObject() ? item.get(envelope) : item);
    }
    return items;
  }
}
