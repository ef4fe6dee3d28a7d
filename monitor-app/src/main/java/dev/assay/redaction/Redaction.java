package dev.assay.redaction;

import com.google.re2j.Pattern;
import java.util.Map;
import java.util.Set;

/**
 * What is taken out of traces, and what stands there instead.
 *
 * @param types found by shape and checksum; none: only the patterns
 * @param patterns of the user's own, by name: {@code [a-z][a-z0-9_]{0,31}}
 */
public record Redaction(Set<PiiType> types, Map<String, Pattern> patterns, Action action) {
  /** What stands where something was. */
  public sealed interface Action {
    /** {@code [redacted:email]}. */
    record Replace() implements Action {}

    /** Letters and digits become {@code *}; length and separators stay. */
    record Mask() implements Action {}

    /**
     * {@code [redacted:email:9f86d081884c7d65]}: the first 64 bits of HMAC-SHA256 of what was
     * there. The same value gives the same mark, so that users can still be told apart.
     */
    @SuppressWarnings("ArrayRecordComponent") // a key, never compared
    record Hmac(byte[] key) implements Action {
      public Hmac {
        if (key.length < 16) {
          throw new IllegalArgumentException(
              "the key must have at least 16 bytes, had " + key.length);
        }
        key = key.clone();
      }
    }
  }

  /** Nothing is taken out. */
  public static final Redaction NONE = new Redaction(Set.of(), Map.of(), new Action.Replace());

  public Redaction {
    types = Set.copyOf(types);
    for (var name : patterns.keySet()) {
      if (!name.matches("[a-z][a-z0-9_]{0,31}")) {
        throw new IllegalArgumentException(
            "a pattern's name must match [a-z][a-z0-9_]{0,31}, was '" + name + "'");
      }
    }
    patterns = Map.copyOf(patterns);
  }

  public boolean isNone() {
    return types.isEmpty() && patterns.isEmpty();
  }
}
