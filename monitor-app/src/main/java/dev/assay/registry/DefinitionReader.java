package dev.assay.registry;

import dev.assay.model.Level;
import dev.assay.model.Objective;
import dev.assay.model.PassCondition;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScorerState;
import dev.assay.model.TraceFilter;
import dev.assay.model.TraceStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Reads one definition of a scorers file; every mistake, not just the first. */
final class DefinitionReader {
  private static final List<String> KEYS =
      List.of(
          "name",
          "kind",
          "description",
          "owner",
          "parameters",
          "sample_rate",
          "filter",
          "objective",
          "pass",
          "level",
          "state",
          "version");
  private static final Set<ScorerState> STATES =
      EnumSet.of(ScorerState.ACTIVE, ScorerState.STOPPED, ScorerState.REGISTERED);
  private static final int MAX_TEXT = 1_000;
  private static final int MAX_SHOWN = 80;

  /** A mistake and its line. */
  record Found(int line, String problem) {}

  private final MappingNode definition;
  private final List<Found> problems = new ArrayList<>();
  private Map<String, Node> fields = Map.of();
  private String name = "";

  DefinitionReader(MappingNode definition) {
    this.definition = definition;
  }

  List<Found> problems() {
    return problems;
  }

  /** As written, if at all. */
  String name() {
    return name;
  }

  /** Which scorer a mistake is of. */
  String label() {
    return name.isEmpty() ? "a scorer without a name: " : "scorer '%s': ".formatted(name);
  }

  /** The definition, or empty if there is a mistake in it. */
  Optional<ScorerSpec> read() {
    try {
      fields = Yaml.fields(definition);
    } catch (Yaml.Invalid e) {
      problems.add(new Found(e.line(), String.valueOf(e.getMessage())));
      return Optional.empty();
    }
    for (var key : fields.entrySet()) {
      if (!KEYS.contains(key.getKey())) {
        wrong(
            key.getValue(),
            "'%s' is not a key; allowed: %s".formatted(key.getKey(), String.join(", ", KEYS)));
      }
    }
    name = required("name", "[a-z][a-z0-9_]{0,63}");
    var kind = required("kind", "[a-z][a-z0-9_]{0,63}");
    var parameters = parameters();
    var pass = pass();
    var level = constant("level", EnumSet.allOf(Level.class), Level.TRACE);
    var version = version(kind, parameters, level, pass);
    var spec =
        new Fields(
            version,
            constant("state", STATES, ScorerState.ACTIVE),
            number("sample_rate", 0, 1).orElse(1.0),
            filter(),
            objective(),
            text("owner"),
            text("description"));
    return problems.isEmpty()
        ? Optional.of(
            new ScorerSpec(
                name,
                spec.version,
                kind,
                parameters,
                level,
                spec.state,
                null,
                spec.sampleRate,
                spec.filter,
                pass,
                spec.objective,
                spec.owner,
                spec.description))
        : Optional.empty();
  }

  private record Fields(
      String version,
      ScorerState state,
      double sampleRate,
      Map<String, List<String>> filter,
      @Nullable Objective objective,
      @Nullable String owner,
      @Nullable String description) {}

  private String required(String field, String pattern) {
    var node = fields.get(field);
    if (node == null) {
      problems.add(
          new Found(Yaml.line(definition), "%s: required, matching %s".formatted(field, pattern)));
      return "";
    }
    var text = raw(node);
    if (text == null || !text.matches(pattern)) {
      refused(node, field, "text matching " + pattern);
    }
    return text == null ? "" : text;
  }

  private @Nullable String text(String field) {
    var node = fields.get(field);
    if (node == null) {
      return null;
    }
    var text = raw(node);
    if (text == null || text.isBlank() || text.length() > MAX_TEXT) {
      refused(node, field, "text of 1 to %d characters".formatted(MAX_TEXT));
    }
    return text;
  }

  private Map<String, Object> parameters() {
    var node = fields.get("parameters");
    if (node == null) {
      return Map.of();
    }
    if (!(node instanceof MappingNode mapping)) {
      refused(node, "parameters", "names and values");
      return Map.of();
    }
    var parameters = new LinkedHashMap<String, Object>();
    try {
      for (var field : Yaml.fields(mapping).entrySet()) {
        var value = Yaml.plain(field.getValue());
        if (value == null) {
          refused(
              field.getValue(), "parameters." + field.getKey(), "a value, or leave the key out");
        } else {
          parameters.put(field.getKey(), value);
        }
      }
    } catch (Yaml.Invalid e) {
      problems.add(new Found(e.line(), "parameters: " + e.getMessage()));
    }
    return parameters;
  }

  private Map<String, List<String>> filter() {
    var filter = new LinkedHashMap<String, List<String>>();
    for (var condition : mapping("filter", "fields and lists of values").entrySet()) {
      var path = "filter." + condition.getKey();
      if (!TraceFilter.isField(condition.getKey())) {
        wrong(
            condition.getValue(),
            "%s: not a field of a trace; allowed: %s, tags.<key>, metadata.<key>"
                .formatted(path, String.join(", ", new TreeSet<>(TraceFilter.FIELDS))));
        continue;
      }
      var values = texts(condition.getValue(), path);
      if (condition.getKey().equals("status")) {
        var allowed = Arrays.stream(TraceStatus.values()).map(Enum::name).toList();
        if (!allowed.containsAll(values)) {
          refused(condition.getValue(), path, String.join(", ", allowed));
        }
      }
      filter.put(condition.getKey(), values);
    }
    return filter;
  }

