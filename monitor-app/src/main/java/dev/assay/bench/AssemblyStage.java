package dev.assay.bench;

import dev.assay.assembly.AssembleTraces;
import dev.assay.assembly.AssemblyConfig;
import dev.assay.metrics.Metrics;
import dev.assay.wire.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/**
 * {@code assay.spans} → {@code assay.traces}: traces of five spans in two messages each, closed as
 * configured by default. Done when every trace is out, so the last one's grace is in the figures.
 */
final class AssemblyStage {
  private static final int SPANS = 5;

  private final Path folder;
  private final int threads;

  AssemblyStage(Path folder, int threads) {
    this.folder = folder;
    this.threads = threads;
  }

  StageResult throughput(int traces, int repeats) throws Exception {
    try (var broker = new BenchBroker(folder, threads)) {
      var topics = broker.topics();
      produce(broker, traces);
      broker.run(topics.spans(), assembly(topics, traces));
      return broker.compare(
          "assembly",
          topics.spans(),
          () -> assembly(topics, traces),
          List.of(broker.written(topics.traces(), 0.5)),
          repeats);
    }
  }

  private static BenchBroker.Contender assembly(Topics topics, int traces) {
    var closed = new AtomicLong();
    return new BenchBroker.Contender(topology(topics, closed), () -> closed.get() >= traces);
  }

  /**
   * @param closed counts the traces
   */
  static Topology topology(Topics topics, AtomicLong closed) {
    var builder = new StreamsBuilder();
    var spans =
        builder.stream(
            topics.spans().name(), Consumed.with(topics.spans().keys(), topics.spans().values()));
    new AssembleTraces(AssemblyConfig.DEFAULT, topics, Metrics.standalone())
        .apply(spans)
        .peek((_, _) -> closed.incrementAndGet())
        .to(
            topics.traces().name(),
            Produced.with(topics.traces().keys(), topics.traces().values()));
    return builder.build();
  }

  /** Neighbouring traces overlap: the second halves come a hundred traces later. */
  private static void produce(BenchBroker broker, int traces) {
    var topic = broker.topics().spans();
    var generator = new BenchSpans(Bench.SEED, SPANS);
    var waiting = new java.util.ArrayDeque<ProducerRecord<String, byte[]>>();
    try (var producer = broker.producer(topic)) {
      for (int i = 0; i < traces; i++) {
        var messages = generator.next(System.currentTimeMillis() * 1_000_000);
        var first = messages.getFirst();
        var second = messages.getLast();
        var _ = producer.send(new ProducerRecord<>(topic.name(), first.traceId(), first.bytes()));
        waiting.add(new ProducerRecord<>(topic.name(), second.traceId(), second.bytes()));
        if (waiting.size() > 100) {
          var _ = producer.send(waiting.remove());
        }
      }
      for (var record : waiting) {
        var _ = producer.send(record);
      }
    }
  }
}
