package dev.assay;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C or SIGTERM. While this is open the JVM holds back its end, so that whoever waits for the
 * signal can close what it opened; after a minute it ends all the same.
 */
final class ShutdownSignal implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final CountDownLatch signalled = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);

  private ShutdownSignal() {}

  /** From now on. */
  static ShutdownSignal held() {
    var signal = new ShutdownSignal();
    Runtime.getRuntime().addShutdownHook(new Thread(signal::hold, "assay-signal"));
    return signal;
  }

  private void hold() {
    signalled.countDown();
    try {
      // the JVM halts when its hooks are done
      var _ = closed.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for it, for so long; whether it came. */
  boolean await(Duration time) throws InterruptedException {
    return signalled.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Lets the JVM end. */
  @Override
  public void close() {
    closed.countDown();
  }
}
