package dev.assay.judging;

import dev.assay.model.Level;
import dev.assay.model.ScorerSpec;
import dev.assay.scoring.InvalidScorerException;
import dev.assay.scoring.Parameter;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The parameters of a judge's definition, read with errors that name the field. */
record JudgeParameters(Map<String, Object> values) {
  static final Parameter MODEL =
      Parameter.required(
          "model",
          "string",
          "provider:/model of a configured provider, such as openai:/gpt-4o-mini or"
              + " ollama:/llama3.2");

  static JudgeParameters of(ScorerSpec spec) throws InvalidScorerException {
    if (spec.level() != Level.TRACE) {
      throw new InvalidScorerException(
          "level", "%s judges whole traces; allowed: TRACE".formatted(spec.kind()));
    }
    return new JudgeParameters(spec.parameters());
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  String string(String name) throws InvalidScorerException {
    if (values.get(name) instanceof String text && !text.isBlank()) {
      return text;
    }
    throw new InvalidScorerException("parameters." + name, "must be a string that is not blank");
  }

  String string(String name, String otherwise) throws InvalidScorerException {
    return has(name) ? string(name) : otherwise;
  }

  @Nullable Double number(String name) throws InvalidScorerException {
    if (!has(name)) {
      return null;
    }
    if (values.get(name) instanceof Number number && Double.isFinite(number.doubleValue())) {
      return number.doubleValue();
    }
    throw new InvalidScorerException("parameters." + name, "must be a number");
  }

  /** One string, or a list of 1 to max different ones. */
  List<String> strings(String name, int max) throws InvalidScorerException {
    var items = values.get(name) instanceof List<?> list ? list : List.of(string(name));
    var strings = new ArrayList<String>();
    for (var item : items) {
      if (!(item instanceof String text) || text.isBlank()) {
        throw new InvalidScorerException(
            "parameters." + name, "must hold strings that are not blank");
      }
      strings.add(text);
    }
    if (strings.isEmpty()
        || strings.size() > max
        || new HashSet<>(strings).size() < strings.size()) {
      throw new InvalidScorerException(
          "parameters." + name, "must hold 1 to %d different strings".formatted(max));
    }
    return strings;
  }

  void refuse(Set<String> names, String when) throws InvalidScorerException {
    for (var name : new TreeSet<>(names)) {
      if (has(name)) {
        throw new InvalidScorerException("parameters." + name, "has no meaning " + when);
      }
    }
  }
}
