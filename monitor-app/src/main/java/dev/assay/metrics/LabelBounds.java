package dev.assay.metrics;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps labels bounded: each label name takes so many different values, and whatever comes after
 * them is {@code __other__}. Values are also cut to {@value #MAX_LENGTH} characters, since traces
 * choose some of them.
 */
public final class LabelBounds {
  /** What a value over the bound becomes. */
  public static final String OTHER = "__other__";

  /** Characters of a label value that are kept. */
  public static final int MAX_LENGTH = 128;

  private final int maxValues;
  private final Map<String, Set<String>> seen = new ConcurrentHashMap<>();

  /**
   * @param maxValues different values a label name may take, ≥ 1
   */
  public LabelBounds(int maxValues) {
    if (maxValues < 1) {
      throw new IllegalArgumentException("max label values must be >= 1, was " + maxValues);
    }
    this.maxValues = maxValues;
  }

  /** The value itself, cut to length, or {@link #OTHER} once the label has its fill of values. */
  public String bound(String label, String value) {
    var cut = value.length() > MAX_LENGTH ? value.substring(0, MAX_LENGTH) : value;
    var known = seen.get(label);
    var values =
        known == null ? seen.computeIfAbsent(label, _ -> ConcurrentHashMap.newKeySet()) : known;
    if (values.contains(cut)) {
      return cut;
    }
    // Threads may race past the size check; the bound is then over by their number, no more.
    return values.size() < maxValues && values.add(cut) ? cut : values.contains(cut) ? cut : OTHER;
  }
}
