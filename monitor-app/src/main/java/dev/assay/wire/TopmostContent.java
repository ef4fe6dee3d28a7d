package dev.assay.wire;

import dev.assay.model.Span;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked and the application answered: the root's inputs and outputs, or where the
 * root (a web server's, say) carries none, those of the application's topmost span that does.
 *
 * <p>Of spans equally deep, agents and chains speak before model calls, the first for the question
 * and the last for the answer. Tools, retrievers and the like speak for the application only where
 * nobody else has anything; and where an application or a model is in the trace, what tools and
 * retrievers gave it is never its answer: an application that failed has none.
 */
final class TopmostContent {
  private static final long HELPERS = Integer.MAX_VALUE;

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
    boolean someoneAnswers = last && Arrays.stream(spans).anyMatch(TopmostContent::answers);
    for (int i = 0; i < spans.length; i++) {
      var candidate = content.apply(spans[i]);
      if (candidate != null) {
        long rank = rank(spans[i], tree.depth(i));
        if (someoneAnswers && rank >= HELPERS) {
          continue;
        }
        if (rank < best || (last && rank == best)) {
          best = rank;
          found = candidate;
        }
      }
    }
    return found;
  }

  private static boolean answers(Span span) {
    return switch (span.type()) {
      case AGENT, CHAIN, WORKFLOW, LLM, CHAT_MODEL -> true;
      case TASK, UNKNOWN, TOOL, RETRIEVER, EMBEDDING, RERANKER -> false;
      case PARSER, GUARDRAIL, EVALUATOR, MEMORY -> false;
    };
  }

  private static long rank(Span span, int depth) {
    return switch (span.type()) {
      case AGENT, CHAIN, WORKFLOW, TASK, UNKNOWN -> 2L * depth;
      case LLM, CHAT_MODEL -> 2L * depth + 1;
      case TOOL, RETRIEVER, EMBEDDING, RERANKER, PARSER, GUARDRAIL, EVALUATOR, MEMORY ->
          HELPERS + 2L * depth;
    };
  }
}
