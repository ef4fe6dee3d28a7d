package dev.assay.redaction;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Numbers that identify people: IBANs, cards, social security and phone numbers. A number is read
 * as groups of digits joined by one space, hyphen or full stop each, because how it is grouped
 * tells a card from an order number, a date or a version.
 */
final class PiiNumbers {
  private static final int MAX_GROUPS = 6;
  private static final int MAX_DIGITS = 20;
  private static final int CONTEXT = 24;
  private static final Set<String> PHONE_WORDS =
      Set.of("phone", "tel", "telephone", "mobile", "cell", "call", "fax", "whatsapp", "sms");
  private static final Set<String> SSN_WORDS = Set.of("ssn", "social");
  // printed in advertisements, so never issued
  private static final Set<String> SPECIMEN_SSNS = Set.of("078051120", "219099999");
  private static final BigInteger NINETY_SEVEN = BigInteger.valueOf(97);

  // Country to length, from the SWIFT IBAN registry.
  private static final String IBAN_REGISTRY =
      """
      AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 \
      DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 \
      IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 \
      MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 \
      SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30\
      """;

  private static final Map<String, Integer> IBAN_LENGTHS = new HashMap<>();

  static {
    for (int i = 0; i < IBAN_REGISTRY.length(); i += 5) {
      IBAN_LENGTHS.put(
          IBAN_REGISTRY.substring(i, i + 2),
          Integer.valueOf(IBAN_REGISTRY.substring(i + 2, i + 4)));
    }
  }

  private PiiNumbers() {}

  /** Where the number of this type that starts here ends, or -1. */
  static int end(PiiType type, String text, int start) {
    return switch (type) {
      case IBAN -> ibanEnd(text, start);
      case CARD -> cardEnd(text, start);
      case SSN -> ssnEnd(text, start);
      case PHONE -> phoneEnd(text, start);
      case EMAIL, SECRET, RANDOM -> -1;
    };
  }

  // ---- IBAN: country, two check digits, the country's length, remainder 1 modulo 97

  private static int ibanEnd(String text, int start) {
    if (start + 4 > text.length()
        || !PiiScan.isDigit(text.charAt(start + 2))
        || !PiiScan.isDigit(text.charAt(start + 3))) {
      return -1;
    }
    var length = IBAN_LENGTHS.get(text.substring(start, start + 2).toUpperCase(Locale.ROOT));
    if (length == null) {
      return -1;
    }
    var compact = new StringBuilder(length);
    int i = start;
    while (i < text.length() && compact.length() < length) {
      char c = text.charAt(i);
      boolean gap = (c == ' ' || c == '-') && compact.length() % 4 == 0;
      if (!gap) {
        if (!isAsciiLetterOrDigit(c)) {
          return -1;
        }
        compact.append(Character.toUpperCase(c));
      } else if (text.charAt(i - 1) == c) {
        return -1;
      }
      i++;
    }
    boolean whole =
        compact.length() == length && (i == text.length() || !PiiScan.isWord(text.charAt(i)));
    return whole && remainder97(compact) == 1 ? i : -1;
  }

  private static int remainder97(CharSequence iban) {
    var digits = new StringBuilder();
    for (int i = 0; i < iban.length(); i++) {
      digits.append(Character.digit(iban.charAt((i + 4) % iban.length()), 36));
    }
    return new BigInteger(digits.toString()).mod(NINETY_SEVEN).intValue();
  }

  // ---- card: an issuer's prefix and length, grouped as on the card, Luhn's checksum

  private static int cardEnd(String text, int start) {
    if (!startsNumber(text, start)) {
      return -1;
    }
    var number = Groups.read(text, start);
    for (int groups : new int[] {1, 3, 4, 5}) {
      if (groups <= number.count
          && number.sameSeparator(groups)
          && isCardGrouping(number, groups)) {
        var digits = number.digits(text, groups);
        if (isIssued(digits) && luhn(digits) && number.endsAfter(text, groups)) {
          return number.end(groups);
        }
      }
    }
    return -1;
  }

