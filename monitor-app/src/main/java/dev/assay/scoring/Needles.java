package dev.assay.scoring;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Strings to look for in a text. */
final class Needles {
  static final Parameter PARAMETER =
      Parameter.required(
          "needles", "list of strings", "1 to 100 strings of at most 1,000 characters");
  static final Parameter CASE_SENSITIVE =
      Parameter.optional("case_sensitive", "boolean", "whether case matters; default false");

  private static final int MAX_NEEDLES = 100;
  private static final int MAX_LENGTH = 1_000;

  private final List<String> needles;
  private final List<String> folded;
  private final boolean caseSensitive;

  private Needles(List<String> needles, boolean caseSensitive) {
    this.needles = needles;
    this.caseSensitive = caseSensitive;
    this.folded = needles.stream().map(this::folded).toList();
  }

  static Needles of(Parameters parameters) throws InvalidScorerException {
    boolean caseSensitive = parameters.flag("case_sensitive", false);
    var needles = parameters.texts("needles", MAX_NEEDLES, MAX_LENGTH);
    return new Needles(needles, caseSensitive);
  }

  int size() {
    return needles.size();
  }

  /** Those that occur, as they were written. */
  List<String> foundIn(String text) {
    var haystack = folded(text);
    var found = new ArrayList<String>();
    for (int i = 0; i < needles.size(); i++) {
      if (TextSearch.contains(haystack, folded.get(i))) {
        found.add(needles.get(i));
      }
    }
    return found;
  }

  /** Those not among the found. */
  List<String> without(List<String> found) {
    return needles.stream().filter(needle -> !found.contains(needle)).toList();
  }

  /** For rationales: the owner's own words, quoted and shortened. */
  static String quoted(List<String> needles) {
    var quoted = new StringBuilder();
    for (var needle : needles) {
      if (quoted.length() > 600) {
        return quoted.append(", …").toString();
      }
      quoted.append(quoted.isEmpty() ? "'" : ", '").append(Excerpt.of(needle, 100)).append('\'');
    }
    return quoted.toString();
  }

  private String folded(String text) {
    return caseSensitive ? text : text.toLowerCase(Locale.ROOT);
  }
}
