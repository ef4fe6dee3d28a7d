package dev.assay.ingest;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes that requests hold between their arrival and their answer. Nobody waits for room: who
 * finds none is sent away to come again, so there is no queue that could grow.
 */
final class InFlightBytes {
  private final long max;
  private final AtomicLong held = new AtomicLong();

  InFlightBytes(long max) {
    this.max = max;
  }

  long held() {
    return held.get();
  }

  Share open() {
    return new Share();
  }

  /** What one request holds. Thread-safe: its body arrives on one thread and is used on another. */
  final class Share implements AutoCloseable {
    private long mine;
    private boolean closed;

    private Share() {}

    /**
     * @throws RefusedException if there is no room
     */
    synchronized void take(long bytes) {
      if (closed) {
        return; // a body that still arrives after its answer is thrown away
      }
      if (held.addAndGet(bytes) > max) {
        held.addAndGet(-bytes);
        throw new RefusedException(
            Refusal.UNAVAILABLE,
            "busy: requests in flight hold the %d bytes they may".formatted(max));
      }
      mine += bytes;
    }

    @Override
    public synchronized void close() {
      closed = true;
      held.addAndGet(-mine);
      mine = 0;
    }
  }
}
