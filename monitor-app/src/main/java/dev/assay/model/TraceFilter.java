package dev.assay.model;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which traces a scorer is for: every named field has one of its allowed values. */
public final class TraceFilter {
  /** Fields a filter may name, besides {@code tags.<key>} and {@code metadata.<key>}. */
  public static final Set<String> FIELDS =
      Set.of("app", "environment", "app_version", "status", "name", "session_id", "user_id");

  private TraceFilter() {}

  /** Whether a filter may name the field. */
  public static boolean isField(String field) {
    return FIELDS.contains(field)
        || (field.startsWith("tags.") && field.length() > "tags.".length())
        || (field.startsWith("metadata.") && field.length() > "metadata.".length());
  }

  /** Whether every field of the filter has one of its allowed values; an absent field has none. */
  public static boolean matches(Map<String, List<String>> filter, TraceHeader header) {
    for (var condition : filter.entrySet()) {
      var value = value(condition.getKey(), header);
      if (value == null || !condition.getValue().contains(value)) {
        return false;
      }
    }
    return true;
  }

  private static @Nullable String value(String field, TraceHeader header) {
    return switch (field) {
      case "app" -> header.app();
      case "environment" -> header.environment();
      case "app_version" -> header.appVersion();
      case "status" -> header.status().name();
      case "name" -> header.name();
      case "session_id" -> header.sessionId();
      case "user_id" -> header.userId();
      default ->
          field.startsWith("tags.")
              ? header.tags().get(field.substring("tags.".length()))
              : field.startsWith("metadata.")
                  ? header.metadata().get(field.substring("metadata.".length()))
                  : null;
    };
  }
}
