package dev.assay.wire;

import dev.assay.model.Span;
import dev.assay.model.SpanType;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked and the application answered: the root's inputs and outputs, or where the
 * root (a web server's, say) carries none, those of the application's topmost span that does.
 *
 * <p>Of spans equally deep, agents and chains speak before model calls, the first for the question
 * and the last for the answer. Tools, retrievers and the like speak for the application only where
 * there is nobody else: what was retrieved is not the answer of an application whose model failed.
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
    boolean speakers = Arrays.stream(spans).anyMatch(span -> isSpeaker(span.type()));
    for (int i = 0; i < spans.length; i++) {
      var candidate = speakers && isHelper(spans[i].type()) ? null : content.apply(spans[i]);
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
    return isHelper(span.type())
        ? Integer.MAX_VALUE + 2L * depth
        : 2L * depth + (span.type().isModelCall() ? 1 : 0);
  }

  /** Whether such a span answers users. */
  private static boolean isSpeaker(SpanType type) {
    return switch (type) {
      case AGENT, CHAIN, WORKFLOW, LLM, CHAT_MODEL -> true;
      case TASK, UNKNOWN -> false;
      case TOOL, RETRIEVER, EMBEDDING, RERANKER, PARSER, GUARDRAIL, EVALUATOR, MEMORY -> false;
    };
  }

  /** Whether such a span only ever answers the application. */
  private static boolean isHelper(SpanType type) {
    return switch (type) {
      case AGENT, CHAIN, WORKFLOW, LLM, CHAT_MODEL, TASK, UNKNOWN -> false;
      case TOOL, RETRIEVER, EMBEDDING, RERANKER, PARSER, GUARDRAIL, EVALUATOR, MEMORY -> true;
    };
  }
}
