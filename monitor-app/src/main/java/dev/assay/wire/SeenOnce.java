package dev.assay.wire;

import dev.assay.model.Span;
import dev.assay.model.SpanStatus;
import dev.assay.model.SpanType;
import dev.assay.model.ToolCall;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Each tool call, each retrieval and each model call seen once. A framework and the client below
 * it, both instrumented, tell of the same one: a span within that of a tool of the same name and
 * arguments is the same call, and what a retriever within a retriever found is in what the outer
 * one returned.
 */
final class SeenOnce {
  private static final int NONE = -1;

  private SeenOnce() {}

  /**
   * Leaves calls and documents to the outermost span that tells of them.
   *
   * @param spans in the tree's order; replaced in place
   */
  static void of(SpanTree tree, Span[] spans) {
    var tools = new int[spans.length];
    var retrievals = new int[spans.length];
    Arrays.fill(tools, NONE);
    Arrays.fill(retrievals, NONE);
    for (int i = 0; i < spans.length; i++) {
      int parent = tree.parent(i);
      int tool = parent == NONE ? NONE : tools[parent];
      int retrieval = parent == NONE ? NONE : retrievals[parent];
      var call = spans[i].toolCall();
      var outer = tool == NONE ? null : spans[tool].toolCall();
      if (call != null && outer != null && isSame(outer, call)) {
        spans[tool] = spans[tool].withFindings(both(outer, call), spans[tool].documents());
        spans[i] = spans[i].withFindings(null, spans[i].documents());
        tools[i] = tool;
      } else {
        tools[i] = call == null ? tool : i;
      }
      if (!spans[i].documents().isEmpty() && retrieval != NONE) {
        spans[i] = spans[i].withFindings(spans[i].toolCall(), List.of());
      }
      retrievals[i] = spans[i].documents().isEmpty() ? retrieval : i;
    }
  }

  /**
   * A model call around another is the framework's account of it, and so a chain, where the outer
   * one has no usage of its own: none was told, or the inner one tells the same. Two response ids
   * are two calls, and what a tool or an agent within a call asks a model is another. To be called
   * when it is known what the application was asked and said, of which the outer one may know more,
   * and when each usage stands on one span.
   *
   * @param spans in the tree's order; replaced in place
   */
  static void calls(SpanTree tree, Span[] spans) {
    var accounts = new boolean[spans.length];
    var around = new int[spans.length];
    for (int i = 0; i < spans.length; i++) {
      around[i] = around(tree.parent(i), spans, around);
      if (around[i] != NONE && spans[i].type().isModelCall()) {
        var outer = spans[around[i]];
        boolean isAccount = outer.tokenUsage() == null && !areTwo(outer, spans[i]);
        accounts[around[i]] |= isAccount;
        spans[i] = isAccount ? answeredBy(outer.model(), spans[i]) : spans[i];
      }
    }
    for (int i = 0; i < spans.length; i++) {
      if (accounts[i]) {
        spans[i] = spans[i].withType(SpanType.CHAIN);
      }
    }
  }

  private static boolean areTwo(Span outer, Span inner) {
    var id = SameCalls.responseId(outer);
    var other = SameCalls.responseId(inner);
    return id != null && other != null && !id.equals(other);
  }

  /** The version that answered, where the account knows it and the call what was asked for. */
  private static Span answeredBy(@Nullable String model, Span call) {
    var asked = call.model();
    return model != null && asked != null && model.startsWith(asked) && !model.equals(asked)
        ? call.withCall(model, call.tokenUsage(), call.costUsd())
        : call;
  }

  /** The nearest model call around a span, no tool and no agent between; parents come first. */
  private static int around(int parent, Span[] spans, int[] around) {
    if (parent == NONE) {
      return NONE;
    }
    return switch (spans[parent].type()) {
      case LLM, CHAT_MODEL -> parent;
      case TOOL, AGENT -> NONE;
      default -> around[parent];
    };
  }

  private static boolean isSame(ToolCall outer, ToolCall inner) {
    return outer.name().equals(inner.name())
        && (outer.arguments() == null
            || inner.arguments() == null
            || Objects.equals(Json.parse(outer.arguments()), Json.parse(inner.arguments())));
  }

  private static ToolCall both(ToolCall outer, ToolCall inner) {
    return new ToolCall(
        outer.name(),
        outer.arguments() == null ? inner.arguments() : outer.arguments(),
        outer.result() == null ? inner.result() : outer.result(),
        inner.status() == SpanStatus.ERROR ? SpanStatus.ERROR : outer.status());
  }
}
