package dev.assay.worker;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.scoring.Scorers;
import dev.assay.wire.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.consumer.ShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The worker lane of one instance: takes scoring requests from a share group, asks their scorers,
 * and publishes assessments. Scorers here may take seconds: so many calls run at a time ({@link
 * WorkerConfig#slots}), each on a virtual thread, and a call longer than the broker's lock is kept
 * by renewing it. Any number of instances work together, more than there are partitions too.
 *
 * <p>At least once, with effect once: a killed instance's requests are run again by others within
 * seconds, and the assessments of a repeat carry the ids of the first.
 */
public final class WorkerLane implements AutoCloseable {
  private static final int REMEMBERED = 20_000;

  // A joining consumer keeps a processor busy, and dozens that join at once are in each other's
  // way for long. So a few begin, and each calls some more when it has got its first records: an
  // idle lane stays small, and a busy one has all its consumers after two rounds.
  private static final int FIRST_CONSUMERS = 8;
  private static final int MORE_CONSUMERS = 3;

  private final Map<String, Object> client;
  private final WorkerConfig config;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<ShareLoop> loops = new ArrayList<>();
  private final MoveRetries retries;
  // Guarded by itself, as is what has been started.
  private final List<Thread> threads = new ArrayList<>();
  private int started;
  private boolean closing;

  private WorkerLane(
      Map<String, Object> client,
      Topics topics,
      WorkerConfig config,
      Scorers scorers,
      ScorerPauses pauses,
      Metrics metrics,
      InstantSource clock,
      long seed) {
    this.client = Map.copyOf(client);
    this.config = config;
    this.producer = producer();
    var outbox = new Outbox(producer, topics, metrics);
    var work =
        new ScoreRequests(
            topics.scoringRequests(),
            new CompiledScorers(scorers),
            new PausedScorers(pauses, metrics, clock),
            outbox,
            new RememberedVerdicts(REMEMBERED),
            new RetryDelays(config.firstRetry(), config.longestRetry(), seed),
            config,
            metrics,
            clock);
    var slots = new Semaphore(config.slots(), true);
    var admission = new Admission(config.slots() + config.batch());
    for (int i = 0; i < config.consumers(); i++) {
      loops.add(
          new ShareLoop(
              this::shareConsumer,
              topics.scoringRequests().name(),
              config,
              slots,
              admission,
              work,
              metrics,
              () -> startMore(MORE_CONSUMERS)));
    }
    this.retries =
        new MoveRetries(this::retryConsumer, topics.scoringRetries(), outbox, metrics, clock);
    metrics.set(Meter.WORKER_SLOTS, config.slots());
  }

  /**
   * Sets the share group up and starts to work. The topics must be there.
   *
   * @param client {@code bootstrap.servers} and whatever the cluster demands of its clients
   * @param seed of the jitter of retries
   * @throws IllegalStateException if the broker refuses the group's settings, with what it allows
   */
  public static WorkerLane start(
      Map<String, Object> client,
      Topics topics,
      WorkerConfig config,
      Scorers scorers,
      ScorerPauses pauses,
      Metrics metrics,
      InstantSource clock,
      long seed)
      throws InterruptedException {
    configureGroup(client, config);
    var lane = new WorkerLane(client, topics, config, scorers, pauses, metrics, clock, seed);
    synchronized (lane.threads) {
      lane.threads.add(Thread.ofPlatform().name("worker-retries").start(lane.retries));
    }
    lane.startMore(FIRST_CONSUMERS);
    return lane;
  }

  private void startMore(int consumers) {
    synchronized (threads) {
      for (int i = 0; i < consumers && started < loops.size() && !closing; i++, started++) {
        threads.add(Thread.ofPlatform().name("worker-" + started).start(loops.get(started)));
      }
    }
  }

  /**
   * Neither read_committed nor earliest is the default of a share group, and both are a must: a
   * request of a transaction that was rolled back must not be paid for, and one from before the
   * first worker must not be lost.
   */
  private static void configureGroup(Map<String, Object> client, WorkerConfig config)
      throws InterruptedException {
    var settings =
        Map.of(
            "share.isolation.level",
            "read_committed",
            "share.auto.offset.reset",
            "earliest",
            "share.record.lock.duration.ms",
            Long.toString(config.lock().toMillis()),
            "share.partition.max.record.locks",
            Integer.toString(config.maxRecordLocks()),
            "share.delivery.count.limit",
            Integer.toString(config.deliveryLimit()));
    try (var admin = Admin.create(client)) {
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.GROUP, config.group()),
                  settings.entrySet().stream()
                      .map(setting ->
                          new AlterConfigOp(
                              new ConfigEntry(setting.getKey(), setting.getValue()),
                              AlterConfigOp.OpType.SET))
                      .toList()))
          .all()
          .get();
    } catch (ExecutionException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      throw new IllegalStateException(
          "share group %s cannot be set up: %s".formatted(config.group(), cause.getMessage()), e);
    }
  }

  /** Whether every thread of the lane is at work: a consumer that failed is being replaced. */
  public boolean running() {
    return begun().stream().allMatch(Thread::isAlive);
  }

  /**
   * Takes no more requests, lets running calls end for at most {@link WorkerConfig#drain}, and
   * gives back the rest, which others then run.
   */
  @Override
  public void close() {
    synchronized (threads) {
      closing = true;
    }
    loops.forEach(ShareLoop::stop);
    retries.stop();
    var deadline = System.nanoTime() + config.drain().plusSeconds(20).toNanos();
    try {
      for (var thread : begun()) {
        boolean _ =
            thread.join(Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime())));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close(Duration.ofSeconds(5));
  }

  private List<Thread> begun() {
    synchronized (threads) {
      return List.copyOf(threads);
    }
  }

  private KafkaProducer<byte[], byte[]> producer() {
    var settings = new HashMap<>(client);
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    settings.put("compression.type", "lz4");
    settings.put("linger.ms", 5);
    settings.put("max.request.size", Topics.MAX_RECORD_BYTES);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private ShareConsumer<byte[], byte[]> shareConsumer() {
    var settings = new HashMap<>(client);
    settings.put("group.id", config.group());
    settings.put("share.acknowledgement.mode", "explicit");
    // batch_optimized takes more than asked for, whose locks then run while they wait.
    settings.put("share.acquire.mode", "record_limit");
    settings.put("max.poll.records", config.batch());
    settings.put("fetch.max.wait.ms", 500);
    settings.put("max.partition.fetch.bytes", Topics.MAX_RECORD_BYTES + 1024 * 1024);
    // A consumer may have no room for a batch for long. Its locks, not its membership, say whether
    // it lives.
    settings.put("max.poll.interval.ms", Integer.MAX_VALUE);
    return new KafkaShareConsumer<>(
        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private Consumer<byte[], byte[]> retryConsumer() {
    var settings = new HashMap<>(client);
    settings.put("group.id", config.group() + "-retries");
    settings.put("enable.auto.commit", false);
    settings.put("auto.offset.reset", "earliest");
    settings.put("isolation.level", "read_committed");
    settings.put("max.partition.fetch.bytes", Topics.MAX_RECORD_BYTES + 1024 * 1024);
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
