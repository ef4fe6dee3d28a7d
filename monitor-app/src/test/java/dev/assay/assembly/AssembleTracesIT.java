package dev.assay.assembly;

import static dev.assay.wire.TestOtlp.message;
import static dev.assay.wire.TestOtlp.span;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.assay.EmbeddedBroker;
import dev.assay.metrics.Metrics;
import dev.assay.model.CloseReason;
import dev.assay.model.Trace;
import dev.assay.pipeline.StreamsRunner;
import dev.assay.wire.EncodedTrace;
import dev.assay.wire.TopicSetup;
import dev.assay.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssembleTracesIT {
  private static final int TRACES = 200;
  private static final AssemblyConfig CONFIG =
      new AssemblyConfig(
          Duration.ofSeconds(1),
          Duration.ofSeconds(8),
          Duration.ofSeconds(60),
          10_000,
          5 * 1024 * 1024,
          Duration.ofMinutes(10));

  private final Topics topics = new Topics(2);
  @TempDir Path data;

  @Test
  void openTracesSurviveTheLossOfTheirMachine() throws Exception {
    try (var broker = EmbeddedBroker.start(data.resolve("broker"));
        var admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
        var producer =
            new KafkaProducer<>(
                TopicSetup.producerDefaults(broker.bootstrapServers()),
                new StringSerializer(),
                new ByteArraySerializer());
        var consumer = consumer(broker)) {
      TopicSetup.ensure(admin, topics.all());
      consumer.subscribe(List.of(topics.traces().name()));
      var received = new ArrayList<Trace>();

      var first = Metrics.standalone();
      try (var _ = run(broker, first, "machine-1")) {
        for (int t = 1; t <= TRACES; t++) {
          // larger than a broker takes by default, on the way through the changelog
          int padding = t == 1 ? 2_000_000 : 100;
          send(producer, t, message(child(t, 2).with("padding", pseudoText(padding))));
        }
        producer.flush();
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> TestCounters.spans(first).getOrDefault("read", 0L) == TRACES);
      }
      assertThat(drain(consumer)).isEmpty();

      // another machine, with an empty disk; the rest of each trace waits for it in the topic
      for (int t = 1; t <= TRACES; t++) {
        send(producer, t, message(child(t, 3), span(1, 0, "root").trace(id(t))));
      }
      var second = Metrics.standalone();
      try (var _ = run(broker, second, "machine-2")) {
        await()
            .atMost(Duration.ofSeconds(90))
            .until(() -> {
              received.addAll(drain(consumer));
              return received.size() >= TRACES;
            });
        send(producer, 1, message(child(1, 4)));
        await()
            .atMost(Duration.ofSeconds(30))
            .until(() -> TestCounters.spans(second).getOrDefault("late", 0L) == 1);
        received.addAll(drain(consumer));
      }

      // one more machine with an empty disk: what was kept of closed traces moves with them
      send(producer, 2, message(child(2, 4).with("output.value", "late")));
      try (var _ = run(broker, Metrics.standalone(), "machine-3")) {
        await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> {
              received.addAll(drain(consumer));
              return received.size() > TRACES;
            });
      }
      var revised = received.removeLast();
      assertThat(revised.traceId()).isEqualTo(id(2));
      assertThat(revised.header().revision()).isEqualTo(2);
      assertThat(revised.spans()).hasSize(4);

      assertThat(received).extracting(Trace::traceId).doesNotHaveDuplicates().hasSize(TRACES);
      assertThat(received)
          .allSatisfy(trace -> {
            assertThat(trace.spans()).hasSize(3);
            assertThat(trace.header().closeReason()).isEqualTo(CloseReason.ROOT_ENDED);
          });
    }
  }

  private StreamsRunner run(EmbeddedBroker broker, Metrics metrics, String machine) {
    var builder = new StreamsBuilder();
    var in = topics.spans();
    var out = topics.traces();
    new AssembleTraces(CONFIG, topics, metrics)
        .apply(
            builder.stream(in.name(), Consumed.with(in.keys(), in.values()).withName("read-spans")))
        .to(out.name(), Produced.with(out.keys(), out.values()).withName("write-traces"));
    var runner =
        new StreamsRunner(
            "assembly-it",
            builder.build(),
            new StreamsRunner.Config(broker.bootstrapServers(), data.resolve(machine), 1, Map.of()),
            topics,
            metrics);
    runner.start();
    return runner;
  }

  private static KafkaConsumer<String, EncodedTrace> consumer(EmbeddedBroker broker) {
    var traces = new Topics(2).traces();
    return new KafkaConsumer<>(
        Map.<String, Object>of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "group.id",
            "it",
            "auto.offset.reset",
            "earliest",
            "isolation.level",
            "read_committed"),
        traces.keys().deserializer(),
        traces.values().deserializer());
  }

  private static List<Trace> drain(KafkaConsumer<String, EncodedTrace> consumer) {
    var traces = new ArrayList<Trace>();
    consumer.poll(Duration.ofSeconds(1)).forEach(record -> traces.add(record.value().trace()));
    return traces;
  }

  private void send(KafkaProducer<String, byte[]> producer, int trace, byte[] message) {
    var _ = producer.send(new ProducerRecord<>(topics.spans().name(), id(trace), message));
  }

  private static dev.assay.wire.TestOtlp.SpanSpec child(int trace, long id) {
    return span(id, 1, "step").trace(id(trace));
  }

  private static String id(int trace) {
    return "%032x".formatted(trace);
  }

  /** Text that does not compress away. */
  private static String pseudoText(int length) {
    return new java.util.Random(1)
        .ints(length, 33, 126)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
