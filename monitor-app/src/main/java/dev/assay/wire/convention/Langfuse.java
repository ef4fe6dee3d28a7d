package dev.assay.wire.convention;

import com.fasterxml.jackson.databind.JsonNode;
import dev.assay.model.SpanType;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Langfuse's SDKs (Python from version 3, JavaScript from version 4). Usage is told apart by kind:
 * {@code input} leaves out what {@code input_cached_tokens} and the like count; the provider's own
 * form, {@code prompt_tokens} with details, does not.
 */
final class Langfuse implements Convention {
  private static final String OBSERVATION = "langfuse.observation.";
  private static final String METADATA = "langfuse.trace.metadata.";

  @Override
  public void fill(SpanDraft span) {
    environment(span, span.resource("langfuse.environment"));
    if (!span.hasPrefix("langfuse.")) {
      return;
    }
    span.type(isEmbedding(span) ? SpanType.EMBEDDING : type(span.text(OBSERVATION + "type")));
    var input = span.takeContent(OBSERVATION + "input");
    var output = span.takeContent(OBSERVATION + "output");
    if (isRetrieval(input, output)) {
      span.type(SpanType.RETRIEVER);
    }
    span.inputs(input);
    span.outputs(output);
    span.model(span.text(OBSERVATION + "model.name"));
    usage(span, tree(span, OBSERVATION + "usage_details"));
    cost(span, tree(span, OBSERVATION + "cost_details"));
    span.prompt(
        span.text(OBSERVATION + "prompt.name", "langfuse.prompt.name"),
        span.text(OBSERVATION + "prompt.version", "langfuse.prompt.version"));
    if ("ERROR".equals(span.text(OBSERVATION + "level"))) {
      span.fail(span.text(OBSERVATION + "status_message"));
    }
    if (isTrue(span, "langfuse.internal.as_root")
        || isTrue(span, "langfuse.internal.is_app_root")) {
      span.applicationRoot();
    }
    trace(span);
  }

  /** "default" is what the SDK says where nobody said anything: the resource may know better. */
  private static void environment(SpanDraft span, @Nullable String value) {
    if (!"default".equals(value)) {
      span.trace().environment(value);
    }
  }

  /** The OpenAI client of its JavaScript SDK says "generation" of every call. */
  private static boolean isEmbedding(SpanDraft span) {
    if (!"generation".equals(span.text(OBSERVATION + "type"))) {
      return false;
    }
    var model = span.text(OBSERVATION + "model.name");
    return span.span().getName().equals("OpenAI.embeddings")
        || (model != null && model.contains("embed"));
  }

  /**
   * Its handler for LangChain in JavaScript knows no retrievers: asked in text, they return these.
   */
  private static boolean isRetrieval(@Nullable Content input, @Nullable Content output) {
    return input != null
        && output != null
        && input.tree().isTextual()
        && Documents.areLangChains(output.tree());
  }

  private static @Nullable SpanType type(@Nullable String type) {
    return switch (type == null ? "" : type.toLowerCase(Locale.ROOT)) {
      case "generation" -> SpanType.CHAT_MODEL;
      case "embedding" -> SpanType.EMBEDDING;
      case "agent" -> SpanType.AGENT;
      case "tool" -> SpanType.TOOL;
      case "chain" -> SpanType.CHAIN;
      case "retriever" -> SpanType.RETRIEVER;
      case "evaluator" -> SpanType.EVALUATOR;
      case "guardrail" -> SpanType.GUARDRAIL;
      // "span" and "event" say nothing of what was done
      default -> null;
    };
  }

  private static void usage(SpanDraft span, @Nullable JsonNode usage) {
    if (usage == null || !usage.isObject()) {
      return;
    }
    if (usage.has("prompt_tokens") || usage.has("input_tokens")) {
      span.usage(
          first(usage, "prompt_tokens", "input_tokens"),
          first(usage, "completion_tokens", "output_tokens"),
          first(usage, "total_tokens", "total"),
          cached(usage));
      return;
    }
    span.usage(
        sum(usage, "input", "cache_"),
        sum(usage, "output", "reasoning"),
        Values.number(usage.get("total")),
        cached(usage));
  }

  private static @Nullable Double cached(JsonNode usage) {
    for (var details : new String[] {"prompt_tokens_details", "input_tokens_details"}) {
      var cached = Values.number(usage.path(details).get("cached_tokens"));
      if (cached != null) {
        return cached;
      }
    }
    return first(
        usage,
        "input_cached_tokens",
        "input_cache_read",
        "cache_read_input_tokens",
        "input_cached",
        "cache_read");
  }

  /** Langfuse's counts do not overlap: all of the input together. */
  private static @Nullable Double sum(JsonNode usage, String prefix, String other) {
    Double sum = null;
    for (var entry : usage.properties()) {
      var count = Values.number(entry.getValue());
      if (count != null
          && (entry.getKey().startsWith(prefix) || entry.getKey().startsWith(other))) {
        sum = sum == null ? count : Double.valueOf(sum + count);
      }
    }
    return sum;
  }

  private static @Nullable Double first(JsonNode object, String... keys) {
    for (var key : keys) {
      var number = Values.number(object.get(key));
      if (number != null) {
        return number;
      }
    }
    return null;
  }

  private static void cost(SpanDraft span, @Nullable JsonNode cost) {
    if (cost == null || !cost.isObject()) {
      return;
    }
    var total = Values.number(cost.get("total"));
    if (total == null) {
      for (var entry : cost.properties()) {
        var part = Values.number(entry.getValue());
        total = part == null ? total : Double.valueOf(total == null ? part : total + part);
      }
    }
    span.costUsd(total);
  }

  private static void trace(SpanDraft span) {
    var trace = span.trace();
    trace.name(span.text("langfuse.trace.name"));
    trace.session(span.text("langfuse.session.id"));
    trace.user(span.text("langfuse.user.id"));
    trace.tags(span.content("langfuse.trace.tags"));
    trace.tags(span.content("langfuse.tags"));
    trace.inputs(span.takeContent("langfuse.trace.input"));
    trace.outputs(span.takeContent("langfuse.trace.output"));
    environment(span, span.text("langfuse.environment"));
    trace.metadata(span.content("langfuse.trace.metadata"));
    for (Map.Entry<String, String> entry : span.below(METADATA).entrySet()) {
      switch (entry.getKey()) {
        case "langfuse_session_id" -> trace.session(entry.getValue());
        case "langfuse_user_id" -> trace.user(entry.getValue());
        case "langfuse_tags" -> trace.tags(Content.of(entry.getValue()));
        default -> trace.metadata(entry.getKey(), entry.getValue());
      }
    }
  }

  private static boolean isTrue(SpanDraft span, String key) {
    return "true".equals(span.text(key));
  }

  private static @Nullable JsonNode tree(SpanDraft span, String key) {
    var content = span.content(key);
    return content == null ? null : content.tree();
  }
}
