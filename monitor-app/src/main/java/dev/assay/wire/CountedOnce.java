package dev.assay.wire;

import dev.assay.model.Span;
import dev.assay.model.TokenUsage;
import org.jspecify.annotations.Nullable;

/**
 * Each model call counted once. Agents, chains and SDK wrappers repeat on their own spans what the
 * calls below them used. A span that is no model call gives way to whatever stands below it; a
 * model call gives way only where the numbers say that it is the same call seen twice (a framework
 * around a client, both instrumented), and counts beside those below it otherwise.
 */
final class CountedOnce {
  private final @Nullable TokenUsage tokens;
  private final @Nullable Double costUsd;

  private CountedOnce(@Nullable TokenUsage tokens, @Nullable Double costUsd) {
    this.tokens = tokens;
    this.costUsd = costUsd;
  }

  /**
   * Takes usage, cost and model off the spans that repeat others'.
   *
   * @param spans in the tree's order; replaced in place
   */
  static CountedOnce of(SpanTree tree, Span[] spans) {
    var tokens = new @Nullable TokenUsage[spans.length];
    var costs = new @Nullable Double[spans.length];
    var models = new boolean[spans.length];
    @Nullable TokenUsage allTokens = null;
    @Nullable Double allCosts = null;
    // backwards: children come before their parents, and leave there what is below them
    for (int i = spans.length - 1; i >= 0; i--) {
      var span = spans[i];
      boolean keepsTokens = counts(span, tokens[i]);
      boolean keepsCost = counts(span, costs[i]);
      boolean keepsModel = span.type().isModelCall() || !models[i];
      if (keepsTokens) {
        tokens[i] = sum(tokens[i], span.tokenUsage());
      }
      if (keepsCost) {
        costs[i] = sum(costs[i], span.costUsd());
      }
      models[i] |= span.model() != null;
      spans[i] =
          (keepsTokens || span.tokenUsage() == null)
                  && (keepsCost || span.costUsd() == null)
                  && (keepsModel || span.model() == null)
              ? span
              : span.withCall(
                  keepsModel ? span.model() : null,
                  keepsTokens ? span.tokenUsage() : null,
                  keepsCost ? span.costUsd() : null);
      int parent = tree.parent(i);
      if (parent < 0) {
        allTokens = sum(allTokens, tokens[i]);
        allCosts = sum(allCosts, costs[i]);
      } else {
        tokens[parent] = sum(tokens[parent], tokens[i]);
        costs[parent] = sum(costs[parent], costs[i]);
        models[parent] |= models[i];
      }
    }
    return new CountedOnce(allTokens, allCosts);
  }

  /** Of the whole trace. */
  @Nullable TokenUsage tokens() {
    return tokens;
  }

  /** Of the whole trace, US dollars. */
  @Nullable Double costUsd() {
    return costUsd;
  }

  private static boolean counts(Span span, @Nullable TokenUsage below) {
    var own = span.tokenUsage();
    return own != null && (below == null || (span.type().isModelCall() && !agree(own, below)));
  }

  /** Whether the numbers may be of one call: SDKs differ in what they count, seldom in both. */
  static boolean agree(TokenUsage one, TokenUsage other) {
    return one.inputTokens() == other.inputTokens()
        || (one.outputTokens() == other.outputTokens() && one.outputTokens() != 0);
  }

  private static boolean counts(Span span, @Nullable Double below) {
    var own = span.costUsd();
    return own != null
        && (below == null || (span.type().isModelCall() && Math.abs(own - below) > 1e-9));
  }

  private static @Nullable TokenUsage sum(@Nullable TokenUsage a, @Nullable TokenUsage b) {
    return a == null || b == null ? (a == null ? b : a) : a.plus(b);
  }

  private static @Nullable Double sum(@Nullable Double a, @Nullable Double b) {
    return a == null || b == null ? (a == null ? b : a) : Double.valueOf(a + b);
  }
}
