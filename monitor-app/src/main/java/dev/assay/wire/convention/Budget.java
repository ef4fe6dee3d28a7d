package dev.assay.wire.convention;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * How much text a trace may still take, in bytes of UTF-8. A value over its own limit is cut and
 * says so at its end; once the trace's bytes are spent, further values are left out. Both are
 * counted. One thread.
 */
public final class Budget {
  /** Characters of an input, an output, a message or a document: 512 Ki. */
  static final int CONTENT = 512 * 1024;

  /** Characters of an attribute that no convention knows: 16 Ki. */
  static final int ATTRIBUTE = 16 * 1024;

  /** Characters of a name or a label. */
  static final int NAME = 256;

  private long left;
  private int cuts;

  /**
   * @param bytes of UTF-8, all values together
   */
  public Budget(long bytes) {
    this.left = bytes;
  }

  /** For what is looked at and not kept. */
  static Budget unbounded() {
    return new Budget(Long.MAX_VALUE / 2);
  }

  /** Values that were cut or left out. */
  public int cuts() {
    return cuts;
  }

  /** Counts values that somebody else left out. */
  void cut(int values) {
    cuts += values;
  }

  /** Charges bytes that carry no text of their own; whether there were any left. */
  boolean charge(int bytes) {
    left -= bytes;
    return left > 0;
  }

  /** Plain text of at most so many characters, the mark included; null where nothing is left. */
  @Nullable String text(@Nullable String text, int limit) {
    return spend(cutTo(text, limit));
  }

  /** Plain text of at most {@link #CONTENT} characters. */
  public @Nullable String content(@Nullable String text) {
    return text(text, CONTENT);
  }

  /** Text that another budget has cut to size. */
  public @Nullable String repeated(@Nullable String text) {
    return spend(text);
  }

  /**
   * JSON text. Of one that is too long, the beginning, as a JSON string: still JSON. Text is cut as
   * text, not as its JSON form.
   */
  @Nullable String json(@Nullable Content content) {
    if (content == null) {
      return null;
    }
    var json = content.json();
    if (json.length() <= CONTENT) {
      return spend(json);
    }
    var text = content.tree().textValue();
    return spend(Content.quote(cutTo(text == null ? json : text, CONTENT)));
  }

  private @Nullable String cutTo(@Nullable String text, int limit) {
    if (text == null || text.length() <= limit) {
      return text;
    }
    cuts++;
    // The mark counts too: what was cut once fits, and is not cut again.
    var mark = "…[truncated: " + text.length() + " characters]";
    int end = limit - mark.length();
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end)
        + mark;
  }

  private @Nullable String spend(@Nullable String text) {
    if (text == null) {
      return null;
    }
    int size = text.getBytes(UTF_8).length; // quicker than counting characters
    if (size > left) {
      cuts++;
      return null;
    }
    left -= size;
    return text;
  }
}
