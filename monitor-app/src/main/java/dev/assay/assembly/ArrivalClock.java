package dev.assay.assembly;

/**
 * What time it is in a partition of spans: the time of the latest record read, and from there on
 * with the wall clock.
 *
 * <p>While a partition is read as it is written this is the wall clock. After a restart, or behind
 * a backlog, it is the time up to which the backlog has been read: a trace whose spans wait in the
 * backlog is not taken for idle, and closes as it would have closed then. On a quiet partition it
 * runs on, so that the last trace closes too. Milliseconds since 1970-01-01T00:00:00Z.
 */
final class ArrivalClock {
  private long latest;
  private long readAt;

  /**
   * @param latest arrival known from an earlier life, or 0
   * @param wall now
   */
  ArrivalClock(long latest, long wall) {
    this.latest = latest;
    this.readAt = wall;
  }

  /**
   * Reads a record; its arrival.
   *
   * @param timestamp the record's; one in the future is no later than now
   */
  long read(long timestamp, long wall) {
    latest = Math.max(latest, Math.min(timestamp, wall));
    readAt = wall;
    return latest;
  }

  long now(long wall) {
    return latest + Math.max(0, wall - readAt);
  }
}
