package dev.assay.judging;

import java.util.regex.Pattern;

/**
 * Trace content on its way into a prompt. It is written by strangers, so it stands between
 * delimiters that carry a number nobody could guess, whatever looks like such a delimiter inside is
 * broken, and characters that a reader would not see are replaced.
 */
final class DataBlock {
  // '<inputs', '</outputs', '< expectations-…' in any case: what could pass for a delimiter.
  private static final Pattern DELIMITER =
      Pattern.compile(
          "<(?=\\s*/?\\s*(?:inputs|outputs|expectations)\\b)", Pattern.CASE_INSENSITIVE);

  // Control characters but tab and line ends, direction overrides, and Unicode's tag block, in
  // which instructions can be hidden that people do not see and models read.
  private static final Pattern UNSEEN =
      Pattern.compile(
          "[\\x00-\\x08\\x0B\\x0C\\x0E-\\x1F\\x7F\\u202A-\\u202E\\u2066-\\u2069\\x{E0000}-\\x{E007F}]");

  private DataBlock() {}

  /**
   * @param name of the variable: inputs, outputs or expectations
   * @param nonce fresh for this prompt, unknown to whoever wrote the content
   * @param maxChars what is kept of the content, ≥ 100
   */
  static String of(String name, String nonce, String content, int maxChars) {
    var safe =
        DELIMITER
            .matcher(UNSEEN.matcher(truncated(content, maxChars)).replaceAll("\uFFFD"))
            .replaceAll("\u2039");
    return "<%s-%s>\n%s\n</%s-%s>".formatted(name, nonce, safe, name, nonce);
  }

  /** Head and tail of a text over the bound, with a mark that says how much is gone. */
  static String truncated(String text, int maxChars) {
    if (text.length() <= maxChars) {
      return text;
    }
    int head = whole(text, maxChars - maxChars / 3);
    int tail = whole(text, text.length() - maxChars / 3);
    return "%s\n[… %d characters left out …]\n%s"
        .formatted(text.substring(0, head), tail - head, text.substring(tail));
  }

  // Not between the halves of a surrogate pair.
  private static int whole(String text, int index) {
    return Character.isLowSurrogate(text.charAt(index)) ? index + 1 : index;
  }
}
