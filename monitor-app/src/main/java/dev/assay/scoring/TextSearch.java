package dev.assay.scoring;

/** Substring search in time linear in the text, whatever the needle. */
final class TextSearch {
  // The JVM's own search compares the needle at every position: quick, and for needles this short
  // never far from linear. For longer ones a text of repeated letters would make it quadratic.
  private static final int SHORT = 32;

  private TextSearch() {}

  static boolean contains(String text, String needle) {
    if (needle.length() <= SHORT) {
      return text.contains(needle);
    }
    return needle.length() <= text.length() && knuthMorrisPratt(text, needle);
  }

  private static boolean knuthMorrisPratt(String text, String needle) {
    var fallback = new int[needle.length()];
    for (int i = 1, matched = 0; i < needle.length(); i++) {
      while (matched > 0 && needle.charAt(i) != needle.charAt(matched)) {
        matched = fallback[matched - 1];
      }
      matched += needle.charAt(i) == needle.charAt(matched) ? 1 : 0;
      fallback[i] = matched;
    }
    for (int i = 0, matched = 0; i < text.length(); i++) {
      while (matched > 0 && text.charAt(i) != needle.charAt(matched)) {
        matched = fallback[matched - 1];
      }
      matched += text.charAt(i) == needle.charAt(matched) ? 1 : 0;
      if (matched == needle.length()) {
        return true;
      }
    }
    return false;
  }
}
