package dev.assay.wire;

/**
 * The sampling probability that OpenTelemetry carries in {@code tracestate}: {@code ot=th:T}, where
 * T is a rejection threshold of up to 14 hex digits, trailing zeros left out, and p = 1 − T/2⁵⁶.
 */
final class SamplingThreshold {
  private static final int DIGITS = 14;
  private static final long SCALE = 1L << 56;

  private SamplingThreshold() {}

  /** In (0, 1]; 1 where the state carries no threshold, or a malformed one. */
  static double probability(String traceState) {
    for (var member : traceState.split(",", 33)) {
      var entry = member.strip();
      if (entry.startsWith("ot=")) {
        for (var field : entry.substring(3).split(";", 33)) {
          if (field.startsWith("th:")) {
            return ofThreshold(field.substring(3));
          }
        }
      }
    }
    return 1;
  }

  private static double ofThreshold(String hex) {
    if (hex.isEmpty() || hex.length() > DIGITS) {
      return 1;
    }
    long threshold = 0;
    for (int i = 0; i < DIGITS; i++) {
      int digit = i < hex.length() ? Character.digit(hex.charAt(i), 16) : 0;
      if (digit < 0) {
        return 1;
      }
      threshold = threshold << 4 | digit;
    }
    // subtracted as integers: 1 − T/2⁵⁶ in floating point would be 0 for the greatest thresholds
    return (double) (SCALE - threshold) / SCALE;
  }
}
