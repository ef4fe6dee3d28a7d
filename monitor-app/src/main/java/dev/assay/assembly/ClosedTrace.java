package dev.assay.assembly;

/**
 * The stone over a closed trace, by which a late span is known.
 *
 * @param closedAt milliseconds on the clock of arrival
 * @param revision that was sent on
 */
record ClosedTrace(long closedAt, int revision) implements TraceState {
  /** Whether a span that arrives at this time is late; later, it begins a new trace. */
  boolean remembers(long arrival, AssemblyConfig config) {
    return arrival < closedAt + config.reopenWindow().toMillis();
  }
}
