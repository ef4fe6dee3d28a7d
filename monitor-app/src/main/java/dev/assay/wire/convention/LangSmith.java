package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.model.SpanType;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * LangSmith's SDKs in their OpenTelemetry mode: runs of LangChain and LangGraph, and functions
 * marked as traceable. Inputs and outputs stand in {@code gen_ai.prompt} and {@code
 * gen_ai.completion}, whatever the run was.
 */
final class LangSmith implements Convention {
  private static final String METADATA = "langsmith.metadata.";
  private static final int MAX_TAGS = 100;
  private static final Pattern STEP = Pattern.compile("(seq:step|graph:step|map:key):");

  @Override
  public void fill(SpanDraft span) {
    if (!span.hasPrefix("langsmith.")) {
      return;
    }
    // its gen_ai.operation.name calls retrievers embeddings, and prompts chats
    span.type(type(span.text("langsmith.span.kind")));
    span.inputs(span.takeContent("gen_ai.prompt"));
    span.outputs(span.takeContent("gen_ai.completion"));
    span.model(
        span.text("gen_ai.response.model", "gen_ai.request.model", METADATA + "ls_model_name"));
    usage(span);
    error(span);
    span.prompt(span.text(METADATA + "lc_hub_repo"), span.text(METADATA + "lc_hub_commit_hash"));
    trace(span);
  }

  private static @Nullable SpanType type(@Nullable String kind) {
    return switch (kind == null ? "" : kind.toLowerCase(Locale.ROOT)) {
      case "llm" -> SpanType.CHAT_MODEL;
      case "chain" -> SpanType.CHAIN;
      case "tool" -> SpanType.TOOL;
      case "retriever" -> SpanType.RETRIEVER;
      case "embedding" -> SpanType.EMBEDDING;
      case "prompt" -> SpanType.TASK;
      case "parser" -> SpanType.PARSER;
      default -> null;
    };
  }

  private static void usage(SpanDraft span) {
    var usage = tree(span, "langsmith.usage_metadata");
    if (usage != null && usage.isObject()) {
      span.usage(
          Values.number(usage.get("input_tokens")),
          Values.number(usage.get("output_tokens")),
          Values.number(usage.get("total_tokens")),
          Values.number(usage.path("input_token_details").get("cache_read")));
      span.costUsd(Values.number(usage.get("total_cost")));
    }
    var details = tree(span, "gen_ai.usage.input_token_details");
    if (details != null) {
      span.usage(
          span.number("gen_ai.usage.input_tokens"),
          span.number("gen_ai.usage.output_tokens"),
          span.number("gen_ai.usage.total_tokens"),
          Values.number(details.get("cache_read")));
    }
  }

  /** Its JavaScript SDK says OK of every run, also of those whose exception it then records. */
  private static void error(SpanDraft span) {
    for (var event : span.events()) {
      if (event.getName().equals("exception")) {
        span.fail(SpanDraft.value(event.getAttributesList(), "exception.message"));
      }
    }
  }

  private static void trace(SpanDraft span) {
    var trace = span.trace();
    tags(trace, span.text("langsmith.span.tags"));
    trace.session(
        span.text(METADATA + "session_id", METADATA + "thread_id", METADATA + "conversation_id"));
    trace.session(span.text("langsmith.trace.session_id"));
    trace.user(span.text(METADATA + "user_id"));
    span.below(METADATA).forEach(trace::metadata);
  }

  /** By comma; without those by which LangChain numbers the steps of its own runs. */
  private static void tags(TraceFacts trace, @Nullable String tags) {
    for (var tag : tags == null ? new String[0] : tags.split(",", MAX_TAGS)) {
      if (!STEP.matcher(tag.strip()).lookingAt()) {
        trace.tag(tag.strip(), "true");
      }
    }
  }

  private static @Nullable JsonNode tree(SpanDraft span, String key) {
    var content = span.content(key);
    return content == null ? null : content.tree();
  }
}
