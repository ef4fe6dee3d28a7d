package dev.assay.wire;

import dev.assay.wire.convention.SpanDraft;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which span is the application's own root, where what stands on the spans does not tell: all that
 * is given must match. Of several such spans in a trace, the topmost and earliest counts.
 *
 * @param name of the span; a trailing {@code *} stands for any rest
 * @param scope name of the instrumentation scope; a trailing {@code *} stands for any rest
 * @param attributes keys and values, as text, that the span must carry
 */
public record RootSelector(
    @Nullable String name, @Nullable String scope, Map<String, String> attributes) {
  /** What {@link #parse} takes, for messages and documentation. */
  public static final String ALLOWED =
      "name=…, scope=… and attribute.<key>=…, by comma; at least one";

  /** Selects nothing: the application's root is found by what the spans say. */
  public static final RootSelector NONE = new RootSelector(null, null, Map.of());

  public RootSelector {
    attributes = Map.copyOf(attributes);
  }

  /**
   * Reads {@code name=answer_question, scope=my.agent, attribute.kind=agent}. Values have no
   * commas.
   *
   * @throws IllegalArgumentException if it is anything else, saying what is allowed
   */
  public static RootSelector parse(String text) {
    @Nullable String name = null;
    @Nullable String scope = null;
    var attributes = new LinkedHashMap<String, String>();
    for (var term : text.split(",", -1)) {
      int equals = term.indexOf('=');
      var key = equals < 0 ? "" : term.substring(0, equals).strip();
      var value = term.substring(equals + 1).strip();
      boolean isNew;
      if (value.isEmpty()) {
        throw malformed(term);
      } else if (key.equals("name")) {
        isNew = name == null;
        name = value;
      } else if (key.equals("scope")) {
        isNew = scope == null;
        scope = value;
      } else if (key.startsWith("attribute.") && key.length() > "attribute.".length()) {
        isNew = attributes.put(key.substring("attribute.".length()), value) == null;
      } else {
        throw malformed(term);
      }
      if (!isNew) {
        throw new IllegalArgumentException(key + " stands twice; allowed: " + ALLOWED);
      }
    }
    return new RootSelector(name, scope, attributes);
  }

  private static IllegalArgumentException malformed(String term) {
    return new IllegalArgumentException("cannot read '" + term.strip() + "'; allowed: " + ALLOWED);
  }

  /** Whether the span is such a root. */
  boolean matches(ReceivedSpan span) {
    return !equals(NONE)
        && matches(name, span.span().getName())
        && matches(scope, span.scope())
        && attributes.entrySet().stream()
            .allMatch(wanted ->
                wanted.getValue().equals(SpanDraft.attribute(span.span(), wanted.getKey())));
  }

  private static boolean matches(@Nullable String pattern, String value) {
    if (pattern == null) {
      return true;
    }
    return pattern.endsWith("*")
        ? value.startsWith(pattern.substring(0, pattern.length() - 1))
        : value.equals(pattern);
  }
}
