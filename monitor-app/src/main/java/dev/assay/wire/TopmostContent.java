package dev.assay.wire;

import dev.assay.model.Span;
import dev.assay.model.SpanStatus;
import dev.assay.model.SpanType;
import java.util.Arrays;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked and the application answered: the inputs and outputs of the application's own
 * root, or where that (a web server's, say) carries none, those of the topmost span below it that
 * does.
 *
 * <p>Agents, chains and functions speak before model calls, whatever their depth: a call that
 * rewrites the question stands higher than the agent behind it as often as not. Of spans equally
 * deep the first has the question and the last the answer. Tools, retrievers and the like, with all
 * that stands below them, speak for the application only where there is nobody else: what was
 * retrieved is not the answer of an application whose model failed.
 */
final class TopmostContent {
  static final int NOBODY = -1;

  /** Who speaks before whom. */
  enum Rank {
    APPLICATION,
    MODEL,
    HELPER
  }

  private final SpanTree tree;
  private final Span[] spans;
  private final int root;
  private final Rank[] ranks;

  /**
   * @param root position of the application's own root
   */
  TopmostContent(SpanTree tree, Span[] spans, int root) {
    this.tree = tree;
    this.spans = spans;
    this.root = root;
    this.ranks = new Rank[spans.length];
    for (int i = 0; i < spans.length; i++) {
      int parent = tree.parent(i);
      // what runs within a tool answers the tool
      boolean isWithinHelper =
          i != root && parent >= 0 && parent != root && ranks[parent] == Rank.HELPER;
      ranks[i] = isWithinHelper ? Rank.HELPER : rank(spans[i].type());
    }
  }

  @Nullable String inputs() {
    int asked = hasInputs();
    return asked == NOBODY ? null : spans[asked].inputs();
  }

  /** Position of the span whose inputs they are. */
  int hasInputs() {
    return find(Span::inputs, false, none());
  }

  /**
   * What the user said last to the application's first model call: the question, where the inputs
   * hold no text.
   */
  @Nullable String asked() {
    int called = wasAsked();
    return called == NOBODY ? null : lastOfUser(spans[called]);
  }

  /** Position of the model call to which the user said it. */
  int wasAsked() {
    for (int i = 0; i < spans.length; i++) {
      if (ranks[i] == Rank.MODEL && lastOfUser(spans[i]) != null) {
        return i;
      }
    }
    return NOBODY;
  }

  private static @Nullable String lastOfUser(Span call) {
    for (var message : call.messages().reversed()) {
      if (message.role().equals("user") && !message.content().isBlank()) {
        return message.content();
      }
    }
    return null;
  }

  /** Of an agent that failed, what its calls had said until then is no answer. */
  @Nullable String outputs() {
    int answered = hasOutputs();
    return answered == NOBODY ? null : spans[answered].outputs();
  }

  /** Position of the span whose outputs they are. */
  int hasOutputs() {
    int failed = failed();
    return find(Span::outputs, true, failed == NOBODY ? none() : subtree(failed));
  }

  /** Position of the agent that was asked and failed without an answer. */
  int failed() {
    int asked = hasInputs();
    return asked != NOBODY
            && ranks[asked] == Rank.APPLICATION
            && spans[asked].status() == SpanStatus.ERROR
            && spans[asked].outputs() == null
        ? asked
        : NOBODY;
  }

  Rank rank(int position) {
    return ranks[position];
  }

  /** The root, or who speaks below it, or where it is not the trace's top, anybody. */
  private int find(Function<Span, @Nullable String> content, boolean last, boolean[] except) {
    if (content.apply(spans[root]) != null) {
      return root;
    }
    int below = root == tree.top() ? NOBODY : find(content, last, except, subtree(root));
    return below == NOBODY ? find(content, last, except, all()) : below;
  }

  /**
   * @param last of equals, the last
   * @param except who is not asked
   * @param among who is
   */
  private int find(
      Function<Span, @Nullable String> content, boolean last, boolean[] except, boolean[] among) {
    int found = NOBODY;
    boolean hasSpeaker = false;
    for (int i = 0; i < spans.length; i++) {
      hasSpeaker |= among[i] && ranks[i] != Rank.HELPER && isSpeaker(spans[i].type());
      if (among[i]
          && !except[i]
          && content.apply(spans[i]) != null
          && (found == NOBODY || isBefore(i, found, last))) {
        found = i;
      }
    }
    return found != NOBODY && hasSpeaker && ranks[found] == Rank.HELPER ? NOBODY : found;
  }

  /** A span with all that stands below it. */
  private boolean[] subtree(int top) {
    var in = none();
    for (int i = top; i < spans.length; i++) {
      in[i] = i == top || (tree.parent(i) >= 0 && in[tree.parent(i)]);
    }
    return in;
  }

  private boolean[] none() {
    return new boolean[spans.length];
  }

  private boolean[] all() {
    var all = none();
    Arrays.fill(all, true);
    return all;
  }

  private boolean isBefore(int one, int other, boolean last) {
    int byRank = ranks[one].compareTo(ranks[other]);
    int byDepth = byRank == 0 ? Integer.compare(tree.depth(one), tree.depth(other)) : byRank;
    return byDepth < 0 || (last && byDepth == 0);
  }

  private static Rank rank(SpanType type) {
    return switch (type) {
      case AGENT, CHAIN, WORKFLOW, TASK, UNKNOWN -> Rank.APPLICATION;
      case LLM, CHAT_MODEL -> Rank.MODEL;
      case TOOL, RETRIEVER, EMBEDDING, RERANKER, PARSER, GUARDRAIL, EVALUATOR, MEMORY ->
          Rank.HELPER;
    };
  }

  /** Whether such a span answers users. */
  private static boolean isSpeaker(SpanType type) {
    return switch (type) {
      case AGENT, CHAIN, WORKFLOW, LLM, CHAT_MODEL -> true;
      case TASK, UNKNOWN -> false;
      case TOOL, RETRIEVER, EMBEDDING, RERANKER, PARSER, GUARDRAIL, EVALUATOR, MEMORY -> false;
    };
  }
}
