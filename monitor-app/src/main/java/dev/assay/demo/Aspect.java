package dev.assay.demo;

import java.util.Locale;

/**
 * What a judge may be asked about an answer. Every trace of the demo has a true verdict on each.
 */
public enum Aspect {
  /** Does what the user asked for. */
  HELPFUL,
  /** Says nothing that its documents, tools or instructions contradict. */
  GROUNDED,
  /** Is friendly in tone. */
  POLITE,
  /** Keeps to the application's instructions. */
  ON_POLICY;

  /** The key in {@link TruthSink#plant}: the name in lower case. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
