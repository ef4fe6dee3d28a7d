package dev.assay.registry;

import dev.assay.model.Level;
import dev.assay.model.PassCondition;
import dev.assay.model.ScorerSpec;
import dev.assay.model.Sha256;
import dev.assay.wire.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Definitions as one text each, so that equal ones are equal whoever wrote them. */
final class DefinitionDigest {
  private static final int BYTES = 6;

  private DefinitionDigest() {}

  /**
   * The version of a definition that states none: the first 12 hex digits of SHA-256 over what
   * decides a verdict: kind, level, parameters and pass condition. Another rate, filter, owner or
   * state is the same version, so its series goes on.
   */
  static String of(String kind, Map<String, Object> parameters, Level level, PassCondition pass) {
    return Sha256.hex(
        Json.write(
            sortedMap(
                Map.of(
                    "kind",
                    kind,
                    "level",
                    level.name(),
                    "parameters",
                    parameters,
                    "pass",
                    pass(pass)))),
        BYTES);
  }

  /** The whole definition, its keys sorted. */
  static String canonical(ScorerSpec spec) {
    var objective = spec.objective();
    var fields = new TreeMap<String, @Nullable Object>();
    fields.put("name", spec.name());
    fields.put("version", spec.version());
    fields.put("kind", spec.kind());
    fields.put("parameters", sorted(spec.parameters()));
    fields.put("level", spec.level().name());
    fields.put("state", spec.state().name());
    fields.put("state_reason", spec.stateReason());
    fields.put("sample_rate", spec.sampleRate());
    fields.put("filter", sorted(spec.filter()));
    fields.put("pass", sorted(pass(spec.pass())));
    fields.put(
        "objective", objective == null ? null : objective.direction() + " " + objective.target());
    fields.put("owner", spec.owner());
    fields.put("description", spec.description());
    return Json.write(fields);
  }

  private static Map<String, Object> pass(PassCondition pass) {
    return switch (pass) {
      case PassCondition.Natural _ -> Map.of();
      case PassCondition.AtLeast(var bound) -> Map.of("at_least", bound);
      case PassCondition.AtMost(var bound) -> Map.of("at_most", bound);
      case PassCondition.OneOf(var allowed) -> Map.of("one_of", allowed);
    };
  }

  private static Map<String, @Nullable Object> sortedMap(Map<?, ?> map) {
    var sorted = new TreeMap<String, @Nullable Object>();
    map.forEach((key, item) -> sorted.put(String.valueOf(key), sorted(item)));
    return sorted;
  }

  private static @Nullable Object sorted(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map -> sortedMap(map);
      case List<?> list -> {
        var items = new ArrayList<@Nullable Object>();
        list.forEach(item -> items.add(sorted(item)));
        yield items;
      }
      case null -> null;
      case Object other -> other;
    };
  }
}
