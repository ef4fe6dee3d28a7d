package dev.assay.demo;

import dev.assay.model.Sha256;
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
public final class PlantedTruth implements TruthSink {
  private static final int MAX_ENTRIES = 200_000;

  /** The truth about one answer, by {@link Aspect#key}. */
  record Truth(Map<String, Boolean> aspects) {
    Truth {
      aspects = Map.copyOf(aspects);
    }

    /**
     * Whether the answer is good in the eyes of this judge: by the aspect it is named after, as in
     * {@code helpful}, {@code helpfulness} or {@code support_policy}; a judge of anything else sees
     * a good answer where all aspects are good.
     */
    boolean of(String judge) {
      return aspects.entrySet().stream()
          .filter(aspect -> judge.contains(aspect.getKey().replaceFirst("^on_", "")))
          .findFirst()
          .map(Map.Entry::getValue)
          .orElseGet(() -> !aspects.containsValue(false));
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

  /** A later note on the same question and answer replaces an earlier one. */
  @Override
  public synchronized void plant(
      String traceId, String question, String answer, Map<String, Boolean> truth) {
    var entry = new Truth(truth);
    entries.put(key(question, answer), entry);
    entries.put(key(null, answer), entry);
  }

  /** By question and answer, or by the answer alone where the question is not known. */
  synchronized Optional<Truth> find(@Nullable String question, String answer) {
    var exact = question == null ? null : entries.get(key(question, answer));
    return Optional.ofNullable(exact == null ? entries.get(key(null, answer)) : exact);
  }

  private static String key(@Nullable String question, String answer) {
    return (question == null ? "" : digest(question)) + "/" + digest(answer);
  }

  private static String digest(String text) {
    return Sha256.hex(text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", ""), 16);
  }
}
