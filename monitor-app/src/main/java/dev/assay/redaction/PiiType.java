package dev.assay.redaction;

import java.util.Locale;

/** Kinds of personal data and secrets that {@link PiiScan} knows by their shape. */
public enum PiiType {
  EMAIL("e-mail address", "e-mail addresses"),
  PHONE("phone number", "phone numbers"),
  CARD("card number", "card numbers"),
  IBAN("IBAN", "IBANs"),
  SSN("social security number", "social security numbers"),
  SECRET("secret", "secrets"),
  /** A long run of letters and digits as a generator makes it, whatever it is for. */
  RANDOM("random string", "random strings");

  private final String singular;
  private final String plural;

  PiiType(String singular, String plural) {
    this.singular = singular;
    this.plural = plural;
  }

  /** {@code email}. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** {@code 2 card numbers}. */
  public String counted(int count) {
    return count + " " + (count == 1 ? singular : plural);
  }
}
