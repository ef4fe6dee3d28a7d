package dev.assay.worker;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How many records an instance holds: its slots and one batch more, so that a slot that falls free
 * finds work and other instances are not robbed of theirs. First come, first served among
 * consumers.
 *
 * <p>A consumer reserves a batch before it starts to poll. Once it polls it must not stop until it
 * has records (a fetch may be under way whose records would sit, locked, in its buffer), so a
 * consumer on an empty partition would keep its reservation for ever, and a few of those would
 * starve the partitions of the others. Hence the reservation goes back after an empty poll while
 * the polling goes on. When many such consumers get a batch at once, after a quiet time, more is
 * held than the bound: at most a batch a consumer.
 */
final class Admission extends Semaphore {
  private static final long serialVersionUID = 1L;

  /**
   * @param records that may be held, ≥ a batch
   */
  Admission(int records) {
    super(records, true);
  }

  boolean reserve(int batch, long millis) throws InterruptedException {
    return tryAcquire(batch, millis, TimeUnit.MILLISECONDS);
  }

  /** A poll that reserved so many brought so many. */
  void settle(int reserved, int received) {
    if (received > reserved) {
      reducePermits(received - reserved);
    } else {
      release(reserved - received);
    }
  }
}
