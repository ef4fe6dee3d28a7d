package dev.assay.assembly;

import dev.assay.model.CloseReason;
import dev.assay.wire.SpanPeek;
import org.jspecify.annotations.Nullable;

/**
 * A trace that still gathers spans: counts and times alone, the spans lie in another store. Times
 * are milliseconds on the clock of arrival.
 *
 * @param app of the first message
 * @param revision it will have, ≥ 1
 * @param rootEnded when the end of the root arrived; {@link #NOT_YET} before
 * @param messages numbered 0 to this in the store of spans
 * @param spans in them, duplicates included; 0 where only log records came yet
 * @param bytes of them
 * @param before the closed revision that a late span reopened, whose messages come first; null for
 *     a trace that was never closed
 */
record OpenTrace(
    String app,
    int revision,
    long firstArrival,
    long lastArrival,
    long rootEnded,
    int messages,
    int spans,
    long bytes,
    @Nullable ClosedTrace before)
    implements TraceState {
  static final long NOT_YET = -1;

  /** Before its first message. */
  static OpenTrace begin(String app, int revision, long arrival) {
    return new OpenTrace(app, revision, arrival, arrival, NOT_YET, 0, 0, 0, null);
  }

  /**
   * The next revision of a closed trace, before the late message; the first of one without spans.
   */
  static OpenTrace reopen(ClosedTrace closed, long arrival) {
    return new OpenTrace(
        closed.app(),
        closed.spans() == 0 ? closed.revision() : closed.revision() + 1,
        arrival,
        arrival,
        closed.rootEnded() ? arrival : NOT_YET,
        closed.messages(),
        closed.spans(),
        closed.bytes(),
        closed);
  }

  OpenTrace with(SpanPeek message, long arrival) {
    return new OpenTrace(
        app,
        revision,
        firstArrival,
        Math.max(lastArrival, arrival),
        rootEnded == NOT_YET && message.rootEnded() ? arrival : rootEnded,
        messages + 1,
        spans + message.spans(),
        bytes + message.bytes(),
        before);
  }

  /**
   * What is remembered of it once it is closed.
   *
   * @param kept whether its messages are
   */
  ClosedTrace closed(long at, boolean kept) {
    return new ClosedTrace(
        app,
        revision,
        before == null ? at : before.firstClosedAt(),
        at,
        rootEnded != NOT_YET,
        kept ? messages : 0,
        kept ? spans : 0,
        kept ? bytes : 0);
  }

  /** Whether it takes no more. */
  boolean isFull(AssemblyConfig config) {
    return spans >= config.maxSpans() || bytes >= config.maxBytes();
  }

  /** When it closes if nothing else arrives. */
  long closesAt(AssemblyConfig config) {
    return Math.min(rootGraceEnds(config), Math.min(idleEnds(config), maxAgeEnds(config)));
  }

  /** Why it closes by now, or null where it stays open. */
  @Nullable CloseReason closeReason(long now, AssemblyConfig config) {
    if (isFull(config)) {
      return CloseReason.SIZE;
    }
    long closesAt = closesAt(config);
    if (now < closesAt) {
      return null;
    }
    return closesAt == rootGraceEnds(config)
        ? CloseReason.ROOT_ENDED
        : closesAt == idleEnds(config) ? CloseReason.IDLE : CloseReason.MAX_AGE;
  }

  private long rootGraceEnds(AssemblyConfig config) {
    return rootEnded == NOT_YET
        ? Long.MAX_VALUE
        : rootEnded + config.completion(app).rootGrace().toMillis();
  }

  /** A trace that has only log records waits for its spans: those come when they end. */
  private long idleEnds(AssemblyConfig config) {
    return spans == 0 ? Long.MAX_VALUE : lastArrival + config.completion(app).idle().toMillis();
  }

  private long maxAgeEnds(AssemblyConfig config) {
    return firstArrival + config.completion(app).maxAge().toMillis();
  }
}
