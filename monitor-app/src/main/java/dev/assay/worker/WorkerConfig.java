package dev.assay.worker;

import java.time.Duration;

/**
 * The worker lane of one instance.
 *
 * <p>A share consumer gets no new record while one of its batch is unfinished, so there are
 * several, and while some wait for their slowest call the others fetch. To keep all slots busy:
 * {@code consumers ≥ 1.5 × (calls a second ÷ batch) × the longest of a batch's calls in seconds}.
 *
 * @param group share group; the retries' consumer group is this with {@code -retries}
 * @param slots calls at a time, ≥ 1
 * @param consumers share consumers, ≥ 1; the broker's {@code group.share.max.size} (200) bounds
 *     them over all instances
 * @param batch records a consumer takes at a time, ≥ 1
 * @param callTimeout after which a call is cancelled and tried again, &gt; 0
 * @param maxAttempts calls for one request, ≥ 1
 * @param firstRetry delay after the first attempt, &gt; 0; it doubles with each
 * @param longestRetry bound of that delay
 * @param expiry age after which a request is given up
 * @param lock how long the broker keeps a record for a consumer without hearing of it; renewed at
 *     half of it. The broker's {@code group.share.{min,max}.record.lock.duration.ms} bound it (15 s
 *     to 60 s)
 * @param maxRecordLocks records of one partition out at a time; the broker's {@code
 *     group.share.max.partition.max.record.locks} (4,000) bounds it. Calls a second of one
 *     partition ≤ this ÷ the longest call
 * @param deliveryLimit deliveries of one record, 3 to the broker's {@code
 *     group.share.max.delivery.count.limit} (10): the one before the last is not run but ends as a
 *     dead letter, since the broker drops the record after the last
 * @param drain how long {@link WorkerLane#close} lets calls finish
 */
public record WorkerConfig(
    String group,
    int slots,
    int consumers,
    int batch,
    Duration callTimeout,
    int maxAttempts,
    Duration firstRetry,
    Duration longestRetry,
    Duration expiry,
    Duration lock,
    int maxRecordLocks,
    int deliveryLimit,
    Duration drain) {
  public WorkerConfig {
    if (group.isBlank()) {
      throw new IllegalArgumentException("group must not be blank");
    }
    atLeast("slots", slots, 1);
    atLeast("consumers", consumers, 1);
    atLeast("batch", batch, 1);
    positive("call_timeout", callTimeout);
    atLeast("max_attempts", maxAttempts, 1);
    positive("first_retry", firstRetry);
    if (longestRetry.compareTo(firstRetry) < 0) {
      throw new IllegalArgumentException(
          "longest_retry must be >= first_retry (%s), was %s".formatted(firstRetry, longestRetry));
    }
    positive("expiry", expiry);
    atLeast("lock in ms", lock.toMillis(), 1_000);
    atLeast("max_record_locks", maxRecordLocks, 100);
    atLeast("delivery_limit", deliveryLimit, 3);
    if (drain.isNegative()) {
      throw new IllegalArgumentException("drain must be >= 0, was " + drain);
    }
  }

  /**
   * So many calls at a time, in batches of a quarter of that over up to 32 consumers; calls of at
   * most 90 s, 5 attempts 1 s to 60 s apart, requests given up after a day.
   */
  public static WorkerConfig withSlots(int slots) {
    return new WorkerConfig(
        "assay-workers",
        slots,
        Math.clamp(slots / 2, 8, 32),
        Math.max(1, slots / 4),
        Duration.ofSeconds(90),
        5,
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        Duration.ofDays(1),
        Duration.ofSeconds(15),
        4_000,
        10,
        Duration.ofSeconds(20));
  }

  public WorkerConfig withConsumers(int newConsumers, int newBatch) {
    return new WorkerConfig(
        group,
        slots,
        newConsumers,
        newBatch,
        callTimeout,
        maxAttempts,
        firstRetry,
        longestRetry,
        expiry,
        lock,
        maxRecordLocks,
        deliveryLimit,
        drain);
  }

  public WorkerConfig withCallTimeout(Duration newTimeout) {
    return new WorkerConfig(
        group,
        slots,
        consumers,
        batch,
        newTimeout,
        maxAttempts,
        firstRetry,
        longestRetry,
        expiry,
        lock,
        maxRecordLocks,
        deliveryLimit,
        drain);
  }

  public WorkerConfig withRetries(int newAttempts, Duration newFirst, Duration newLongest) {
    return new WorkerConfig(
        group,
        slots,
        consumers,
        batch,
        callTimeout,
        newAttempts,
        newFirst,
        newLongest,
        expiry,
        lock,
        maxRecordLocks,
        deliveryLimit,
        drain);
  }

  public WorkerConfig withExpiry(Duration newExpiry) {
    return new WorkerConfig(
        group,
        slots,
        consumers,
        batch,
        callTimeout,
        maxAttempts,
        firstRetry,
        longestRetry,
        newExpiry,
        lock,
        maxRecordLocks,
        deliveryLimit,
        drain);
  }

  public WorkerConfig withDrain(Duration newDrain) {
    return new WorkerConfig(
        group,
        slots,
        consumers,
        batch,
        callTimeout,
        maxAttempts,
        firstRetry,
        longestRetry,
        expiry,
        lock,
        maxRecordLocks,
        deliveryLimit,
        newDrain);
  }

  public WorkerConfig withLock(Duration newLock) {
    return new WorkerConfig(
        group,
        slots,
        consumers,
        batch,
        callTimeout,
        maxAttempts,
        firstRetry,
        longestRetry,
        expiry,
        newLock,
        maxRecordLocks,
        deliveryLimit,
        drain);
  }

  private static void atLeast(String name, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException("%s must be >= %d, was %d".formatted(name, least, value));
    }
  }

  private static void positive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(name + " must be > 0, was " + value);
    }
  }
}
