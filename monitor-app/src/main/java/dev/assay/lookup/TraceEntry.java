package dev.assay.lookup;

import dev.assay.model.TraceHeader;
import dev.assay.model.TraceStatus;

/**
 * What the list of recent traces keeps of one. Texts are cut: strangers choose them, and the list
 * is held in memory.
 *
 * @param indexedMillis when it was indexed, milliseconds since 1970-01-01T00:00:00Z: lists go by
 *     this, since a trace may claim any time of its own
 */
record TraceEntry(
    long sequence,
    long indexedMillis,
    String traceId,
    int revision,
    String app,
    String environment,
    String appVersion,
    String name,
    long startNanos,
    long durationNanos,
    TraceStatus status,
    int spanCount) {
  static final int MAX_TEXT = 160;

  static TraceEntry of(TraceHeader header, long sequence, long indexedMillis) {
    return new TraceEntry(
        sequence,
        indexedMillis,
        header.traceId(),
        header.revision(),
        cut(header.app()),
        cut(header.environment()),
        cut(header.appVersion()),
        cut(header.name()),
        header.startNanos(),
        header.durationNanos(),
        header.status(),
        header.spanCount());
  }

  static String cut(String text) {
    return cut(text, MAX_TEXT);
  }

  static String cut(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(length - 1)) ? length - 1 : length;
    return text.substring(0, end) + "…";
  }
}
