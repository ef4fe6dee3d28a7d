package dev.assay.redaction;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds personal data and secrets in a text by their shape and, where they have one, their
 * checksum. One pass from left to right, each position looked at a bounded number of times; what is
 * found is passed over, so the digits of an IBAN are not a phone number as well.
 *
 * <p>ASCII digits and letters only; shapes are those of {@link PiiNumbers} and {@link PiiSecrets}.
 */
public final class PiiScan {
  /** Told of each finding, in order. */
  @FunctionalInterface
  interface Found {
    void at(PiiType type, int start, int end);
  }

  private static final String MARK = "[redacted:";
  private static final int MAX_MARK = 64;
  private static final int MAX_LOCAL_PART = 64;
  private static final int MAX_DOMAIN = 253;
  // "icon@2x.png" is a file
  private static final Set<String> NOT_DOMAINS =
      Set.of("png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "css", "js", "json", "html");

  private static final PiiType[] WITH_LETTERS = {PiiType.IBAN};
  private static final PiiType[] NUMBERS = {PiiType.CARD, PiiType.SSN, PiiType.PHONE};

  // every character of every text is looked up here
  private static final boolean[] WORD = ascii("_");
  private static final boolean[] LOCAL_PART = ascii("._%+-'");

  private PiiScan() {}

  private static boolean[] ascii(String besidesLettersAndDigits) {
    var table = new boolean[128];
    for (char c = 0; c < 128; c++) {
      table[c] = Character.isLetterOrDigit(c) || besidesLettersAndDigits.indexOf(c) >= 0;
    }
    return table;
  }

  /** How many of each of these types there are; types without any are left out. */
  public static Map<PiiType, Integer> count(String text, Set<PiiType> types) {
    var counts = new EnumMap<PiiType, Integer>(PiiType.class);
    scan(
        text,
        types.contains(PiiType.RANDOM),
        (type, _, _) -> {
          if (types.contains(type)) {
            counts.merge(type, 1, Integer::sum);
          }
        });
    return counts;
  }

  /** The text with each finding of any type replaced: {@code [email]}. */
  public static String redact(String text) {
    var redacted = new StringBuilder();
    int[] copied = {0};
    scan(
        text,
        false,
        (type, start, end) -> {
          redacted.append(text, copied[0], start);
          redacted.append('[').append(type.label()).append(']');
          copied[0] = end;
        });
    return copied[0] == 0 ? text : redacted.append(text, copied[0], text.length()).toString();
  }

  /**
   * Every finding of every type: one that is not asked for still hides what lies within it. Marks
   * of {@link TraceRedactor} count as what they stand for.
   *
   * @param random whether long random strings count
   */
  static void scan(String text, boolean random, Found found) {
    int i = 0;
    int localPartEnd = 0;
    boolean withinWord = false;
    // most texts hold no address: then no part of them is looked at for one
    int lastAt = text.lastIndexOf('@');
    while (i < text.length()) {
      char c = text.charAt(i);
      if (!withinWord && !random && i > lastAt && isPlainWord(text, i, c)) {
        i = endOfWord(text, i + 1);
        withinWord = true;
        continue;
      }
      int end = -1;
      @Nullable PiiType type = PiiType.EMAIL;
      if (c == '[' && isMark(text, i)) {
        int close = text.indexOf(']', i, Math.min(text.length(), i + MAX_MARK)) + 1;
        type = close == 0 ? null : marked(text.substring(i + MARK.length(), close - 1));
        end = close;
      } else {
        if (!withinWord && (c == '-' || Character.isLetter(c))) {
          end = PiiSecrets.end(text, i);
          type = PiiType.SECRET;
        }
        if (end < 0 && i < lastAt && i >= localPartEnd && isLocalPart(c)) {
          localPartEnd = endOfLocalPart(text, i);
          end = emailEnd(text, i, localPartEnd);
          type = PiiType.EMAIL;
        }
      }
      if (end < 0 && !withinWord && startsToken(c)) {
        var numbers = Character.isLetter(c) ? WITH_LETTERS : NUMBERS;
        for (int n = 0; n < numbers.length && end < 0; n++) {
          end = PiiNumbers.end(numbers[n], text, i);
          type = numbers[n];
        }
        if (end < 0 && random) {
          end = PiiSecrets.randomEnd(text, i);
          type = PiiType.RANDOM;
        }
      }
      if (end > i) {
        if (type != null) {
          found.at(type, i, end);
        }
        i = end;
      } else {
        i++;
      }
      withinWord = isWord(text.charAt(i - 1));
      if (withinWord && i > lastAt) {
        i = endOfWord(text, i); // nothing but an address starts within a word
      }
    }
  }

  /** Whether the word that starts here is neither a secret nor an IBAN, which most show at once. */
  private static boolean isPlainWord(String text, int start, char c) {
    return c >= 'A'
        && c <= 'z'
        && start + 2 < text.length()
        && !isDigit(text.charAt(start + 2))
        && PiiSecrets.isNone(c, text.charAt(start + 1));
  }

  private static int endOfWord(String text, int from) {
    int end = from;
    while (end < text.length() && isWord(text.charAt(end))) {
      end++;
    }
    return end;
  }

  /** Whether a mark of {@link TraceRedactor} begins here. */
  static boolean isMark(String text, int start) {
    return text.startsWith(MARK, start);
  }

  private static @Nullable PiiType marked(String nameAndDigest) {
    for (var type : PiiType.values()) {
      if (nameAndDigest.equals(type.label()) || nameAndDigest.startsWith(type.label() + ":")) {
        return type;
      }
    }
    return null;
  }

  private static boolean startsToken(char c) {
    return isWord(c) || c == '+' || c == '(' || c == '-';
  }

  private static int endOfLocalPart(String text, int start) {
    int end = start;
    while (end < text.length() && isLocalPart(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static int emailEnd(String text, int start, int at) {
    if (at >= text.length() || text.charAt(at) != '@' || at - start > MAX_LOCAL_PART) {
      return -1;
    }
    if (!hasWord(text, start, at)) {
      return -1;
    }
    int end = at + 1;
    while (end < text.length() && end - at <= MAX_DOMAIN && isDomain(text.charAt(end))) {
      end++;
    }
    while (end > at + 1 && !Character.isLetterOrDigit(text.charAt(end - 1))) {
      end--; // the full stop of the sentence
    }
    int dot = end - 1;
    while (dot > at && text.charAt(dot) != '.') {
      dot--;
    }
    if (dot <= at + 1 || text.charAt(at + 1) == '-' || text.charAt(at + 1) == '.') {
      return -1;
    }
    var top = text.substring(dot + 1, end).toLowerCase(Locale.ROOT);
    boolean name =
        top.length() >= 2
            && (top.startsWith("xn--") || top.chars().allMatch(Character::isLetter))
            && !NOT_DOMAINS.contains(top);
    // "git@github.com:owner/repo" is where a program lives, not a person
    boolean repository =
        text.startsWith("git@", start) && end < text.length() && text.charAt(end) == ':';
    return name && !repository ? end : -1;
  }

  private static boolean hasWord(String text, int start, int end) {
    for (int i = start; i < end; i++) {
      if (Character.isLetterOrDigit(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  private static boolean isLocalPart(char c) {
    return c < 128 ? LOCAL_PART[c] : Character.isLetterOrDigit(c);
  }

  private static boolean isDomain(char c) {
    return Character.isLetterOrDigit(c) || c == '.' || c == '-';
  }

  /** A letter, digit or underscore. */
  static boolean isWord(char c) {
    return c < 128 ? WORD[c] : Character.isLetterOrDigit(c);
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
