package dev.assay.worker;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One of the instance's places for a call. It is free again when everybody who uses it has left: a
 * scorer that goes on after its time-out still fills its place.
 */
final class Slot {
  private final Semaphore slots;
  private final AtomicInteger users = new AtomicInteger(1);

  private Slot(Semaphore slots) {
    this.slots = slots;
  }

  static Slot take(Semaphore slots) throws InterruptedException {
    slots.acquire();
    return new Slot(slots);
  }

  void share() {
    users.incrementAndGet();
  }

  void leave() {
    if (users.decrementAndGet() == 0) {
      slots.release();
    }
  }
}