  private @Nullable Objective objective() {
    var one = one("objective", "at_least", "at_most");
    if (one == null) {
      return null;
    }
    var target = number(one.getValue(), "objective." + one.getKey(), 0, 1);
    if (target.isEmpty()) {
      return null;
    }
    if (target.get() <= 0 || target.get() >= 1) {
      refused(one.getValue(), "objective." + one.getKey(), "a ratio between 0 and 1, exclusive");
      return null;
    }
    var direction =
        one.getKey().equals("at_least")
            ? Objective.Direction.AT_LEAST
            : Objective.Direction.AT_MOST;
    return new Objective(direction, target.get());
  }

  private PassCondition pass() {
    var one = one("pass", "at_least", "at_most", "one_of");
    if (one == null) {
      return new PassCondition.Natural();
    }
    var path = "pass." + one.getKey();
    if (one.getKey().equals("one_of")) {
      var allowed = texts(one.getValue(), path);
      return allowed.isEmpty() ? new PassCondition.Natural() : new PassCondition.OneOf(allowed);
    }
    double bound = number(one.getValue(), path, -Double.MAX_VALUE, Double.MAX_VALUE).orElse(0.0);
    return one.getKey().equals("at_least")
        ? new PassCondition.AtLeast(bound)
        : new PassCondition.AtMost(bound);
  }

  // A float written 1.10 is the text "1.10".
  private String version(
      String kind, Map<String, Object> parameters, Level level, PassCondition pass) {
    var node = fields.get("version");
    if (node == null) {
      return DefinitionDigest.of(kind, parameters, level, pass);
    }
    var text = raw(node);
    if (text == null || !text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
      refused(node, "version", "text matching [A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    }
    return text == null ? "" : text;
  }

  // ---- values

  private <E extends Enum<E>> E constant(String field, Set<E> allowed, E fallback) {
    var node = fields.get(field);
    if (node == null) {
      return fallback;
    }
    var text = raw(node);
    for (var constant : allowed) {
      if (lower(constant).equals(text)) {
        return constant;
      }
    }
    refused(
        node,
        field,
        allowed.stream().map(DefinitionReader::lower).collect(Collectors.joining(", ")));
    return fallback;
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private Optional<Double> number(String field, double min, double max) {
    var node = fields.get(field);
    return node == null ? Optional.empty() : number(node, field, min, max);
  }

  private Optional<Double> number(Node node, String path, double min, double max) {
    boolean numeric = node.getTag().equals(Tag.INT) || node.getTag().equals(Tag.FLOAT);
    var text = raw(node);
    if (numeric && text != null) {
      double number = Double.parseDouble(text);
      if (number >= min && number <= max) {
        return Optional.of(number);
      }
    }
    refused(
        node,
        path,
        max == Double.MAX_VALUE
            ? "a number"
            : "a number from %s to %s".formatted(plain(min), plain(max)));
    return Optional.empty();
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }

  private Map<String, Node> mapping(String field, String allowed) {
    var node = fields.get(field);
    if (node == null) {
      return Map.of();
    }
    if (node instanceof MappingNode mapping) {
      try {
        return Yaml.fields(mapping);
      } catch (Yaml.Invalid e) {
        problems.add(new Found(e.line(), field + ": " + e.getMessage()));
        return Map.of();
      }
    }
    refused(node, field, allowed);
    return Map.of();
  }

  /** The one key of a mapping that must have one of these. */
  private Map.@Nullable Entry<String, Node> one(String field, String... keys) {
    var node = fields.get(field);
    if (node == null) {
      return null;
    }
    var allowed = "one of " + String.join(", ", keys);
    var entries = mapping(field, allowed);
    if (entries.size() != 1 || !Arrays.asList(keys).contains(entries.keySet().iterator().next())) {
      if (node instanceof MappingNode) {
        wrong(node, "%s: has %s; allowed: %s".formatted(field, entries.keySet(), allowed));
      }
      return null;
    }
    return entries.entrySet().iterator().next();
  }

  private List<String> texts(Node node, String path) {
    var texts = new ArrayList<String>();
    if (!(node instanceof SequenceNode sequence) || sequence.getValue().isEmpty()) {
      refused(node, path, "a list of at least one value");
      return texts;
    }
    for (var item : sequence.getValue()) {
      var text = raw(item);
      if (text == null) {
        refused(item, path, "values that are text, numbers or booleans");
      } else {
        texts.add(text);
      }
    }
    return texts;
  }

  /** A scalar as it is written, whatever its type; null if it is none, or null. */
  private static @Nullable String raw(Node node) {
    return node instanceof ScalarNode scalar && !scalar.getTag().equals(Tag.NULL)
        ? scalar.getValue()
        : null;
  }

  private void refused(Node node, String path, String allowed) {
    wrong(node, "%s: was %s; allowed: %s".formatted(path, shown(node), allowed));
  }

  private void wrong(Node node, String problem) {
    problems.add(new Found(Yaml.line(node), problem));
  }

  private static String shown(Node node) {
    return switch (node) {
      case ScalarNode scalar when scalar.getTag().equals(Tag.NULL) -> "empty";
      case ScalarNode scalar when scalar.getValue().length() > MAX_SHOWN ->
          "'" + scalar.getValue().substring(0, MAX_SHOWN) + "…'";
      case ScalarNode scalar -> "'" + scalar.getValue() + "'";
      case SequenceNode sequence when sequence.getValue().isEmpty() -> "an empty list";
      case SequenceNode _ -> "a list";
      default -> "names and values";
    };
  }
}
