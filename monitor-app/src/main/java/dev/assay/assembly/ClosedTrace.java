package dev.assay.assembly;

import java.time.Duration;

/**
 * A closed trace, by which a late span is known. For a while its messages are kept as well: with
 * them a late span can reopen it.
 *
 * @param app of the first message
 * @param revision that was sent on
 * @param firstClosedAt of revision 1, milliseconds on the clock of arrival
 * @param closedAt of this revision
 * @param rootEnded whether the end of a root had arrived
 * @param messages kept, numbered from 0 in the store of spans; 0: it cannot be reopened
 * @param spans in them, duplicates included
 * @param bytes of them
 */
record ClosedTrace(
    String app,
    int revision,
    long firstClosedAt,
    long closedAt,
    boolean rootEnded,
    int messages,
    int spans,
    long bytes)
    implements TraceState {
  /** The last revision: a trace that never ends must not be mapped for ever. */
  static final int MAX_REVISION = 10;

  /** What a kept trace costs besides its bytes, about: an index entry, keys, the stone itself. */
  private static final long OVERHEAD = 1024;

  // A late span is known for late at least so long, though nothing can be reopened any more.
  private static final Duration REMEMBERED = Duration.ofMinutes(10);

  /** Whether a span that arrives at this time is late; later, it begins a new trace. */
  boolean remembers(long arrival, AssemblyConfig config) {
    var window = config.completion(app).reopenWindow();
    var remembered = window.compareTo(REMEMBERED) > 0 ? window : REMEMBERED;
    return arrival < Math.max(closedAt, firstClosedAt) + remembered.toMillis();
  }

  /** Whether a span that arrives at this time reopens it. */
  boolean reopens(long arrival, AssemblyConfig config) {
    return messages > 0 && revision < MAX_REVISION && arrival < keptUntil(config);
  }

  /** When its messages are dropped. */
  long keptUntil(AssemblyConfig config) {
    return firstClosedAt + config.completion(app).reopenWindow().toMillis();
  }

  /** What keeping it costs, in bytes. */
  long cost() {
    return messages == 0 ? 0 : bytes + OVERHEAD;
  }

  ClosedTrace ofApp(String name) {
    return new ClosedTrace(
        name, revision, firstClosedAt, closedAt, rootEnded, messages, spans, bytes);
  }

  ClosedTrace withoutMessages() {
    return new ClosedTrace(app, revision, firstClosedAt, closedAt, rootEnded, 0, 0, 0);
  }
}
