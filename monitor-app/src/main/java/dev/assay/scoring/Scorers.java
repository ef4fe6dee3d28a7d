package dev.assay.scoring;

import dev.assay.model.Level;
import dev.assay.model.ScorerSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The kinds of scorer there are, and the one way from a definition to a {@link Scorer}. */
public final class Scorers {
  private final Map<String, ScorerFactory> byKind;

  /**
   * @throws IllegalArgumentException if two factories claim one kind
   */
  public Scorers(List<ScorerFactory> factories) {
    var kinds = new LinkedHashMap<String, ScorerFactory>();
    for (var factory : factories) {
      var other = kinds.putIfAbsent(factory.kind(), factory);
      if (other != null) {
        throw new IllegalArgumentException(
            "kind '%s' is claimed by both %s and %s"
                .formatted(
                    factory.kind(), other.getClass().getName(), factory.getClass().getName()));
      }
    }
    this.byKind = Map.copyOf(kinds);
  }

  /**
   * Makes the scorer of a definition.
   *
   * @throws InvalidScorerException naming the field: an unknown kind, an unknown, missing or wrong
   *     parameter
   */
  public Scorer create(ScorerSpec spec) throws InvalidScorerException {
    var factory = byKind.get(spec.kind());
    if (factory == null) {
      throw new InvalidScorerException(
          "kind",
          "'%s' is not known; allowed: %s"
              .formatted(spec.kind(), String.join(", ", new TreeMap<>(byKind).keySet())));
    }
    var known = factory.parameters().stream().collect(Collectors.toMap(Parameter::name, p -> p));
    for (var name : spec.parameters().keySet()) {
      if (!known.containsKey(name)) {
        throw new InvalidScorerException(
            "parameters." + name,
            "not a parameter of %s; allowed: %s"
                .formatted(
                    spec.kind(),
                    factory.parameters().isEmpty()
                        ? "none"
                        : factory.parameters().stream()
                            .map(Parameter::name)
                            .collect(Collectors.joining(", "))));
      }
    }
    if (spec.level() != Level.TRACE) {
      throw new InvalidScorerException(
          "level",
          "was %s; allowed: trace".formatted(spec.level().name().toLowerCase(Locale.ROOT)));
    }
    for (var parameter : factory.parameters()) {
      if (parameter.required() && !spec.parameters().containsKey(parameter.name())) {
        throw new InvalidScorerException(
            "parameters." + parameter.name(),
            "required: %s (%s)".formatted(parameter.description(), parameter.type()));
      }
    }
    return factory.create(spec);
  }

  /** What keeps a definition from working, or empty; for checking a file of them. */
  public Optional<String> problem(ScorerSpec spec) {
    try {
      create(spec);
      return Optional.empty();
    } catch (InvalidScorerException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /** Every kind, by name: the catalogue. */
  public List<ScorerFactory> catalogue() {
    return List.copyOf(new TreeMap<>(byKind).values());
  }
}
