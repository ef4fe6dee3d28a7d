package dev.assay.judging;

import java.util.Optional;
import java.util.regex.Pattern;

/** {@code provider:/model}, as MLflow writes it; the model's name may hold slashes and colons. */
record ModelUri(String provider, String model) {
  private static final Pattern FORM =
      Pattern.compile("([a-z][a-z0-9_-]{0,31}):/([A-Za-z0-9][A-Za-z0-9._:/@-]{0,127})");

  static Optional<ModelUri> parse(String text) {
    var matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new ModelUri(
                java.util.Objects.requireNonNull(matcher.group(1)),
                java.util.Objects.requireNonNull(matcher.group(2))))
        : Optional.empty();
  }

  @Override
  public String toString() {
    return provider + ":/" + model;
  }
}
