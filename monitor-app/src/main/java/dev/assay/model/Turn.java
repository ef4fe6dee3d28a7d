package dev.assay.model;

import org.jspecify.annotations.Nullable;

/**
 * One trace of a session: where it is and what was said.
 *
 * @param revision of the trace, ≥ 1
 * @param startNanos nanoseconds since 1970-01-01T00:00:00Z
 * @param durationNanos nanoseconds, ≥ 0
 * @param question plain text, at most {@value #MAX_TEXT} characters and a mark
 * @param answer plain text, at most {@value #MAX_TEXT} characters and a mark
 */
public record Turn(
    String traceId,
    int revision,
    String name,
    long startNanos,
    long durationNanos,
    TraceStatus status,
    @Nullable String question,
    @Nullable String answer,
    @Nullable Long totalTokens) {
  public static final int MAX_TEXT = 16 * 1024;

  public static Turn of(Trace trace) {
    var header = trace.header();
    var usage = header.tokenUsage();
    return new Turn(
        header.traceId(),
        header.revision(),
        header.name(),
        header.startNanos(),
        header.durationNanos(),
        header.status(),
        cut(trace.question()),
        cut(trace.answer()),
        usage == null ? null : usage.totalTokens());
  }

  private static @Nullable String cut(@Nullable String text) {
    if (text == null || text.length() <= MAX_TEXT) {
      return text;
    }
    // not between the halves of a character
    int end = Character.isHighSurrogate(text.charAt(MAX_TEXT - 1)) ? MAX_TEXT - 1 : MAX_TEXT;
    return text.substring(0, end) + "[truncated: %d characters]".formatted(text.length());
  }
}
