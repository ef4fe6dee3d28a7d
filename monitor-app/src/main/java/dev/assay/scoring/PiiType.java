package dev.assay.scoring;

/** Kinds of personal data and secrets that {@link PiiScan} knows by their shape. */
enum PiiType {
  EMAIL("e-mail address", "e-mail addresses"),
  PHONE("phone number", "phone numbers"),
  CARD("card number", "card numbers"),
  IBAN("IBAN", "IBANs"),
  SSN("social security number", "social security numbers"),
  SECRET("secret", "secrets");

  private final String singular;
  private final String plural;

  PiiType(String singular, String plural) {
    this.singular = singular;
    this.plural = plural;
  }

  /** {@code 2 card numbers}. */
  String counted(int count) {
    return count + " " + (count == 1 ? singular : plural);
  }
}
