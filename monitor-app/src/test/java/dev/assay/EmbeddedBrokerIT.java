package dev.assay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.wire.TopicSetup;
import dev.assay.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerIT {
  @TempDir Path data;

  @Test
  void itsDataSurvivesARestart() throws Exception {
    try (var broker = EmbeddedBroker.start(data);
        var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      TopicSetup.ensure(admin, new Topics(2).all());
      try (var producer =
          new KafkaProducer<>(
              TopicSetup.producerDefaults(broker.bootstrapServers()),
              new StringSerializer(),
              new StringSerializer())) {
        producer.send(new ProducerRecord<>("assay.spans", 0, "k", "v")).get();
      }
    }
    try (var broker = EmbeddedBroker.start(data);
        var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        var consumer =
            new KafkaConsumer<>(
                Map.<String, Object>of(
                    "bootstrap.servers",
                    broker.bootstrapServers(),
                    "auto.offset.reset",
                    "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
      // the topics are there, and right: nothing is created, nothing complains
      TopicSetup.ensure(admin, new Topics(2).all());
      var partition = new TopicPartition("assay.spans", 0);
      consumer.assign(List.of(partition));
      var records = consumer.poll(Duration.ofSeconds(30)).records(partition);
      assertThat(records).extracting(record -> record.value()).containsExactly("v");
    }
  }

  /** With KAFKA-15591 the first batch to a partition can be lost while its leader is appointed. */
  @Test
  void topicsThatWereJustMadeCanBeWrittenTo() throws Exception {
    var topics = new Topics(24);
    var settings = new HashMap<>(Map.<String, Object>of("delivery.timeout.ms", 31_000));
    settings.put("batch.size", 0);
    try (var broker = EmbeddedBroker.start(data);
        var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      settings.putAll(TopicSetup.producerDefaults(broker.bootstrapServers()));
      TopicSetup.ensure(admin, topics.all());
      try (var producer =
          new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
        var sent = new ArrayList<Future<RecordMetadata>>();
        for (var topic : List.of(topics.spans(), topics.traces(), topics.assessments())) {
          for (int partition = topic.partitions() - 1; partition >= 0; partition--) {
            for (int i = 0; i < 10; i++) {
              sent.add(producer.send(new ProducerRecord<>(topic.name(), partition, "k", "v")));
            }
          }
        }
        for (var record : sent) {
          assertThat(record.get().hasOffset()).isTrue();
        }
      }
    }
  }

  @Test
  void aTopicWithTheWrongCleanupIsNamed() throws Exception {
    try (var broker = EmbeddedBroker.start(data);
        var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      admin
          .createTopics(List.of(new NewTopic("assay.scorers", Optional.of(1), Optional.empty())))
          .all()
          .get();
      assertThatThrownBy(() -> TopicSetup.ensure(admin, new Topics(2).all()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("assay.scorers: cleanup.policy is delete, needed: compact");
    }
  }
}
