package dev.assay.worker;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One share consumer and the thread that owns it. It takes a batch, starts a call for each record
 * on a virtual thread, acknowledges what has ended, and renews its locks on what has not; when the
 * whole batch is done it takes the next, for the consumer gives none before.
 *
 * <p>What the broker and the client demand, each learnt the hard way:
 *
 * <ul>
 *   <li>once it polls it polls until it has records ({@link Admission} says why);
 *   <li>an acknowledgement is sent at once, also the last of a batch: left for the next poll, its
 *       lock may lapse first;
 *   <li>a renewed record cannot be acknowledged before the next poll has returned it, and one that
 *       poll does not return was lost to another consumer: its call is cancelled;
 *   <li>only this thread touches the consumer.
 * </ul>
 *
 * <p>A consumer that fails is closed, its calls are cancelled (the broker hands their records on),
 * and another takes its place after a pause.
 */
final class ShareLoop implements Runnable {
  private static final Logger logger = LoggerFactory.getLogger(ShareLoop.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration COMMIT = Duration.ofSeconds(5);
  private static final long MAX_PAUSE_MILLIS = 30_000;

  /** A record by its place. */
  private record Place(int partition, long offset) {
    static Place of(ConsumerRecord<?, ?> record) {
      return new Place(record.partition(), record.offset());
    }
  }

  private final Supplier<ShareConsumer<byte[], byte[]>> consumers;
  private final String topic;
  private final WorkerConfig config;
  private final Semaphore slots;
  private final Admission admission;
  private final ScoreRequests work;
  private final Metrics metrics;
  private final CountDownLatch stopping = new CountDownLatch(1);

  // Of the owner thread alone, but for the queue.
  private final Map<Place, Call> open = new HashMap<>();
  private final BlockingQueue<Call> done = new LinkedBlockingQueue<>();
  private boolean polling;
  private int reserved;
  private long lockNanos;
  private long renewAt;

  ShareLoop(
      Supplier<ShareConsumer<byte[], byte[]>> consumers,
      String topic,
      WorkerConfig config,
      Semaphore slots,
      Admission admission,
      ScoreRequests work,
      Metrics metrics) {
    this.consumers = consumers;
    this.topic = topic;
    this.config = config;
    this.slots = slots;
    this.admission = admission;
    this.work = work;
    this.metrics = metrics;
    this.lockNanos = config.lock().toNanos();
  }

  /** Takes no new records; {@link #run} returns when calls have ended or their time is up. */
  void stop() {
    stopping.countDown();
  }

  private boolean isStopping() {
    return stopping.getCount() == 0;
  }

  @Override
  public void run() {
    long pause = 250;
    while (!isStopping()) {
      long began = System.nanoTime();
      try (var consumer = consumers.get()) {
        consumer.subscribe(List.of(topic));
        while (!isStopping()) {
          if (open.isEmpty()) {
            fetch(consumer);
          } else {
            tend(consumer, 100);
          }
        }
        windDown(consumer);
      } catch (RuntimeException failure) {
        abandon();
        metrics.count(Meter.WORKER_RESTARTS);
        pause = System.nanoTime() - began > TimeUnit.MINUTES.toNanos(1) ? 250 : pause * 2;
        pause = Math.min(pause, MAX_PAUSE_MILLIS);
        logger.warn("a share consumer failed; another starts in {} ms", pause, failure);
        awaitStop(pause);
      } catch (InterruptedException interrupted) {
        // Nobody interrupts an owner but a JVM that is going down.
        abandon();
        return;
      }
    }
  }

  private void awaitStop(long millis) {
    try {
      boolean _ = stopping.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      stop();
    }
  }

  private void fetch(ShareConsumer<byte[], byte[]> consumer) throws InterruptedException {
    if (!polling) {
      if (!admission.reserve(config.batch(), 100)) {
        return;
      }
      polling = true;
      reserved = config.batch();
    }
    long asked = System.nanoTime();
    var records = consumer.poll(POLL);
    admission.settle(reserved, records.count());
    reserved = 0;
    if (records.isEmpty()) {
      return;
    }
    polling = false;
    lockNanos =
        consumer
            .acquisitionLockTimeoutMs()
            .map(millis -> TimeUnit.MILLISECONDS.toNanos(millis))
            .orElse(lockNanos);
    renewAt = asked + lockNanos / 2;
    records.forEach(this::start);
  }

  private void start(ConsumerRecord<byte[], byte[]> record) {
    var call = new Call(record);
    open.put(Place.of(record), call);
    call.thread.start();
  }

  /** Waits a little for calls to end, acknowledges those that did, renews when it is time. */
  private void tend(ShareConsumer<byte[], byte[]> consumer, long maxMillis)
      throws InterruptedException {
    long untilRenewal = TimeUnit.NANOSECONDS.toMillis(renewAt - System.nanoTime());
    var call = done.poll(Math.clamp(untilRenewal, 0, maxMillis), TimeUnit.MILLISECONDS);
    if (call != null) {
      // Calls end in bunches: a moment's patience saves a request for each.
      TimeUnit.MILLISECONDS.sleep(5);
      boolean any = false;
      for (; call != null; call = done.poll()) {
        any |= acknowledge(consumer, call);
      }
      if (any) {
        consumer.commitAsync();
      }
    }
    if (!open.isEmpty() && System.nanoTime() - renewAt >= 0) {
      renew(consumer);
    }
  }

  private boolean acknowledge(ShareConsumer<byte[], byte[]> consumer, Call call) {
    if (!open.remove(Place.of(call.record), call)) {
      return false; // its lock was lost meanwhile
    }
    try {
      consumer.acknowledge(call.record, call.acknowledgement);
      return true;
    } catch (IllegalStateException lost) {
      metrics.count(Meter.WORKER_LOST_LOCKS);
      return false;
    }
  }

  private void renew(ShareConsumer<byte[], byte[]> consumer) {
    renewAt = System.nanoTime() + lockNanos / 2;
    for (var call : List.copyOf(open.values())) {
      try {
        consumer.acknowledge(call.record, AcknowledgeType.RENEW);
      } catch (IllegalStateException lost) {
        lose(call);
      }
    }
    consumer.commitSync(COMMIT);
    var kept = new HashSet<Place>();
    for (var record : consumer.poll(Duration.ZERO)) {
      if (!open.containsKey(Place.of(record))) {
        admission.settle(0, 1);
        start(record);
      }
      kept.add(Place.of(record));
    }
    for (var call : List.copyOf(open.values())) {
      if (!kept.contains(Place.of(call.record))) {
        lose(call);
      }
    }
  }

  /** Somebody else has the record by now. */
  private void lose(Call call) {
    open.remove(Place.of(call.record));
    call.thread.interrupt();
    metrics.count(Meter.WORKER_LOST_LOCKS);
  }

  /** Lets running calls end, for as long as configured; gives everything else back. */
  private void windDown(ShareConsumer<byte[], byte[]> consumer) throws InterruptedException {
    for (var call : open.values()) {
      if (!call.started) {
        call.thread.interrupt();
      }
    }
    tendUntil(consumer, System.nanoTime() + config.drain().toNanos());
    open.values().forEach(call -> call.thread.interrupt());
    tendUntil(consumer, System.nanoTime() + TimeUnit.SECONDS.toNanos(2));
    for (var call : List.copyOf(open.values())) {
      call.acknowledgement = AcknowledgeType.RELEASE;
      acknowledge(consumer, call);
    }
    consumer.commitSync(COMMIT);
    giveBackReservation();
  }

  private void tendUntil(ShareConsumer<byte[], byte[]> consumer, long deadline)
      throws InterruptedException {
    while (!open.isEmpty() && System.nanoTime() - deadline < 0) {
      tend(consumer, 20);
    }
  }

  private void abandon() {
    open.values().forEach(call -> call.thread.interrupt());
    open.clear();
    giveBackReservation();
  }

  private void giveBackReservation() {
    admission.settle(reserved, 0);
    reserved = 0;
    polling = false;
  }

  /** A record and the virtual thread that works on it. */
  private final class Call implements Runnable {
    private final ConsumerRecord<byte[], byte[]> record;
    private final Thread thread;
    private volatile boolean started;
    private volatile AcknowledgeType acknowledgement = AcknowledgeType.RELEASE;

    Call(ConsumerRecord<byte[], byte[]> record) {
      this.record = record;
      this.thread = Thread.ofVirtual().name("request").unstarted(this);
    }

    @Override
    public void run() {
      try {
        var slot = Slot.take(slots);
        try {
          started = true;
          acknowledgement = work.run(record, slot);
        } finally {
          slot.leave();
        }
      } catch (InterruptedException givenBack) {
        acknowledgement = AcknowledgeType.RELEASE;
      } catch (RuntimeException bug) {
        // Delivered again, to end as a dead letter when its deliveries are used up.
        logger.error("a request failed in the lane itself", bug);
      } finally {
        admission.release();
        done.add(this);
      }
    }
  }
}
