package dev.assay.api;

import dev.assay.model.Span;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * The spans of a trace in the order of a tree: each under its parent, siblings by start. Every span
 * stands in it exactly once, whatever strangers wrote: one whose parent is missing is a root, and a
 * ring of parents is cut open.
 */
final class SpanTree {
  static final int MAX_DEPTH = 12;

  /** A span and how deep it is, at most {@value #MAX_DEPTH}. */
  record Node(Span span, int depth) {}

  private SpanTree() {}

  static List<Node> of(List<Span> spans) {
    var ids = new HashSet<String>();
    spans.forEach(span -> ids.add(span.spanId()));
    var children = new HashMap<String, List<Integer>>();
    var roots = new ArrayList<Integer>();
    var byStart = new ArrayList<Integer>();
    for (int i = 0; i < spans.size(); i++) {
      byStart.add(i);
    }
    byStart.sort(Comparator.comparingLong(i -> spans.get(i).startNanos()));
    for (int i : byStart) {
      var parent = spans.get(i).parentId();
      if (parent == null || !ids.contains(parent)) {
        roots.add(i);
      } else {
        children.computeIfAbsent(parent, _ -> new ArrayList<>()).add(i);
      }
    }
    var seen = new boolean[spans.size()];
    var ordered = new ArrayList<Node>(spans.size());
    roots.forEach(root -> walk(root, spans, children, seen, ordered));
    // What no root leads to is a ring of parents.
    byStart.forEach(left -> walk(left, spans, children, seen, ordered));
    return ordered;
  }

  private record Step(int index, int depth) {}

  private static void walk(
      int from,
      List<Span> spans,
      Map<String, List<Integer>> children,
      boolean[] seen,
      List<Node> ordered) {
    var stack = new ArrayDeque<Step>();
    stack.push(new Step(from, 0));
    while (!stack.isEmpty()) {
      var step = stack.pop();
      if (seen[step.index()]) {
        continue;
      }
      seen[step.index()] = true;
      var span = spans.get(step.index());
      ordered.add(new Node(span, Math.min(step.depth(), MAX_DEPTH)));
      children
          .getOrDefault(span.spanId(), List.of())
          .reversed()
          .forEach(child -> stack.push(new Step(child, step.depth() + 1)));
    }
  }
}
