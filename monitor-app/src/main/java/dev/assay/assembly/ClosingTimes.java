package dev.assay.assembly;

import java.util.Comparator;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which traces or sessions to look at when, so that no tick looks at all of them. In memory, filled
 * from the store at start. An entry says no more than that its trace has nothing to do earlier: a
 * span that puts a close off leaves the entry alone, and whoever takes it looks the trace up and
 * puts it back. Of those for one time, the first by id comes first.
 */
final class ClosingTimes {
  private final TreeSet<Entry> entries =
      new TreeSet<>(Comparator.comparingLong(Entry::at).thenComparing(Entry::id));

  private record Entry(long at, String id) {}

  void add(String id, long at) {
    entries.add(new Entry(at, id));
  }

  /** Takes the one whose time comes first, whenever that is; null where there is none. */
  @Nullable String takeFirst() {
    return take(Long.MAX_VALUE);
  }

  /** Takes the one whose time came first, or null where none has come by now. */
  @Nullable String take(long now) {
    if (entries.isEmpty() || entries.first().at() > now) {
      return null;
    }
    return entries.removeFirst().id();
  }
}
