package dev.assay.wire;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates the topics that are missing and checks those that exist. */
public final class TopicSetup {
  private static final Duration LEADERS = Duration.ofSeconds(30);
  private static final Duration AGAIN = Duration.ofMillis(20);

  private TopicSetup() {}

  /**
   * Makes every topic be there with the settings it needs. A topic that exists is never changed;
   * one that is made can be written to at once.
   *
   * @throws IllegalStateException naming each topic that exists with a setting Assay cannot work
   *     with, the setting, its value and what is needed
   */
  public static void ensure(Admin admin, Collection<Topic<?, ?>> topics)
      throws InterruptedException {
    try {
      var existing = admin.listTopics().names().get();
      var missing = topics.stream().filter(topic -> !existing.contains(topic.name())).toList();
      create(admin, missing);
      awaitLeaders(admin, missing);
      check(admin, topics.stream().filter(topic -> existing.contains(topic.name())).toList());
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "topics cannot be set up: " + Optional.ofNullable(e.getCause()).orElse(e).getMessage(),
          e);
    }
  }

  private static void create(Admin admin, List<Topic<?, ?>> topics)
      throws ExecutionException, InterruptedException {
    var created =
        admin
            .createTopics(
                topics.stream()
                    .map(topic ->
                        new NewTopic(
                                topic.name(), Optional.of(topic.partitions()), Optional.empty())
                            .configs(topic.config()))
                    .collect(Collectors.toSet()))
            .values();
    for (var topic : created.entrySet()) {
      try {
        topic.getValue().get();
      } catch (ExecutionException e) {
        // another instance, started at the same moment, was quicker
        if (!(e.getCause() instanceof TopicExistsException)) {
          throw e;
        }
      }
    }
  }

  /**
   * A partition is made before its leader knows that it leads. Who writes in between may see the
   * first batch refused, the second taken and the first refused for good, as its turn is over
   * (KAFKA-15591, not yet mended in Kafka 4.4): it is lost after the producer's delivery time-out.
   */
  private static void awaitLeaders(Admin admin, List<Topic<?, ?>> topics)
      throws ExecutionException, InterruptedException {
    var names = topics.stream().map(Topic::name).toList();
    long deadline = System.nanoTime() + LEADERS.toNanos();
    while (true) {
      try {
        var partitions = new HashMap<TopicPartition, OffsetSpec>();
        for (var topic : admin.describeTopics(names).allTopicNames().get().values()) {
          topic
              .partitions()
              .forEach(partition ->
                  partitions.put(
                      new TopicPartition(topic.name(), partition.partition()),
                      OffsetSpec.latest()));
        }
        // only a leader answers; the client asks again until it does
        admin.listOffsets(partitions).all().get();
        return;
      } catch (ExecutionException e) {
        // a broker that has not heard of the topic yet
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
            || System.nanoTime() > deadline) {
          throw e;
        }
      }
      Thread.sleep(AGAIN);
    }
  }

  private static void check(Admin admin, List<Topic<?, ?>> topics)
      throws ExecutionException, InterruptedException {
    var configs =
        admin
            .describeConfigs(
                topics.stream()
                    .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic.name()))
                    .toList())
            .all()
            .get();
    var wrong = new ArrayList<String>();
    for (var topic : topics) {
      var config = configs.get(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()));
      if (config == null) {
        continue;
      }
      var needed = topic.config();
      var policy = config.get("cleanup.policy").value();
      // A table that deletes forgets; a log that compacts loses records.
      if (!policies(policy).equals(policies(needed.getOrDefault("cleanup.policy", policy)))) {
        wrong.add(
            "%s: cleanup.policy is %s, needed: %s"
                .formatted(topic.name(), policy, needed.get("cleanup.policy")));
      }
      long maxBytes = Long.parseLong(config.get("max.message.bytes").value());
      if (maxBytes < Topics.MAX_RECORD_BYTES) {
        wrong.add(
            "%s: max.message.bytes is %d, needed: at least %d"
                .formatted(topic.name(), maxBytes, Topics.MAX_RECORD_BYTES));
      }
    }
    if (!wrong.isEmpty()) {
      throw new IllegalStateException(String.join("; ", wrong));
    }
  }

  private static Set<String> policies(String policy) {
    return Set.of(policy.replace(" ", "").split(","));
  }

  /** Settings every client of Assay's topics that writes needs: whole records, safely written. */
  public static Map<String, Object> producerDefaults(String bootstrapServers) {
    return Map.of(
        "bootstrap.servers",
        bootstrapServers,
        "acks",
        "all",
        "enable.idempotence",
        true,
        "compression.type",
        "lz4",
        "max.request.size",
        Topics.MAX_RECORD_BYTES);
  }
}
