package dev.assay.registry;

import dev.assay.model.EpochNanos;
import dev.assay.model.QualityEvent;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScorerState;
import dev.assay.wire.Topic;
import dev.assay.wire.TopicSetup;
import dev.assay.wire.Topics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scorers on the compacted topic {@code assay.scorers}: the control plane every instance reads.
 *
 * <p>Each write is acknowledged by all replicas, and {@link #load} reads up to the end of the topic
 * as it is when called: so what this or any other instance has written before, it returns. Methods
 * block; the topic holds one small record a scorer. Safe for use by several threads.
 *
 * <p>Instances that start at once with the same file write the same records. There is no lock
 * between two with different files: the last one wins, scorer by scorer.
 */
public final class Registry implements AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(Registry.class);
  private static final Duration POLL = Duration.ofMillis(100);

  private final Topic<String, ScorerSpec> scorers;
  private final Topic<String, QualityEvent> events;
  private final Map<String, Object> consumerConfig;
  private final Duration timeout;
  private final Clock clock;
  private final KafkaProducer<byte[], byte[]> producer;

  /**
   * What {@link #publish} did, by scorer name.
   *
   * @param written new or changed
   * @param removed no longer in the file
   */
  public record Published(List<String> written, List<String> removed, List<String> unchanged) {}

  /**
   * @param client how to reach the cluster: {@code bootstrap.servers}, security
   * @param timeout for each call, of waiting for the brokers
   */
  public Registry(Topics topics, Map<String, Object> client, Duration timeout, Clock clock) {
    this.scorers = topics.scorers();
    this.events = topics.events();
    this.timeout = timeout;
    this.clock = clock;
    var consumer = new HashMap<>(client);
    consumer.put("auto.offset.reset", "none");
    consumer.put("enable.auto.commit", false);
    consumer.put("allow.auto.create.topics", false);
    consumer.put("isolation.level", "read_committed");
    consumer.put("default.api.timeout.ms", (int) timeout.toMillis());
    this.consumerConfig = Map.copyOf(consumer);
    var producerConfig =
        new HashMap<>(TopicSetup.producerDefaults(String.valueOf(client.get("bootstrap.servers"))));
    producerConfig.putAll(client);
    producerConfig.put("max.block.ms", timeout.toMillis());
    this.producer =
        new KafkaProducer<>(producerConfig, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Every definition there is now, by name. A record that cannot be decoded is left out and logged:
   * somebody wrote to the topic past Assay.
   *
   * @throws RegistryException if the topic cannot be read in time
   */
  public SortedMap<String, ScorerSpec> load() {
    try (var consumer =
        new KafkaConsumer<>(
            consumerConfig, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      var partitions =
          consumer.partitionsFor(scorers.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      if (partitions.isEmpty()) {
        throw new RegistryException(scorers.name() + " does not exist");
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      return readTo(consumer, consumer.endOffsets(partitions));
    } catch (KafkaException e) {
      throw new RegistryException(
          "%s cannot be read: %s".formatted(scorers.name(), e.getMessage()), e);
    }
  }

  /**
   * Makes the topic hold exactly these definitions: writes what is new or differs, removes what is
   * not among them, leaves the rest alone. The file is the truth: a scorer that was paused is
   * written as the file has it, so it is tried again. Returns when the writes can be read.
   *
   * @throws RegistryException if the topic cannot be read or written in time
   */
  public Published publish(Collection<ScorerSpec> definitions) {
    var now = load();
    var written = new ArrayList<String>();
    var unchanged = new ArrayList<String>();
    var removed = new TreeMap<>(now);
    var sent = new ArrayList<Future<?>>();
    for (var spec : definitions) {
      var before = removed.remove(spec.name());
      if (before != null
          && DefinitionDigest.canonical(before).equals(DefinitionDigest.canonical(spec))) {
        unchanged.add(spec.name());
      } else {
        written.add(spec.name());
        sent.add(send(scorers, spec.name(), spec));
      }
    }
    for (var name : removed.keySet()) {
      sent.add(remove(name));
    }
    awaitAll(sent);
    return new Published(
        List.copyOf(written), List.copyOf(removed.keySet()), List.copyOf(unchanged));
  }

  /**
   * Sets the state of a scorer that exists and tells of it on {@code assay.events}; does nothing if
   * it is in that state already. Returns when the write can be read.
   *
   * @param reason why it is paused; unused for other states
   * @return the definition now, or empty if there is none of that name
   * @throws RegistryException if the topic cannot be read or written in time
   */
  public Optional<ScorerSpec> setState(String name, ScorerState state, @Nullable String reason) {
    var before = load().get(name);
    if (before == null || before.state() == state) {
      return Optional.ofNullable(before);
    }
    var after = before.withState(state, state == ScorerState.PAUSED ? reason : null);
    var sent = new ArrayList<Future<?>>();
    sent.add(send(scorers, name, after));
    event(before, after).ifPresent(event -> sent.add(send(events, name, event)));
    awaitAll(sent);
    return Optional.of(after);
  }

  @Override
  public void close() {
    producer.close(timeout);
  }

  private Optional<QualityEvent> event(ScorerSpec before, ScorerSpec after) {
    boolean paused = after.state() == ScorerState.PAUSED;
    boolean resumed = before.state() == ScorerState.PAUSED && after.state() == ScorerState.ACTIVE;
    if (!paused && !resumed) {
      return Optional.empty();
    }
    var kind = paused ? QualityEvent.Kind.SCORER_PAUSED : QualityEvent.Kind.SCORER_RESUMED;
    long at = EpochNanos.now(clock);
    var reason = after.stateReason();
    return Optional.of(
        new QualityEvent(
            "%s-%s-%d".formatted(kind, after.name(), at),
            kind,
            after.name(),
            null,
            null,
            reason != null ? reason : paused ? "no reason given" : "it runs again",
            at));
  }

  private SortedMap<String, ScorerSpec> readTo(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
    var table = new TreeMap<String, ScorerSpec>();
    var deadline = clock.instant().plus(timeout);
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      if (clock.instant().isAfter(deadline)) {
        throw new RegistryException(
            "%s could not be read in %d s".formatted(scorers.name(), timeout.toSeconds()));
      }
      for (var record : consumer.poll(POLL)) {
        apply(table, record.key(), record.value());
      }
    }
    return table;
  }

  private void apply(
      Map<String, ScorerSpec> table, byte @Nullable [] key, byte @Nullable [] value) {
    try {
      var name = scorers.keys().deserializer().deserialize(scorers.name(), key);
      if (name == null) {
        logger.warn("a record without a key on {} is passed over", scorers.name());
      } else if (value == null) {
        table.remove(name);
      } else {
        table.put(name, scorers.values().deserializer().deserialize(scorers.name(), value));
      }
    } catch (RuntimeException undecodable) {
      logger.warn("a record on {} is passed over: {}", scorers.name(), undecodable.getMessage());
    }
  }

  private <V> Future<?> send(Topic<String, V> topic, String key, V value) {
    return producer.send(
        new ProducerRecord<>(
            topic.name(),
            topic.keys().serializer().serialize(topic.name(), key),
            topic.values().serializer().serialize(topic.name(), value)));
  }

  // a record without a value: compaction forgets the key
  private Future<?> remove(String name) {
    return producer.send(
        new ProducerRecord<>(
            scorers.name(), scorers.keys().serializer().serialize(scorers.name(), name), null));
  }

  private void awaitAll(List<Future<?>> sent) {
    try {
      producer.flush();
      for (var future : sent) {
        future.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryException("interrupted while writing " + scorers.name(), e);
    } catch (ExecutionException | KafkaException e) {
      throw new RegistryException(
          "%s cannot be written: %s".formatted(scorers.name(), e.getMessage()), e);
    }
  }
}
