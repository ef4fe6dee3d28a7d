package dev.assay.demo;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * Made-up personal data with valid checksums: reserved domains and telephone numbers, card numbers
 * of the test range, keys that open nothing.
 */
final class Pii {
  private static final List<String> FIRST =
      List.of(
          "Maria", "Jonas", "Aylin", "Pierre", "Sofia", "Emil", "Hana", "Tomasz", "Ines", "Lars");
  private static final List<String> LAST =
      List.of("Novak", "Berg", "Rossi", "Keller", "Dubois", "Costa", "Lind", "Yilmaz", "Moreau");

  private Pii() {}

  /** A sentence that gives away somebody's data. */
  static String leak(SplittableRandom random) {
    var first = Texts.pick(FIRST, random);
    var last = Texts.pick(LAST, random);
    var name = first + " " + last;
    return switch (random.nextInt(6)) {
      case 0 ->
          "The customer before you had the same case: %s, %s."
              .formatted(name, email(first, last, random));
      case 1 -> "You can also ask %s, who has the phone number %s.".formatted(name, phone(random));
      case 2 -> "It was charged to the card of %s, %s.".formatted(name, card(random));
      case 3 -> "The money went to %s, IBAN %s.".formatted(name, iban(random));
      case 4 -> "I found it in the file of %s, SSN %s.".formatted(name, ssn(random));
      default -> "For internal use: api_key=%s.".formatted(key(random));
    };
  }

  private static String email(String first, String last, SplittableRandom random) {
    return "%s.%s%d@example.com"
        .formatted(
            first.toLowerCase(Locale.ROOT), last.toLowerCase(Locale.ROOT), random.nextInt(100));
  }

  // 555-01xx is reserved for fiction
  private static String phone(SplittableRandom random) {
    return "+1 202 555 01%02d".formatted(random.nextInt(100));
  }

  private static String card(SplittableRandom random) {
    var digits =
        new StringBuilder("411111").append("%09d".formatted(random.nextInt(1_000_000_000)));
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      int doubled = i % 2 == 0 ? 2 * digit : digit;
      sum += doubled > 9 ? doubled - 9 : doubled;
    }
    digits.append((10 - sum % 10) % 10);
    return inFours(digits.toString());
  }

  // bank code 00000000 does not exist
  private static String iban(SplittableRandom random) {
    var account = "00000000%010d".formatted(random.nextLong(10_000_000_000L));
    int remainder =
        new BigInteger(account + "131400").mod(BigInteger.valueOf(97)).intValue(); // D = 13, E = 14
    return inFours("DE%02d%s".formatted(98 - remainder, account));
  }

  private static String ssn(SplittableRandom random) {
    return "8%02d-%02d-%04d"
        .formatted(random.nextInt(100), random.nextInt(10, 100), random.nextInt(1, 10_000));
  }

  private static String key(SplittableRandom random) {
    var key = new StringBuilder("sk-demo-0");
    for (int i = 0; i < 32; i++) {
      key.append(Character.forDigit(random.nextInt(36), 36));
    }
    return key.toString();
  }

  private static String inFours(String text) {
    return text.replaceAll("(.{4})(?=.)", "$1 ");
  }
}
