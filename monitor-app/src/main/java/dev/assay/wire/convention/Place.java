package dev.assay.wire.convention;

import org.jspecify.annotations.Nullable;

/**
 * Where something stands on a span as it came.
 *
 * @param event position of the span's event; −1 where it is none
 * @param name of the attribute, of the event and its attribute ({@code gen_ai.choice: message}), or
 *     of the span's own part
 * @param key of the attribute; empty where the event or the span itself is meant
 * @param text what stands there, as text; null where nothing does
 */
public record Place(Kind kind, int event, String name, String key, @Nullable String text) {
  /** What kind of place. */
  public enum Kind {
    ATTRIBUTE("attribute"),
    EVENT("event"),
    RESOURCE("resource attribute"),
    SPAN("span's own");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    /** For people. */
    public String title() {
      return title;
    }
  }

  static Place attribute(String key, @Nullable String text) {
    return new Place(Kind.ATTRIBUTE, -1, key, key, text);
  }

  static Place resource(String key, @Nullable String text) {
    return new Place(Kind.RESOURCE, -1, key, key, text);
  }

  static Place ofSpan(String part, @Nullable String text) {
    return new Place(Kind.SPAN, -1, part, "", text);
  }
}
