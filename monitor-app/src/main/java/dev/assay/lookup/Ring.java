package dev.assay.lookup;

/**
 * Hands out the slots of a list that keeps the newest of what comes by: round and round, and no
 * more than so many a second. At low traffic the list is complete; at high traffic it is a sample,
 * and what it costs no longer grows. Not thread-safe.
 */
final class Ring {
  /** What {@link #claim} gives when the second's share is used up. */
  static final long FULL = -1;

  private final int slots;
  private final int perSecond;
  private long next;
  private long second = Long.MIN_VALUE;
  private int claimed;

  Ring(int slots, int perSecond) {
    if (slots < 1 || perSecond < 1) {
      throw new IllegalArgumentException(
          "slots and entries a second must be >= 1, were %d and %d".formatted(slots, perSecond));
    }
    this.slots = slots;
    this.perSecond = perSecond;
  }

  /** Goes on after an entry found in the store. */
  void resumeAfter(long sequence) {
    next = Math.max(next, sequence + 1);
  }

  /** The next sequence number, or {@link #FULL}. */
  long claim(long nowMillis) {
    long now = Math.floorDiv(nowMillis, 1_000L);
    if (now != second) {
      second = now;
      claimed = 0;
    }
    if (claimed == perSecond) {
      return FULL;
    }
    claimed++;
    return next++;
  }

  /** Where an entry goes, in [0, slots). */
  int slot(long sequence) {
    return (int) (sequence % slots);
  }
}
