package dev.assay.model;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a scorer says about one trace: a value with its rationale, or the error that kept it from
 * one. A scorer may return several, then each has its own name.
 *
 * @param name absent: the scorer's name; otherwise {@code [a-zA-Z0-9_./-]{1,128}}
 * @param score present unless there is an error
 * @param rationale why
 * @param spanId when it concerns one span
 * @param error why there is no score
 * @param usage what a judge cost
 */
public record Feedback(
    @Nullable String name,
    @Nullable Score score,
    @Nullable String rationale,
    @Nullable String spanId,
    @Nullable ScorerError error,
    @Nullable JudgeUsage usage,
    Map<String, String> metadata) {
  public Feedback {
    if ((score == null) == (error == null)) {
      throw new IllegalArgumentException("a feedback has either a score or an error");
    }
    if (name != null && !name.matches("[a-zA-Z0-9_./-]{1,128}")) {
      throw new IllegalArgumentException(
          "a feedback's name must match [a-zA-Z0-9_./-]{1,128}, was '" + name + "'");
    }
    metadata = Map.copyOf(metadata);
  }

  /** A value as {@link Score#of} understands it, with its rationale. */
  public static Feedback of(Object value, @Nullable String rationale) {
    return new Feedback(null, Score.of(value), rationale, null, null, null, Map.of());
  }

  public static Feedback failed(ScorerError error) {
    return new Feedback(null, null, null, null, Objects.requireNonNull(error), null, Map.of());
  }

  public Feedback named(String newName) {
    return new Feedback(newName, score, rationale, spanId, error, usage, metadata);
  }

  public Feedback onSpan(String newSpanId) {
    return new Feedback(name, score, rationale, newSpanId, error, usage, metadata);
  }

  public Feedback withUsage(JudgeUsage newUsage) {
    return new Feedback(name, score, rationale, spanId, error, newUsage, metadata);
  }

  public Feedback withMetadata(Map<String, String> newMetadata) {
    return new Feedback(name, score, rationale, spanId, error, usage, newMetadata);
  }
}
