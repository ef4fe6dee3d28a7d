package dev.assay.worker;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.common.TopicIdPartition;
import org.jspecify.annotations.Nullable;
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
 *   <li>the client may fetch a second batch behind the first (a poll asks for records just as those
 *       of the poll before arrive), and it lies in the buffer, its locks running, until the first
 *       is done: a batch that may be old is renewed before it is run;
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
  private static final Duration CLOSE = Duration.ofSeconds(5);
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
  private final Runnable firstRecords;
  private final CountDownLatch stopping = new CountDownLatch(1);

  // Of the owner thread alone, but for the queue.
  private final Map<Place, Call> open = new HashMap<>();
  private final BlockingQueue<Call> done = new LinkedBlockingQueue<>();
  private boolean served;
  private boolean polling;
  private long pollingSince;
  private long lastPoll;
  private int reserved;
  private long lockNanos;
  private long renewAt;

  /**
   * @param firstRecords run once, when the first records have come
   */
  ShareLoop(
      Supplier<ShareConsumer<byte[], byte[]>> consumers,
      String topic,
      WorkerConfig config,
      Semaphore slots,
      Admission admission,
      ScoreRequests work,
      Metrics metrics,
      Runnable firstRecords) {
    this.consumers = consumers;
    this.topic = topic;
    this.config = config;
    this.slots = slots;
    this.admission = admission;
    this.work = work;
    this.metrics = metrics;
    this.firstRecords = firstRecords;
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
      try {
        serve();
      } catch (RuntimeException failure) {
        metrics.count(Meter.WORKER_RESTARTS);
        pause = System.nanoTime() - began > TimeUnit.MINUTES.toNanos(1) ? 250 : pause * 2;
        pause = Math.min(pause, MAX_PAUSE_MILLIS);
        logger.warn("a share consumer failed; another starts in {} ms", pause, failure);
        awaitStop(pause);
      } catch (InterruptedException interrupted) {
        return; // nobody interrupts an owner but a JVM that is going down
      }
    }
  }

  /** From a consumer's beginning to the stop, or to its failure. */
  private void serve() throws InterruptedException {
    var consumer = consumers.get();
    try {
      consumer.setAcknowledgementCommitCallback(this::acknowledged);
      consumer.subscribe(List.of(topic));
      lastPoll = System.nanoTime();
      while (!isStopping()) {
        if (open.isEmpty()) {
          fetch(consumer);
        } else {
          tend(consumer, 100);
        }
      }
      windDown(consumer);
    } finally {
      abandon(); // before the close, which may wait long for a broker that knows it no more
      consumer.close(CLOSE);
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
      pollingSince = System.nanoTime();
      reserved = config.batch();
    }
    // What comes now may have been fetched, and locked, at any time since the poll before.
    long lockedSince = lastPoll;
    var records = poll(consumer);
    lastPoll = System.nanoTime();
    if (records.isEmpty()) {
      if (lastPoll - pollingSince > POLL.toNanos()) {
        giveBackReservation();
      }
      return;
    }
    polling = false;
    admission.settle(reserved, records.count());
    reserved = 0;
    lockNanos =
        consumer
            .acquisitionLockTimeoutMs()
            .map(millis -> TimeUnit.MILLISECONDS.toNanos(millis))
            .orElse(lockNanos);
    records.forEach(record -> open.put(Place.of(record), new Call(record)));
    renewAt = lockedSince + lockNanos / 2;
    if (lastPoll - lockedSince > lockNanos / 3) {
      renew(consumer);
    }
    open.values().forEach(call -> call.thread.start());
    if (!served) {
      served = true;
      firstRecords.run();
    }
  }

  /**
   * While a consumer joins its group, a poll that waits spins, and many of them starve the broker
   * they wait for where it shares the machine. Until the first records, when it has surely joined,
   * the waiting is done here.
   */
  private ConsumerRecords<byte[], byte[]> poll(ShareConsumer<byte[], byte[]> consumer)
      throws InterruptedException {
    if (consumer.acquisitionLockTimeoutMs().isPresent()) {
      return consumer.poll(POLL);
    }
    var records = consumer.poll(Duration.ZERO);
    if (records.isEmpty()) {
      boolean _ = stopping.await(50, TimeUnit.MILLISECONDS);
    }
    return records;
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
    consumer.poll(Duration.ZERO).forEach(record -> kept.add(Place.of(record)));
    for (var call : List.copyOf(open.values())) {
      if (!kept.contains(Place.of(call.record))) {
        lose(call);
      }
    }
  }

  /** An acknowledgement that came too late: the record is run again, here or elsewhere. */
  private void acknowledged(Map<TopicIdPartition, Set<Long>> places, @Nullable Exception failure) {
    if (failure == null) {
      return;
    }
    places.forEach((partition, offsets) -> {
      // a renewal that failed leaves its record open, and is counted where its call is cancelled
      var lost =
          offsets.stream()
              .filter(offset -> !open.containsKey(new Place(partition.partition(), offset)))
              .count();
      metrics.add(Meter.WORKER_LOST_LOCKS, (double) lost);
      logger.debug("{} acknowledgements of {} failed", lost, partition, failure);
    });
  }

  /** Somebody else has the record by now. */
  private void lose(Call call) {
    open.remove(Place.of(call.record));
    metrics.count(Meter.WORKER_LOST_LOCKS);
    cancel(call);
  }

  private void cancel(Call call) {
    if (call.thread.getState() == Thread.State.NEW) {
      admission.release(); // it will never run to do so
    } else {
      call.thread.interrupt();
    }
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
    open.values().forEach(this::cancel);
    open.clear();
    giveBackReservation();
    polling = false;
  }

  private void giveBackReservation() {
    admission.settle(reserved, 0);
    reserved = 0;
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
