package dev.assay.assembly;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Which traces to look at when, so that no tick looks at all of them. In memory, filled from the
 * store at start. An entry says no more than that its trace has nothing to do earlier: a span that
 * puts a close off leaves the entry alone, and whoever takes it looks the trace up and puts it
 * back.
 */
final class ClosingTimes {
  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(Comparator.comparingLong(Entry::at));

  private record Entry(long at, String traceId) {}

  void add(String traceId, long at) {
    entries.add(new Entry(at, traceId));
  }

  /** Takes the trace whose time comes first, whenever that is; null where there is none. */
  @Nullable String takeFirst() {
    return take(Long.MAX_VALUE);
  }

  /** Takes the trace whose time came first, or null where none has come by now. */
  @Nullable String take(long now) {
    var first = entries.peek();
    if (first == null || first.at() > now) {
      return null;
    }
    entries.remove();
    return first.traceId();
  }
}
