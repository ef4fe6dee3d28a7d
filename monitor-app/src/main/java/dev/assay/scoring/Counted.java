package dev.assay.scoring;

import java.util.List;

/** Counts and names as rationales write them. */
final class Counted {
  private static final int MAX_NAMES = 5;

  private Counted() {}

  /** {@code 1 span}, {@code 2 spans}. */
  static String of(long count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  /** The first few distinct ones; what an application calls its tools is its business, so safe. */
  static String names(List<String> names) {
    var distinct = names.stream().distinct().toList();
    var shown =
        String.join(
            ", ", distinct.stream().limit(MAX_NAMES).map(name -> Excerpt.of(name, 80)).toList());
    return distinct.size() > MAX_NAMES ? shown + ", …" : shown;
  }
}
