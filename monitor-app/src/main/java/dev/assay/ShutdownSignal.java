package dev.assay;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jline.utils.Signals;

/**
 * Ctrl-C or SIGTERM. The first one is only told, so that whoever waits for it closes what it
 * opened, in order, and the process ends with its own exit code; the JVM's hooks, which run at the
 * same time in any order, have then nothing left to tear down. The second one ends the process at
 * once.
 *
 * <p>Where the JVM ends for another reason (SIGHUP, which {@code nohup} must be able to switch
 * off), it is held back until this is closed, for a minute at most.
 */
final class ShutdownSignal implements AutoCloseable {
  private static final List<String> SIGNALS = List.of("INT", "TERM");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final CountDownLatch signalled = new CountDownLatch(1);
  private final CountDownLatch closed = new CountDownLatch(1);

  private ShutdownSignal() {}

  /** From now on. */
  static ShutdownSignal held() {
    var signal = new ShutdownSignal();
    SIGNALS.forEach(name -> Signals.register(name, signal::tell));
    Runtime.getRuntime().addShutdownHook(new Thread(signal::hold, "assay-signal"));
    return signal;
  }

  private void tell() {
    SIGNALS.forEach(Signals::registerDefault);
    signalled.countDown();
  }

  private void hold() {
    boolean told = signalled.getCount() == 0;
    signalled.countDown();
    try {
      // the JVM halts when its hooks are done; asked twice, it does
      var _ = told || closed.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for it, for so long; whether it came. */
  boolean await(Duration time) throws InterruptedException {
    return signalled.await(time.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** Signals do again what they do by default. */
  @Override
  public void close() {
    SIGNALS.forEach(Signals::registerDefault);
    closed.countDown();
  }
}
