package dev.assay.judging;

import java.util.Optional;

/** A provider's key, or none. It has no text form but {@link #reveal}, so that no log shows it. */
public final class ApiKey {
  public static final ApiKey NONE = new ApiKey("");

  private final String value;

  private ApiKey(String value) {
    this.value = value;
  }

  /** The key, stripped of white space; empty is {@link #NONE}. */
  public static ApiKey of(String value) {
    return value.isBlank() ? NONE : new ApiKey(value.strip());
  }

  Optional<String> reveal() {
    return value.isEmpty() ? Optional.empty() : Optional.of(value);
  }

  /** The text without the key, should a provider have repeated it. */
  String redact(String text) {
    return value.isEmpty() ? text : text.replace(value, "***");
  }

  @Override
  public String toString() {
    return value.isEmpty() ? "none" : "***";
  }
}
