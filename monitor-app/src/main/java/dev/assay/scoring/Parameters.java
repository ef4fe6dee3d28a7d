package dev.assay.scoring;

import dev.assay.model.ScorerSpec;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Typed reading of a definition's {@code parameters}. Each getter refuses what does not fit with
 * the path of the field, the value and what is allowed.
 */
public final class Parameters {
  private static final int MAX_SHOWN = 80;

  private final Map<String, Object> values;

  private Parameters(Map<String, Object> values) {
    this.values = values;
  }

  public static Parameters of(ScorerSpec spec) {
    return new Parameters(spec.parameters());
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** A string of 1 to {@code maxLength} characters. */
  public String text(String name, int maxLength) throws InvalidScorerException {
    return optionalText(name, maxLength).orElseThrow(() -> missing(name, "a string"));
  }

  /** A string of 1 to {@code maxLength} characters, where given. */
  public Optional<String> optionalText(String name, int maxLength) throws InvalidScorerException {
    var value = values.get(name);
    return value == null ? Optional.empty() : Optional.of(text(name, value, maxLength));
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String name, boolean fallback) throws InvalidScorerException {
    return switch (values.get(name)) {
      case null -> fallback;
      case Boolean flag -> flag;
      case Object other -> throw refused(name, other, "true or false");
    };
  }

  /** A whole number within the bounds, where given. */
  public OptionalLong optionalInteger(String name, long min, long max)
      throws InvalidScorerException {
    var allowed = "a whole number from %d to %d".formatted(min, max);
    return switch (values.get(name)) {
      case null -> OptionalLong.empty();
      case Number number
          when number.doubleValue() == Math.rint(number.doubleValue())
              && number.doubleValue() >= min
              && number.doubleValue() <= max ->
          OptionalLong.of(number.longValue());
      case Object other -> throw refused(name, other, allowed);
    };
  }

  /** A whole number within the bounds. */
  public long integer(String name, long fallback, long min, long max)
      throws InvalidScorerException {
    return optionalInteger(name, min, max).orElse(fallback);
  }

  /** A number above {@code min}, up to {@code max}. */
  public double positive(String name, double max) throws InvalidScorerException {
    var allowed = "a number above 0, up to " + max;
    return switch (values.get(name)) {
      case null -> throw missing(name, allowed);
      case Number number when number.doubleValue() > 0 && number.doubleValue() <= max ->
          number.doubleValue();
      case Object other -> throw refused(name, other, allowed);
    };
  }

  /** 1 to {@code maxItems} strings of 1 to {@code maxLength} characters; empty where not given. */
  public List<String> texts(String name, int maxItems, int maxLength)
      throws InvalidScorerException {
    return switch (values.get(name)) {
      case null -> List.of();
      case List<?> list when !list.isEmpty() && list.size() <= maxItems ->
          texts(name, list, maxLength);
      case Object other ->
          throw refused(name, other, "a list of 1 to %d strings".formatted(maxItems));
    };
  }

  /** The constant whose lower-case name is given. */
  public <E extends Enum<E>> E choice(String name, E fallback) throws InvalidScorerException {
    var value = values.get(name);
    return value == null ? fallback : constant(name, value, fallback.getDeclaringClass());
  }

  /** Distinct constants by their lower-case names; empty where not given. */
  public <E extends Enum<E>> Set<E> choices(String name, Class<E> type)
      throws InvalidScorerException {
    var chosen = new HashSet<E>();
    var given = texts(name, EnumSet.allOf(type).size(), MAX_SHOWN);
    for (int i = 0; i < given.size(); i++) {
      var path = "%s[%d]".formatted(name, i);
      if (!chosen.add(constant(path, given.get(i), type))) {
        throw refused(path, given.get(i), "each type once");
      }
    }
    return chosen;
  }

  /** An object, as plain Java values; may hold nulls. */
  @SuppressWarnings("unchecked")
  public Optional<Map<String, Object>> object(String name) throws InvalidScorerException {
    return switch (values.get(name)) {
      case null -> Optional.empty();
      case Map<?, ?> map -> Optional.of((Map<String, Object>) map);
      case Object other -> throw refused(name, other, "an object");
    };
  }

  /** The refusal of a parameter's value. */
  public static InvalidScorerException refused(
      String name, @Nullable Object value, String allowed) {
    return new InvalidScorerException(
        "parameters." + name, "was %s; allowed: %s".formatted(shown(value), allowed));
  }

  private static InvalidScorerException missing(String name, String allowed) {
    return new InvalidScorerException("parameters." + name, "required: " + allowed);
  }

  private static String text(String name, @Nullable Object value, int maxLength)
      throws InvalidScorerException {
    if (value instanceof String text && !text.isEmpty() && text.length() <= maxLength) {
      return text;
    }
    throw refused(name, value, "a string of 1 to %d characters".formatted(maxLength));
  }

  private static List<String> texts(String name, List<?> list, int maxLength)
      throws InvalidScorerException {
    var texts = new ArrayList<String>();
    for (int i = 0; i < list.size(); i++) {
      texts.add(text("%s[%d]".formatted(name, i), list.get(i), maxLength));
    }
    return List.copyOf(texts);
  }

  private static <E extends Enum<E>> E constant(String name, Object value, Class<E> type)
      throws InvalidScorerException {
    for (var constant : EnumSet.allOf(type)) {
      if (lower(constant).equals(value)) {
        return constant;
      }
    }
    throw refused(
        name,
        value,
        EnumSet.allOf(type).stream().map(Parameters::lower).collect(Collectors.joining(", ")));
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String shown(@Nullable Object value) {
    var text = value instanceof String string ? "'" + string + "'" : String.valueOf(value);
    return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
  }
}
