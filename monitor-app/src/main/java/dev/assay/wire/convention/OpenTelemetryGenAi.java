package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.model.Message;
import dev.assay.model.SpanType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * OpenTelemetry's semantic conventions for generative AI, from their first drafts (as OpenLLMetry
 * and older instrumentations still send them) to today's. Content stands in attributes, as JSON
 * text or structured, or in span events; {@link GenAiEvents} reads those.
 */
final class OpenTelemetryGenAi implements Convention {
  private static final String[] MODEL = {"gen_ai.response.model", "gen_ai.request.model"};
  private static final String[] INPUT_TOKENS = {
    "gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"
  };
  private static final String[] OUTPUT_TOKENS = {
    "gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"
  };
  private static final String[] TOTAL_TOKENS = {
    "gen_ai.usage.total_tokens", "llm.usage.total_tokens"
  };
  private static final String[] CACHE_READ = {
    "gen_ai.usage.cache_read.input_tokens",
    "gen_ai.usage.cache_read_input_tokens",
    "gen_ai.usage.input_tokens.cached",
    "gen_ai.usage.details.cache_read_tokens",
    "gen_ai.usage.details.cached_tokens"
  };

  /** Scope of Anthropic's own clients. */
  private static final String ANTHROPIC = "com.anthropic.sdk.";

  @Override
  public String title() {
    return "OpenTelemetry GenAI";
  }

  @Override
  public void fill(SpanDraft span) {
    if (!span.hasPrefix("gen_ai.") && !GenAiEvents.in(span)) {
      return;
    }
    span.type(type(span));
    span.model(span.text(MODEL));
    span.usage(
        span.number(INPUT_TOKENS),
        span.number(OUTPUT_TOKENS),
        span.number(TOTAL_TOKENS),
        span.number(CACHE_READ));
    span.costUsd(span.number("gen_ai.usage.cost"));
    span.prompt(span.text("gen_ai.prompt.name"), span.text("gen_ai.prompt.version"));
    var tools = span.content("gen_ai.tool.definitions");
    span.offered(ToolDefinitions.names(tools == null ? null : tools.tree()));
    span.trace().session(span.text("gen_ai.conversation.id"));
    span.trace().user(span.text("gen_ai.user"));
    tool(span);
    messages(span);
    GenAiEvents.fill(span);
    legacyMessages(span);
    retrieval(span);
  }

  private static @Nullable SpanType type(SpanDraft span) {
    var operation = ofOperation(span.text("gen_ai.operation.name"));
    if (operation != null) {
      return operation;
    }
    // these name the operation where they call a model, and a model also where they count tokens
    if (span.scope().startsWith(ANTHROPIC)) {
      return null;
    }
    if (span.has("gen_ai.tool.name") || span.has("gen_ai.tool.call.id")) {
      return SpanType.TOOL;
    }
    var request = ofRequestType(span.text("llm.request.type"));
    if (request != null) {
      return request;
    }
    if (span.has("gen_ai.agent.name")) {
      return SpanType.AGENT;
    }
    return span.text(MODEL) == null ? null : SpanType.LLM;
  }

  private static @Nullable SpanType ofOperation(@Nullable String operation) {
    return switch (operation) {
      case null -> null;
      case "chat" -> SpanType.CHAT_MODEL;
      case "generate_content", "text_completion", "response" -> SpanType.LLM;
      case "embeddings" -> SpanType.EMBEDDING;
      case "retrieval" -> SpanType.RETRIEVER;
      case "execute_tool" -> SpanType.TOOL;
      case "create_agent", "invoke_agent" -> SpanType.AGENT;
      case "invoke_workflow" -> SpanType.WORKFLOW;
      case "rerank" -> SpanType.RERANKER;
      case "plan", "agent_step" -> SpanType.TASK;
      // search_memory, create_memory_store and five more; MLflow's exporter says its own types
      default -> operation.contains("memory") ? SpanType.MEMORY : MLflow.type(operation);
    };
  }

  private static @Nullable SpanType ofRequestType(@Nullable String request) {
    return switch (request) {
      case null -> null;
      case "chat" -> SpanType.CHAT_MODEL;
      case "completion" -> SpanType.LLM;
      case "embedding" -> SpanType.EMBEDDING;
      case "rerank" -> SpanType.RERANKER;
      default -> null;
    };
  }

  private static void tool(SpanDraft span) {
    span.tool(span.text("gen_ai.tool.name"));
    span.arguments(span.takeContent("gen_ai.tool.call.arguments"));
    span.result(span.takeContent("gen_ai.tool.call.result"));
  }

  private static void messages(SpanDraft span) {
    var input = span.takeContent("gen_ai.input.messages");
    if (input != null) {
      span.asked(asked(span.takeContent("gen_ai.system_instructions"), input.tree()));
      span.inputs(input);
    }
    var output = span.takeContent("gen_ai.output.messages");
    if (output != null) {
      span.outputs(output);
      span.answered(Messages.read(output.tree(), "assistant"));
    }
  }

  /** The messages sent, the system's instructions first where they travel apart. */
  static List<Message> asked(@Nullable Content system, JsonNode input) {
    var messages = Messages.read(input, "user");
    var instructions = system == null ? null : Messages.plain(system.tree(), false, 0);
    if (instructions == null || messages.stream().anyMatch(m -> m.role().equals("system"))) {
      return messages;
    }
    var all = new ArrayList<Message>();
    all.add(new Message("system", instructions));
    all.addAll(messages);
    return all;
  }

  private static void legacyMessages(SpanDraft span) {
    if (!span.hasInputs()) {
      var prompt = span.takeContent("gen_ai.prompt");
      span.inputs(prompt != null ? prompt : Content.ofTree(legacyPrompt(span)));
    }
    if (!span.hasOutputs()) {
      var completion = span.takeContent("gen_ai.completion");
      span.outputs(
          completion != null
              ? completion
              : Content.ofTree(span.takeFlattened("gen_ai.completion.")));
    }
  }

  /** {@code gen_ai.prompt.0.content} and so on; {@code gen_ai.prompt.name} is another matter. */
  private static @Nullable JsonNode legacyPrompt(SpanDraft span) {
    for (var key : span.below("gen_ai.prompt.").keySet()) {
      if (!key.isEmpty() && Character.isDigit(key.charAt(0))) {
        return span.takeFlattened("gen_ai.prompt.");
      }
    }
    return null;
  }

  private static void retrieval(SpanDraft span) {
    span.inputs(span.takeContent("gen_ai.retrieval.query.text", "gen_ai.memory.query.text"));
    var documents = span.takeContent("gen_ai.retrieval.documents");
    if (documents != null) {
      span.outputs(documents);
      span.documents(Documents.read(documents.tree()));
    }
    span.outputs(span.takeContent("gen_ai.memory.records"));
  }
}
