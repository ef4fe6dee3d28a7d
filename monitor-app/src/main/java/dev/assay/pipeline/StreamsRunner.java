package dev.assay.pipeline;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one topology under exactly-once: starts it, keeps its threads alive through so many
 * failures, says how it is, closes it.
 */
public final class StreamsRunner implements AutoCloseable {
  /** Failures of stream threads after which the topology is given up. */
  static final int MAX_REPLACEMENTS = 10;

  private static final Logger logger = LoggerFactory.getLogger(StreamsRunner.class);

  private final String applicationId;
  private final KafkaStreams streams;
  private final AtomicInteger replacements = new AtomicInteger();

  /**
   * How a topology is run.
   *
   * @param stateDir holds the stores of all topologies
   * @param threads stream threads, ≥ 1
   * @param overrides any Kafka Streams or client setting; wins over the defaults here
   */
  public record Config(
      String bootstrapServers, Path stateDir, int threads, Map<String, String> overrides) {
    public Config {
      if (threads < 1) {
        throw new IllegalArgumentException("stream threads must be >= 1, was " + threads);
      }
      overrides = Map.copyOf(overrides);
    }
  }

  /** Does not start it yet. */
  public StreamsRunner(
      String applicationId, Topology topology, Config config, Topics topics, Metrics metrics) {
    this.applicationId = applicationId;
    this.streams =
        new KafkaStreams(
            topology, properties(applicationId, config, topics, metrics), new StreamsClients());
    streams.setStateListener((now, before) -> {
      logger.info("{}: {} -> {}", applicationId, before, now);
      metrics.set(Meter.STREAMS_STATE, now == KafkaStreams.State.RUNNING ? 1 : 0, applicationId);
    });
    streams.setUncaughtExceptionHandler(failure -> {
      int count = replacements.incrementAndGet();
      logger.error(
          "{}: stream thread failed ({} of {})", applicationId, count, MAX_REPLACEMENTS, failure);
      return count <= MAX_REPLACEMENTS
          ? StreamThreadExceptionResponse.REPLACE_THREAD
          : StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    });
  }

  /** The settings a topology runs with; the benchmark's baseline runs with the same. */
  public static Properties properties(
      String applicationId, Config config, Topics topics, Metrics metrics) {
    var settings = new HashMap<String, Object>();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId);
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, config.bootstrapServers());
    settings.put(StreamsConfig.STATE_DIR_CONFIG, config.stateDir().toString());
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, config.threads());
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    settings.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    settings.put(
        StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
    settings.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, DeadLetterHandler.class);
    settings.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
    // a day more, the default, would be a day of what is kept for minutes
    settings.put(
        StreamsConfig.WINDOW_STORE_CHANGE_LOG_ADDITIONAL_RETENTION_MS_CONFIG,
        Duration.ofHours(1).toMillis());
    settings.put(DeadLetterHandler.TARGET, new DeadLetterHandler.Target(topics, metrics));
    settings.put(StreamsConfig.producerPrefix("compression.type"), "lz4");
    settings.put(StreamsConfig.producerPrefix("max.request.size"), Topics.MAX_RECORD_BYTES);
    // readers of committed records see nothing before the commit, which sends what is left
    settings.put(StreamsConfig.producerPrefix("linger.ms"), 25);
    settings.put(StreamsConfig.producerPrefix("batch.size"), 128 * 1024);
    // 10 s, the default of Streams, is less than a busy machine may pause; readers of committed
    // records wait as long for an instance that died within a transaction
    settings.put(StreamsConfig.producerPrefix("transaction.timeout.ms"), 30_000);
    settings.put(StreamsConfig.mainConsumerPrefix("auto.offset.reset"), "earliest");
    settings.put(
        StreamsConfig.consumerPrefix("max.partition.fetch.bytes"), Topics.MAX_RECORD_BYTES);
    settings.putAll(config.overrides());
    var properties = new Properties();
    properties.putAll(settings);
    return properties;
  }

  public void start() {
    streams.start();
  }

  public String applicationId() {
    return applicationId;
  }

  /** Whether it processes, or will once its partitions are assigned. */
  public boolean isAlive() {
    return streams.state() != KafkaStreams.State.ERROR && !streams.state().hasCompletedShutdown();
  }

  /** Whether it processes now. */
  public boolean isRunning() {
    return streams.state() == KafkaStreams.State.RUNNING;
  }

  /** For interactive queries and metrics binders. */
  public KafkaStreams streams() {
    return streams;
  }

  /** Leaves the group, so that others, or the next start, need not wait for its session to end. */
  @Override
  public void close() {
    streams.close(
        CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
            .withTimeout(Duration.ofSeconds(30)));
  }
}