  private static boolean isCardGrouping(Groups number, int groups) {
    return switch (groups) {
      case 1 -> number.length(0) >= 14 && number.length(0) <= 19;
      case 3 -> number.hasLengths(4, 6, 5) || number.hasLengths(4, 6, 4);
      case 4 -> number.hasLengths(4, 4, 4, 4);
      case 5 -> number.hasLengths(4, 4, 4, 4, 3);
      default -> false;
    };
  }

  private static boolean isIssued(String digits) {
    int length = digits.length();
    int two = Integer.parseInt(digits.substring(0, 2));
    int four = Integer.parseInt(digits.substring(0, 4));
    boolean visa = digits.charAt(0) == '4' && (length == 16 || length == 19);
    boolean mastercard =
        length == 16 && ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720));
    boolean amex = length == 15 && (two == 34 || two == 37);
    boolean discover =
        length >= 16 && (four == 6011 || two == 65 || (four >= 6440 && four <= 6499));
    boolean diners =
        length == 14 && ((four >= 3000 && four <= 3059) || two == 36 || two == 38 || two == 39);
    boolean jcb = length >= 16 && four >= 3528 && four <= 3589;
    boolean unionPay = length >= 16 && two == 62;
    boolean maestro = length >= 16 && (two == 50 || (two >= 56 && two <= 58) || two == 67);
    return visa || mastercard || amex || discover || diners || jcb || unionPay || maestro;
  }

  private static boolean luhn(String digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int doubled = i % 2 == 0 ? digit : 2 * digit;
      sum += doubled > 9 ? doubled - 9 : doubled;
    }
    return sum % 10 == 0;
  }

  // ---- social security number (US): 3-2-4, never 000, 666 or 9xx, no group of zeros

  private static int ssnEnd(String text, int start) {
    if (!startsNumber(text, start)) {
      return -1;
    }
    var number = Groups.read(text, start);
    boolean hyphens = number.count >= 3 && number.separator(1) == '-';
    boolean grouped = number.count >= 3 && number.hasLengths(3, 2, 4) && number.sameSeparator(3);
    int groups = grouped ? 3 : 1;
    boolean shaped = grouped ? number.separator(1) != '.' : number.length(0) == 9;
    if (!shaped || !number.endsAfter(text, groups)) {
      return -1;
    }
    var digits = number.digits(text, groups);
    boolean issued =
        digits.charAt(0) != '9'
            && !digits.startsWith("000")
            && !digits.startsWith("666")
            && !digits.startsWith("00", 3)
            && !digits.endsWith("0000")
            && !SPECIMEN_SSNS.contains(digits);
    boolean certain = (grouped && hyphens) || follows(SSN_WORDS, text, start);
    return issued && certain ? number.end(groups) : -1;
  }

  // ---- phone: international, North American, trunk 0, or bare digits after a word such as "call"

  private static int phoneEnd(String text, int start) {
    char c = text.charAt(start);
    if (c == '+') {
      return internationalEnd(text, start);
    }
    if (c == '(') {
      return bracketedEnd(text, start);
    }
    // the rest of a longer number, such as a mistyped IBAN, is no phone number
    boolean rest =
        start > 1 && text.charAt(start - 1) == ' ' && PiiScan.isDigit(text.charAt(start - 2));
    if (rest || !startsNumber(text, start)) {
      return -1;
    }
    var number = Groups.read(text, start);
    int end = northAmericanEnd(number, text);
    if (end < 0) {
      end = trunkEnd(number, text);
    }
    boolean bare = number.count >= 1 && number.length(0) >= 10 && number.length(0) <= 15;
    if (end < 0 && bare && number.endsAfter(text, 1) && follows(PHONE_WORDS, text, start)) {
      end = number.end(1);
    }
    return end;
  }

  // "+", country code, 8 to 15 digits in all; brackets around a trunk 0 are passed over
  private static int internationalEnd(String text, int start) {
    int digits = 0;
    int separators = 0;
    int end = start + 1;
    if (end >= text.length() || text.charAt(end) < '1' || text.charAt(end) > '9') {
      return -1;
    }
    int i = end;
    boolean gap = false;
    while (i < text.length() && digits <= 16) {
      char c = text.charAt(i);
      if (PiiScan.isDigit(c)) {
        digits++;
        gap = false;
        end = i + 1;
      } else if (" -.()".indexOf(c) >= 0 && i - end < 3) {
        separators += gap ? 0 : 1;
        gap = true;
      } else {
        break;
      }
      i++;
    }
    boolean one = text.charAt(start + 1) == '1';
    boolean length = one ? digits == 11 : digits >= 8 && digits <= 15;
    boolean followed = end < text.length() && PiiScan.isWord(text.charAt(end));
    return length && (separators > 0 || digits >= 10) && !followed ? end : -1;
  }

  // "(415) 555-0132"
  private static int bracketedEnd(String text, int start) {
    int close = start + 4;
    if (close + 1 >= text.length() || text.charAt(close) != ')') {
      return -1;
    }
    for (int i = start + 1; i < close; i++) {
      if (!PiiScan.isDigit(text.charAt(i))) {
        return -1;
      }
    }
    int rest = text.charAt(close + 1) == ' ' ? close + 2 : close + 1;
    if (rest >= text.length() || !PiiScan.isDigit(text.charAt(rest))) {
      return -1;
    }
    var number = Groups.read(text, rest);
    boolean local = number.count >= 2 && number.hasLengths(3, 4) && number.endsAfter(text, 2);
    return local && text.charAt(start + 1) >= '2' ? number.end(2) : -1;
  }

  // 415-555-0132, 415.555.0132, 415 555 0132, 1-415-555-0132
  private static int northAmericanEnd(Groups number, String text) {
    int first = number.count >= 4 && number.hasLengths(1, 3, 3, 4) ? 1 : 0;
    boolean country = first == 1 && text.charAt(number.start(0)) == '1';
    boolean shaped = country || (first == 0 && number.count >= 3 && number.hasLengths(3, 3, 4));
    if (!shaped || !number.endsAfter(text, first + 3)) {
      return -1;
    }
    char area = text.charAt(number.start(first));
    char exchange = text.charAt(number.start(first + 1));
    boolean spaces = number.separator(first + 1) == ' ' && number.separator(first + 2) == ' ';
    boolean mixed = number.separator(first + 1) != number.separator(first + 2);
    boolean joined = !mixed || number.separator(first + 1) == ' ';
    // three numbers in a row may just be numbers: then the exchange must be a possible one
    return area >= '2' && joined && (!spaces || exchange >= '2') ? number.end(first + 3) : -1;
  }

  // 020 7946 0958, 0171 1234567, 06 12 34 56 78, 01.23.45.67.89, 0044 20 7946 0958; with hyphens,
  // as order numbers are written too, only after a word such as "call"
  private static int trunkEnd(Groups number, String text) {
    if (text.charAt(number.start(0)) != '0') {
      return -1;
    }
    for (int groups = number.count; groups >= 2; groups--) {
      if (number.sameSeparator(groups)
          && number.endsAfter(text, groups)
          && isTrunk(number, groups, number.digits(text, groups), text)) {
        return number.end(groups);
      }
    }
    return -1;
  }

  private static boolean isTrunk(Groups number, int groups, String digits, String text) {
    boolean home = digits.charAt(1) != '0' && digits.length() >= 10 && digits.length() <= 11;
    boolean abroad = digits.charAt(1) == '0' && digits.length() >= 11 && digits.length() <= 17;
    boolean pairs = groups == 5 && number.hasLengths(2, 2, 2, 2, 2);
    return switch (number.separator(1)) {
      case ' ' -> abroad || (home && (pairs || number.length(0) >= 3));
      case '.' -> home && pairs;
      case '-' -> home && follows(PHONE_WORDS, text, number.start(0));
      default -> false;
    };
  }

  // ---- common

  // Not within a longer thing: "ORD-4111…", "1.4111…", "2024/4111…", "$4111…"
  private static boolean startsNumber(String text, int start) {
    if (!PiiScan.isDigit(text.charAt(start))) {
      return false;
    }
    if (start == 0) {
      return true;
    }
    char before = text.charAt(start - 1);
    if ("$€£¥/\\".indexOf(before) >= 0) {
      return false;
    }
    boolean joint = before == '-' || before == '.' || before == ',';
    return !joint || start == 1 || !PiiScan.isWord(text.charAt(start - 2));
  }

  // Whether one of the words stands shortly before, with at most two words between
  private static boolean follows(Set<String> words, String text, int start) {
    var before = text.substring(Math.max(0, start - CONTEXT), start).toLowerCase(Locale.ROOT);
    int seen = 0;
    int end = before.length();
    for (int i = before.length() - 1; i >= -1 && seen < 3; i--) {
      boolean word = i >= 0 && Character.isLetter(before.charAt(i));
      if (!word) {
        if (end > i + 1) {
          if (words.contains(before.substring(i + 1, end))) {
            return true;
          }
          seen++;
        }
        end = Math.max(i, 0);
      }
    }
    return false;
  }

  private static boolean isAsciiLetterOrDigit(char c) {
    return PiiScan.isDigit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  /** Groups of digits joined by single separators, from one position on. */
  private static final class Groups {
    private final int[] starts = new int[MAX_GROUPS];
    private final int[] ends = new int[MAX_GROUPS];
    private final char[] separators = new char[MAX_GROUPS];
    private int count;

    static Groups read(String text, int start) {
      var groups = new Groups();
      int i = start;
      int digits = 0;
      while (groups.count < MAX_GROUPS && i < text.length() && PiiScan.isDigit(text.charAt(i))) {
        int end = i;
        while (end < text.length() && digits <= MAX_DIGITS && PiiScan.isDigit(text.charAt(end))) {
          end++;
          digits++;
        }
        groups.starts[groups.count] = i;
        groups.ends[groups.count] = end;
        groups.separators[groups.count] = i == start ? 0 : text.charAt(i - 1);
        groups.count++;
        boolean joined = end < text.length() && " -.".indexOf(text.charAt(end)) >= 0;
        if (!joined) {
          break;
        }
        i = end + 1;
      }
      return groups;
    }

    int start(int group) {
      return starts[group];
    }

    int length(int group) {
      return group < count ? ends[group] - starts[group] : 0;
    }

    /** Where the first so many groups end. */
    int end(int groups) {
      return ends[groups - 1];
    }

    /** What stands before a group, from the second on. */
    char separator(int group) {
      return separators[group];
    }

    boolean hasLengths(int... lengths) {
      for (int i = 0; i < lengths.length; i++) {
        if (length(i) != lengths[i]) {
          return false;
        }
      }
      return true;
    }

    boolean sameSeparator(int groups) {
      for (int i = 2; i < groups; i++) {
        if (separators[i] != separators[1]) {
          return false;
        }
      }
      return true;
    }

    String digits(String text, int groups) {
      var digits = new StringBuilder();
      for (int i = 0; i < groups; i++) {
        digits.append(text, starts[i], ends[i]);
      }
      return digits.toString();
    }

    /** Whether the number is over there: no letter, digit, "-5" or ".5" goes on with it. */
    boolean endsAfter(String text, int groups) {
      int end = end(groups);
      if (end >= text.length()) {
        return true;
      }
      char next = text.charAt(end);
      boolean joint = next == '-' || next == '.' || next == '/';
      return !PiiScan.isWord(next)
          && !(joint && end + 1 < text.length() && PiiScan.isWord(text.charAt(end + 1)));
    }
  }
}
