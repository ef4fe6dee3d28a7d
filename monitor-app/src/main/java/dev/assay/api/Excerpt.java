package dev.assay.api;

/**
 * Text of a stranger, cut to what a page can show.
 *
 * @param left characters that were left out
 */
record Excerpt(String text, int left) {
  boolean isCut() {
    return left > 0;
  }

  /** How much a page may show in all, whatever its texts are like: pages stay small. */
  static final class Budget {
    private int left;

    Budget(int characters) {
      this.left = characters;
    }

    /** So much of a text, at most, as there is budget for. */
    Excerpt cut(String text, int most) {
      int length = Math.min(text.length(), Math.min(most, Math.max(0, left)));
      if (length > 0
          && length < text.length()
          && Character.isHighSurrogate(text.charAt(length - 1))) {
        length--;
      }
      left -= length;
      return new Excerpt(text.substring(0, length), text.length() - length);
    }
  }
}
