package dev.assay.assembly;

import dev.assay.model.Session;
import java.nio.ByteBuffer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * A session's counts and times; its turns lie in another store, numbered {@code from} to before
 * {@code next}. Times are milliseconds on the clock of arrival.
 *
 * @param revision it has, or will have once it is closed
 * @param firstArrival of this revision
 * @param closedAt {@link #OPEN} while it is open
 * @param bytes of the turns kept
 */
record SessionState(
    int revision,
    long firstArrival,
    long lastArrival,
    long closedAt,
    int from,
    int next,
    long bytes) {
  static final long OPEN = -1;

  private static final byte LAYOUT = 1;
  private static final int SIZE = 1 + 4 * Long.BYTES + 3 * Integer.BYTES;

  static SessionState begin(long arrival) {
    return new SessionState(1, arrival, arrival, OPEN, 0, 0, 0);
  }

  boolean isOpen() {
    return closedAt == OPEN;
  }

  int turns() {
    return next - from;
  }

  /** The next revision. */
  SessionState reopened(long arrival) {
    return new SessionState(revision + 1, arrival, arrival, OPEN, from, next, bytes);
  }

  SessionState with(long size, long arrival) {
    return new SessionState(
        revision,
        firstArrival,
        Math.max(lastArrival, arrival),
        OPEN,
        from,
        Math.addExact(next, 1),
        bytes + size);
  }

  SessionState withoutFirst(long size) {
    return new SessionState(
        revision, firstArrival, lastArrival, closedAt, from + 1, next, bytes - size);
  }

  SessionState closed(long at) {
    return new SessionState(revision, firstArrival, lastArrival, at, from, next, bytes);
  }

  boolean isTooLarge(SessionConfig config) {
    return turns() > config.maxTurns() || (bytes > config.maxBytes() && turns() > 1);
  }

  /** When something is next to be done: close it, or, where it is closed, forget it. */
  long dueAt(SessionConfig config) {
    return isOpen()
        ? Math.min(
            lastArrival + config.idle().toMillis(), firstArrival + config.maxAge().toMillis())
        : closedAt + config.reopenWindow().toMillis();
  }

  /** Why an open one closes by now, or null where it stays open. */
  Session.@Nullable CloseReason closeReason(long now, SessionConfig config) {
    if (!isOpen() || now < dueAt(config)) {
      return null;
    }
    return dueAt(config) == lastArrival + config.idle().toMillis()
        ? Session.CloseReason.IDLE
        : Session.CloseReason.MAX_AGE;
  }

  static Serde<SessionState> serde() {
    return Serdes.serdeFrom((_, state) -> write(state), (_, bytes) -> read(bytes));
  }

  @SuppressWarnings("NullAway") // Kafka hands null on for a deletion
  private static byte[] write(SessionState state) {
    return state == null
        ? null
        : ByteBuffer.allocate(SIZE)
            .put(LAYOUT)
            .putInt(state.revision)
            .putLong(state.firstArrival)
            .putLong(state.lastArrival)
            .putLong(state.closedAt)
            .putInt(state.from)
            .putInt(state.next)
            .putLong(state.bytes)
            .array();
  }

  @SuppressWarnings("NullAway") // Kafka hands null on for a deletion
  private static SessionState read(byte[] bytes) {
    if (bytes == null) {
      return null;
    }
    var in = ByteBuffer.wrap(bytes);
    if (in.get() != LAYOUT) {
      throw new org.apache.kafka.common.errors.SerializationException(
          "open-sessions: layout 1 expected, was " + bytes[0]);
    }
    return new SessionState(
        in.getInt(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getInt(),
        in.getInt(),
        in.getLong());
  }
}
