package dev.assay.demo;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the traffic generator knows of the answers it wrote, for the simulated model to look up; it
 * never travels with a trace. Texts are compared by their letters and digits alone, so that the
 * envelope and the escaping they pick up on the way do not matter. Thread-safe; it forgets the
 * oldest entries over its bound.
 */
public final class PlantedTruth {
  private static final int MAX_ENTRIES = 200_000;

  /**
   * The truth of one answer.
   *
   * @param good whether it is a good answer, for judges of anything not in {@code aspects}
   * @param aspects by scorer name: whether the answer is good in that respect
   * @param reason what is wrong with it, or right, for rationales
   */
  public record Truth(boolean good, Map<String, Boolean> aspects, String reason) {
    public Truth {
      aspects = Map.copyOf(aspects);
    }

    public boolean of(String aspect) {
      return aspects.getOrDefault(aspect, good);
    }
  }

  private final Map<String, Truth> entries =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Truth> eldest) {
          return size() > MAX_ENTRIES;
        }
      };

  /** Notes the truth of this answer to this question; a later note replaces an earlier one. */
  public synchronized void plant(String question, String answer, Truth truth) {
    entries.put(key(question, answer), truth);
    entries.put(key(null, answer), truth);
  }

  /** By question and answer, or by the answer alone where the question is not known. */
  public synchronized Optional<Truth> find(@Nullable String question, String answer) {
    var exact = question == null ? null : entries.get(key(question, answer));
    return Optional.ofNullable(exact == null ? entries.get(key(null, answer)) : exact);
  }

  private static String key(@Nullable String question, String answer) {
    return (question == null ? "" : digest(question)) + "/" + digest(answer);
  }

  private static String digest(String text) {
    try {
      var letters = text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "");
      var digest =
          MessageDigest.getInstance("SHA-256").digest(letters.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JRE has SHA-256", e);
    }
  }
}
