package dev.assay.scoring;

import dev.assay.redaction.PiiScan;

/**
 * Text of a trace as it may stand in a rationale: short, on one line, without control characters,
 * and with what looks like personal data or a secret replaced by its type.
 */
final class Excerpt {
  private static final int LONGEST_SECRET = 256;

  private Excerpt() {}

  /** At most {@code max} characters and an ellipsis. */
  static String of(String text, int max) {
    // redacted before it is cut, so that no half of an address or card number is left
    var head = PiiScan.redact(text.substring(0, Math.min(text.length(), max + LONGEST_SECRET)));
    var excerpt = new StringBuilder(Math.min(head.length(), max) + 1);
    int i = 0;
    while (i < head.length()) {
      int c = head.codePointAt(i);
      if (excerpt.length() + Character.charCount(c) > max) {
        return excerpt.append('…').toString();
      }
      excerpt.appendCodePoint(isPlain(c) ? c : ' ');
      i += Character.charCount(c);
    }
    return excerpt.toString();
  }

  // Controls, line separators, direction overrides and lone surrogates could disguise a log line.
  private static boolean isPlain(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
