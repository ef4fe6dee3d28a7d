package dev.assay.wire;

import dev.assay.model.Span;
import dev.assay.model.SpanType;
import dev.assay.model.TokenUsage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Spans that tell of one model call: a framework's, an instrumentation's, the client's own, within
 * one another or side by side.
 *
 * <p>They have the same response id, and one is within the other or runs while it does; a call that
 * is answered from a cache has the id of another and a time of its own. Or one carries no content,
 * and another with content but without a response id has the same model and the same usage: a
 * client's own span within that of an instrumentation, or within its time beside it or above, where
 * a framework does not pass its spans on; beside it, that may also have told no usage.
 *
 * <p>The one with content stays a model call, of several the innermost; the innermost that tells a
 * usage was nearest to the wire, and is believed. The others are accounts of it.
 */
final class SameCalls {
  /** Spans that one is compared with, and levels between them. */
  private static final int MAX_LOOKED_AT = 20;

  private final SpanTree tree;
  private final Span[] spans;
  private final @Nullable String[] ids;

  /** Positions of the spans of one call, of calls that have several. */
  private final List<List<Integer>> calls = new ArrayList<>();

  private final List<Integer> accounts = new ArrayList<>();

  private SameCalls(SpanTree tree, Span[] spans) {
    this.tree = tree;
    this.spans = spans;
    this.ids = new @Nullable String[spans.length];
    for (int i = 0; i < spans.length; i++) {
      ids[i] = responseId(spans[i]);
    }
  }

  /**
   * Leaves usage, cost and model of each call to the span that stays a model call.
   *
   * @param spans in the tree's order; replaced in place
   */
  static SameCalls of(SpanTree tree, Span[] spans) {
    var same = new SameCalls(tree, spans);
    same.byId();
    same.byUsage();
    for (var call : same.calls) {
      same.settle(call);
    }
    return same;
  }

  /**
   * Makes chains of the accounts. To be called when it is known what the application was asked and
   * said, of which an account may know more.
   */
  void leave() {
    for (int i : accounts) {
      spans[i] = spans[i].withType(SpanType.CHAIN);
    }
  }

  static @Nullable String responseId(Span span) {
    return span.type().isModelCall() ? span.attributes().get("gen_ai.response.id") : null;
  }

  private void byId() {
    var last = new HashMap<String, List<Integer>>();
    for (int i = 0; i < spans.length; i++) {
      if (ids[i] != null) {
        var before = last.get(ids[i]);
        if (before != null && isDuring(i, before)) {
          if (before.size() == 1) {
            calls.add(before);
          }
          before.add(i);
        } else {
          var call = new ArrayList<Integer>(2);
          call.add(i);
          last.put(ids[i], call);
        }
      }
    }
  }

  /** Whether a span is within one of these, or begins before it ends. */
  private boolean isDuring(int i, List<Integer> call) {
    int first = call.getFirst();
    return spans[i].startNanos() < spans[first].endNanos() || isBelow(i, first, spans.length);
  }

  /**
   * Whether a span stands below another.
   *
   * @param levels between them, at most
   */
  private boolean isBelow(int i, int ancestor, int levels) {
    int above = tree.parent(i);
    for (int steps = 0; above > ancestor && steps < levels; steps++) {
      above = tree.parent(above);
    }
    return above == ancestor;
  }

  /** Those without content, of one call with one that has no id. */
  private void byUsage() {
    var candidates = new ArrayList<Integer>();
    for (int i = 0; i < spans.length; i++) {
      if (spans[i].type().isModelCall()) {
        if (!hasContent(spans[i])) {
          take(i, candidates);
        } else if (ids[i] == null) {
          candidates.add(i);
        }
      }
    }
  }

  /** Takes the latest with which the span is of one call. */
  private void take(int i, List<Integer> candidates) {
    for (int at = candidates.size() - 1;
        at >= Math.max(0, candidates.size() - MAX_LOOKED_AT);
        at--) {
      int outer = candidates.get(at);
      if (isOfOneCall(outer, i)) {
        calls.add(List.of(outer, i));
        candidates.subList(at, at + 1).clear();
        return;
      }
    }
  }

  private boolean isOfOneCall(int outer, int inner) {
    var told = spans[outer].tokenUsage();
    var usage = spans[inner].tokenUsage();
    int parent = tree.parent(inner);
    return usage != null
        && isSame(spans[outer].model(), spans[inner].model())
        && (told == null ? parent == tree.parent(outer) : CountedOnce.agree(told, usage))
        && (parent == outer
            || (spans[inner].endNanos() <= spans[outer].endNanos()
                // beside it, or a framework's some levels deeper
                && isBelow(outer, parent, MAX_LOOKED_AT)));
  }

  private static boolean hasContent(Span span) {
    return !span.messages().isEmpty() || span.inputs() != null || span.outputs() != null;
  }

  /** Whether one may be the version of the other. */
  private static boolean isSame(@Nullable String model, @Nullable String other) {
    return model != null && other != null && (model.startsWith(other) || other.startsWith(model));
  }

  private void settle(List<Integer> call) {
    // the tree's order: what is within another, or begins during it, comes after it
    var innermostFirst = call.reversed();
    int kept =
        innermostFirst.stream()
            .filter(i -> hasContent(spans[i]))
            .findFirst()
            .orElse(innermostFirst.getFirst());
    @Nullable TokenUsage usage = null;
    @Nullable Double cost = spans[kept].costUsd();
    @Nullable String model = spans[kept].model();
    for (int i : innermostFirst) {
      usage = usage == null ? spans[i].tokenUsage() : usage;
      cost = cost == null ? spans[i].costUsd() : cost;
      model = longer(model, spans[i].model());
      if (i != kept) {
        accounts.add(i);
        spans[i] = spans[i].withCall(spans[i].model(), null, null);
      }
    }
    spans[kept] = spans[kept].withCall(model, usage, cost);
  }

  /** The version that answered, of it and what was asked for. */
  private static @Nullable String longer(@Nullable String model, @Nullable String other) {
    return model == null || (other != null && other.startsWith(model)) ? other : model;
  }
}
