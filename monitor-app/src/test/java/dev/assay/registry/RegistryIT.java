package dev.assay.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.EmbeddedBroker;
import dev.assay.model.QualityEvent;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScorerState;
import dev.assay.wire.TopicSetup;
import dev.assay.wire.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryIT {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.000000001Z");
  private static final Topics TOPICS = new Topics(1);

  @TempDir static Path data;
  private static EmbeddedBroker broker;
  private Registry registry;

  @BeforeAll
  static void start() throws Exception {
    broker = EmbeddedBroker.start(data);
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @BeforeEach
  void emptyTopics() throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      var topics = List.of(TOPICS.scorers(), TOPICS.events());
      var names = topics.stream().map(topic -> topic.name()).toList();
      if (admin.listTopics().names().get().containsAll(names)) {
        admin.deleteTopics(names).all().get();
        org.awaitility.Awaitility.await()
            .until(() -> java.util.Collections.disjoint(admin.listTopics().names().get(), names));
      }
      TopicSetup.ensure(admin, List.copyOf(topics));
    }
    registry = registry(Duration.ofSeconds(30));
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private static Registry registry(Duration timeout) {
    return new Registry(
        TOPICS,
        Map.of("bootstrap.servers", broker.bootstrapServers()),
        timeout,
        Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @Test
  void anEmptyTopicHoldsNoScorers() {
    assertThat(registry.load()).isEmpty();
  }

  @Test
  void itsOwnWritesAreReadAtOnce() {
    for (int round = 0; round < 5; round++) {
      var spec = ScorerSpec.of("s", "latency", Map.of("max_seconds", round + 1));
      registry.publish(List.of(spec));
      assertThat(registry.load()).containsExactly(Map.entry("s", spec));
    }
  }

  @Test
  void onlyWhatChangedIsWrittenAndWhatIsGoneIsRemoved() throws Exception {
    var file =
        """
        scorers:
          - {name: a, kind: contains, parameters: {needles: [x, y], case_sensitive: true}}
          - {name: b, kind: latency, parameters: {max_seconds: 2}, pass: {at_least: 1}}
          - name: c
            kind: json_validity
            parameters: {schema: {enum: [1, 2.5, null, text, {z: 1, a: 2}]}}
            filter: {app: [q, p], environment: [r]}
            objective: {at_least: 0.9}
        """;
    var first = registry.publish(parse(file));
    assertThat(first.written()).containsExactly("a", "b", "c");
    assertThat(first.removed()).isEmpty();

    var again = registry.publish(parse(file));
    assertThat(again.written()).isEmpty();
    assertThat(again.unchanged()).containsExactly("a", "b", "c");
    assertThat(records(TOPICS.scorers().name())).isEqualTo(3);

    var changed =
        parse(file.replace("max_seconds: 2", "max_seconds: 3")).stream()
            .filter(spec -> !spec.name().equals("a"))
            .toList();
    var third = registry.publish(changed);
    assertThat(third.written()).containsExactly("b");
    assertThat(third.removed()).containsExactly("a");
    assertThat(third.unchanged()).containsExactly("c");
    assertThat(registry.load()).containsOnlyKeys("b", "c");
    assertThat(registry.load().get("b").parameters()).isEqualTo(Map.of("max_seconds", 3));
    assertThat(records(TOPICS.scorers().name())).isEqualTo(5);
  }

  @Test
  void anotherInstanceReadsTheSame() throws Exception {
    registry.publish(parse("scorers: [{name: a, kind: not_empty}]"));
    try (var other = registry(Duration.ofSeconds(30))) {
      assertThat(other.load()).isEqualTo(registry.load()).containsOnlyKeys("a");
    }
  }

  @Test
  void aPauseIsWrittenAndToldUntilTheFileIsPublishedAgain() throws Exception {
    var specs = parse("scorers: [{name: a, kind: not_empty}, {name: b, kind: not_empty}]");
    registry.publish(specs);

    var paused = registry.setState("a", ScorerState.PAUSED, "20 failures in a row");
    assertThat(paused)
        .hasValueSatisfying(spec -> assertThat(spec.state()).isEqualTo(ScorerState.PAUSED));
    assertThat(registry.load().get("a"))
        .isEqualTo(specs.getFirst().withState(ScorerState.PAUSED, "20 failures in a row"));
    assertThat(registry.load().get("b").state()).isEqualTo(ScorerState.ACTIVE);
    registry.setState("a", ScorerState.PAUSED, "again");

    assertThat(events())
        .singleElement()
        .satisfies(event -> {
          assertThat(event.kind()).isEqualTo(QualityEvent.Kind.SCORER_PAUSED);
          assertThat(event.scorer()).isEqualTo("a");
          assertThat(event.reason()).isEqualTo("20 failures in a row");
          assertThat(event.atNanos()).isEqualTo(1_767_225_600_000_000_001L);
        });

    registry.setState("a", ScorerState.ACTIVE, null);
    assertThat(registry.load().get("a")).isEqualTo(specs.getFirst());
    assertThat(events())
        .extracting(QualityEvent::kind)
        .containsExactly(QualityEvent.Kind.SCORER_PAUSED, QualityEvent.Kind.SCORER_RESUMED);

    registry.setState("b", ScorerState.PAUSED, "no key");
    assertThat(registry.publish(specs).written()).containsExactly("b");
    assertThat(registry.load().get("b").state()).isEqualTo(ScorerState.ACTIVE);
  }

  @Test
  void thereIsNothingToPauseUnderAnUnknownName() throws Exception {
    assertThat(registry.setState("nobody", ScorerState.PAUSED, "x")).isEmpty();
    assertThat(events()).isEmpty();
  }

  @Test
  void aRecordThatCannotBeDecodedIsPassedOver() throws Exception {
    registry.publish(parse("scorers: [{name: a, kind: not_empty}]"));
    try (var producer =
        new KafkaProducer<>(
            TopicSetup.producerDefaults(broker.bootstrapServers()),
            new StringSerializer(),
            new StringSerializer())) {
      producer.send(new ProducerRecord<>(TOPICS.scorers().name(), "b", "not avro")).get();
    }
    assertThat(registry.load()).containsOnlyKeys("a");
  }

  @Test
  void aTopicThatIsNotThereIsAnErrorThatNamesIt() throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin.deleteTopics(List.of(TOPICS.scorers().name())).all().get();
    }
    try (var impatient = registry(Duration.ofSeconds(2))) {
      org.awaitility.Awaitility.await()
          .untilAsserted(() ->
              assertThatThrownBy(impatient::load)
                  .isInstanceOf(RegistryException.class)
                  .hasMessageContaining("assay.scorers"));
    }
  }

  private static List<ScorerSpec> parse(String yaml) throws InvalidScorersException {
    return ScorersFile.parse(yaml, "test", _ -> Optional.empty());
  }

  private static long records(String topic) {
    try (var consumer = consumer()) {
      var partition = new TopicPartition(topic, 0);
      return consumer.endOffsets(List.of(partition)).get(partition);
    }
  }

  private static List<QualityEvent> events() {
    var events = new ArrayList<QualityEvent>();
    try (var consumer = consumer()) {
      var partition = new TopicPartition(TOPICS.events().name(), 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(record ->
                events.add(
                    TOPICS
                        .events()
                        .values()
                        .deserializer()
                        .deserialize(record.topic(), record.value())));
      }
    }
    return events;
  }

  private static KafkaConsumer<String, byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.<String, Object>of("bootstrap.servers", broker.bootstrapServers()),
        new StringDeserializer(),
        new ByteArrayDeserializer());
  }
}
