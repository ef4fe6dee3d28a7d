package dev.assay.wire;

import dev.assay.model.Span;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked and the application answered: the root's inputs and outputs, or where the
 * root (a web server's, say) carries none, those of the application's topmost span that does.
 *
 * <p>Of spans equally deep, agents and chains speak before model calls, the first for the question
 * and the last for the answer. Tools, retrievers and the like speak for the application only where
 * nobody else has anything.
 */
final class TopmostContent {
  private final SpanTree tree;
  private final Span[] spans;
  private final int top;

  TopmostContent(SpanTree tree, Span[] spans, int top) {
    this.tree = tree;
    this.spans = spans;
    this.top = top;
  }

  @Nullable String inputs() {
    return find(Span::inputs, false);
  }

  @Nullable String outputs() {
    return find(Span::outputs, true);
  }

  private @Nullable String find(Function<Span, @Nullable String> content, boolean last) {
    var found = content.apply(spans[top]);
    long best = Long.MAX_VALUE;
    if (found != null) {
      return found;
    }
    for (int i = 0; i < spans.length; i++) {
      var candidate = content.apply(spans[i]);
      if (candidate != null) {
        long rank = rank(spans[i], tree.depth(i));
        if (rank < best || (last && rank == best)) {
          best = rank;
          found = candidate;
        }
      }
    }
    return found;
  }

  private static long rank(Span span, int depth) {
    return switch (span.type()) {
      case AGENT, CHAIN, WORKFLOW, TASK, UNKNOWN -> 2L * depth;
      case LLM, CHAT_MODEL -> 2L * depth + 1;
      case TOOL, RETRIEVER, EMBEDDING, RERANKER, PARSER, GUARDRAIL, EVALUATOR, MEMORY ->
          Integer.MAX_VALUE + 2L * depth;
    };
  }
}
