package dev.assay.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The spans of a trace in order: by start, and a parent before its children even where two hosts'
 * clocks disagree. Positions are in that order, so that a walk backwards sees children first. A
 * span whose parent is not here is a local root; a ring of spans that name each other as parents is
 * broken at its earliest.
 */
final class SpanTree {
  private static final int NONE = -1;

  private final List<ReceivedSpan> spans;
  private final int[] parents;
  private final int[] depths;

  private SpanTree(List<ReceivedSpan> spans, int[] parents, int[] depths) {
    this.spans = spans;
    this.parents = parents;
    this.depths = depths;
  }

  /**
   * @param received each span id once
   */
  static SpanTree of(List<ReceivedSpan> received) {
    var byStart = received.stream().sorted(Comparator.comparingLong(ReceivedSpan::start)).toList();
    int size = byStart.size();
    var positions = HashMap.<Long, Integer>newHashMap(size);
    for (int i = 0; i < size; i++) {
      positions.put(byStart.get(i).id(), i);
    }
    var children = new ArrayList<List<Integer>>(size);
    var parent = new int[size];
    for (int i = 0; i < size; i++) {
      children.add(List.of());
    }
    for (int i = 0; i < size; i++) {
      var span = byStart.get(i);
      parent[i] = span.hasParent() ? positions.getOrDefault(span.parentId(), NONE) : NONE;
      if (parent[i] != NONE) {
        var siblings = children.get(parent[i]);
        siblings = siblings.isEmpty() ? new ArrayList<>(2) : siblings;
        siblings.add(i);
        children.set(parent[i], siblings);
      }
    }

    var ordered = new ArrayList<ReceivedSpan>(size);
    var place = new int[size];
    Arrays.fill(place, NONE);
    var parents = new int[size];
    var depths = new int[size];
    // Those whose parent is placed, earliest first (the index is the rank by start).
    var ready = new PriorityQueue<Integer>();
    for (int i = 0; i < size; i++) {
      if (parent[i] == NONE) {
        ready.add(i);
      }
    }
    for (int ring = 0; ordered.size() < size; ) {
      if (ready.isEmpty()) {
        while (place[ring] != NONE) {
          ring++;
        }
        parent[ring] = NONE;
        ready.add(ring);
      }
      int next = ready.remove();
      if (place[next] != NONE) {
        continue; // the one at which a ring was broken, met again as a child
      }
      int at = ordered.size();
      place[next] = at;
      ordered.add(byStart.get(next));
      parents[at] = parent[next] == NONE ? NONE : place[parent[next]];
      depths[at] = parents[at] == NONE ? 0 : depths[parents[at]] + 1;
      ready.addAll(children.get(next));
    }
    return new SpanTree(ordered, parents, depths);
  }

  int size() {
    return spans.size();
  }

  ReceivedSpan span(int position) {
    return spans.get(position);
  }

  /** The parent's position, smaller than the span's own; −1 for a local root. */
  int parent(int position) {
    return parents[position];
  }

  /** 0 for a local root. */
  int depth(int position) {
    return depths[position];
  }

  boolean isLocalRoot(int position) {
    return parents[position] == NONE;
  }

  /**
   * The trace's topmost span: the earliest without a parent, or where none has come, the earliest
   * local root.
   */
  int top() {
    for (int i = 0; i < spans.size(); i++) {
      if (!spans.get(i).hasParent()) {
        return i;
      }
    }
    return 0;
  }
}
