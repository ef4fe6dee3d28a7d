package dev.assay.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A scorer as its owner wrote it.
 *
 * @param name {@code [a-z][a-z0-9_]{0,63}}: a label, so bounded
 * @param version given by the owner, or a digest of the definition
 * @param kind which implementation: {@code contains}, {@code guidelines} …
 * @param parameters what the kind takes; plain Java values as JSON or YAML gave them
 * @param stateReason why it is paused
 * @param sampleRate in [0, 1]
 * @param filter field ({@code app}, {@code environment}, {@code app_version}, {@code status},
 *     {@code name}, {@code tags.<key>}, {@code metadata.<key>}) to allowed values; all must match
 * @param pass which values pass
 */
public record ScorerSpec(
    String name,
    String version,
    String kind,
    Map<String, Object> parameters,
    Level level,
    ScorerState state,
    @Nullable String stateReason,
    double sampleRate,
    Map<String, List<String>> filter,
    PassCondition pass,
    @Nullable Objective objective,
    @Nullable String owner,
    @Nullable String description) {
  public ScorerSpec {
    if (!name.matches("[a-z][a-z0-9_]{0,63}")) {
      throw new IllegalArgumentException(
          "name must match [a-z][a-z0-9_]{0,63}, was '" + name + "'");
    }
    if (!(sampleRate >= 0 && sampleRate <= 1)) {
      throw new IllegalArgumentException("sample_rate must be in [0, 1], was " + sampleRate);
    }
    parameters = Map.copyOf(parameters);
    filter = Map.copyOf(filter);
  }

  // A scorer is looked up by its whole definition for every trace; hashing all of it is long, and
  // name and version nearly always tell definitions apart.
  @Override
  public int hashCode() {
    return 31 * name.hashCode() + version.hashCode();
  }

  /** An active trace scorer that sees every trace; for code and tests. */
  public static ScorerSpec of(String name, String kind, Map<String, Object> parameters) {
    return new ScorerSpec(
        name,
        "1",
        kind,
        parameters,
        Level.TRACE,
        ScorerState.ACTIVE,
        null,
        1.0,
        Map.of(),
        new PassCondition.Natural(),
        null,
        null,
        null);
  }

  public ScorerSpec withSampleRate(double rate) {
    return new ScorerSpec(
        name,
        version,
        kind,
        parameters,
        level,
        state,
        stateReason,
        rate,
        filter,
        pass,
        objective,
        owner,
        description);
  }

  public ScorerSpec withParameters(Map<String, Object> newParameters) {
    return new ScorerSpec(
        name,
        version,
        kind,
        newParameters,
        level,
        state,
        stateReason,
        sampleRate,
        filter,
        pass,
        objective,
        owner,
        description);
  }

  public ScorerSpec withState(ScorerState newState, @Nullable String reason) {
    return new ScorerSpec(
        name,
        version,
        kind,
        parameters,
        level,
        newState,
        reason,
        sampleRate,
        filter,
        pass,
        objective,
        owner,
        description);
  }
}
