package dev.assay.terminal;

import org.jline.utils.WCWidth;

/** Text measured in columns of a terminal: a Chinese character takes two, an accent none. */
public final class Columns {
  private Columns() {}

  public static int of(String text) {
    return text.codePoints().map(Columns::of).sum();
  }

  private static int of(int codePoint) {
    return Math.max(0, WCWidth.wcwidth(codePoint));
  }

  /** At most so many columns, an ellipsis at the end if something is missing. */
  public static String cut(String text, int width) {
    if (of(text) <= width) {
      return text;
    }
    var cut = new StringBuilder();
    int used = 1;
    for (int codePoint : text.codePoints().toArray()) {
      used += of(codePoint);
      if (used > width) {
        break;
      }
      cut.appendCodePoint(codePoint);
    }
    return width < 1 ? "" : cut.append('…').toString();
  }

  /** Exactly so many columns. */
  public static String left(String text, int width) {
    var cut = cut(text, width);
    return cut + " ".repeat(width - of(cut));
  }

  /** Exactly so many columns, the text at the end. */
  public static String right(String text, int width) {
    var cut = cut(text, width);
    return " ".repeat(width - of(cut)) + cut;
  }

  /**
   * The text without power over a terminal or over the order of its letters: control and format
   * characters (escapes, line breaks, bidirectional overrides) and broken surrogates become {@code
   * �}.
   */
  public static String inert(String text) {
    var inert = new StringBuilder(text.length());
    text.codePoints()
        .map(codePoint -> isHarmless(codePoint) ? codePoint : '\uFFFD')
        .forEach(inert::appendCodePoint);
    return inert.toString();
  }

  private static boolean isHarmless(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
