package dev.assay.bench;

import dev.assay.assembly.AssembleTraces;
import dev.assay.assembly.AssemblyConfig;
import dev.assay.assembly.Completion;
import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.pipeline.StreamsRunner;
import dev.assay.wire.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/**
 * What traces cost while they are open: feeds the real assembly, under exactly-once, traces whose
 * root never comes, and looks at heap, native memory and disk once all are in.
 */
public final class OpenTracesStage {
  private static final int SPANS = 10;
  private static final Duration LONG = Duration.ofHours(12);

  private final Path folder;

  /**
   * What was measured.
   *
   * @param openTraces held at the end
   * @param spanBytes of OTLP they have gathered, all together
   * @param heapBytes more than before the first, after a collection; the embedded broker's included
   * @param rocksDbBytes memtables and block cache of all stores
   * @param diskBytes of the state folder
   * @param seconds from the first span to the last trace open
   */
  public record Figures(
      long openTraces,
      long spanBytes,
      long heapBytes,
      long rocksDbBytes,
      long diskBytes,
      double seconds) {
    public double heapBytesPerTrace() {
      return (double) heapBytes / openTraces;
    }

    public double diskBytesPerTrace() {
      return (double) diskBytes / openTraces;
    }
  }

  /**
   * @param folder for broker and state; the caller deletes it
   */
  public OpenTracesStage(Path folder) {
    this.folder = folder;
  }

  /**
   * Runs.
   *
   * @param traces to hold open, ≥ 1
   * @throws IllegalStateException if they are not all open within ten minutes
   */
  public Figures measure(int traces) throws Exception {
    try (var broker = new BenchBroker(folder, 1)) {
      var metrics = Metrics.standalone();
      var topics = broker.topics();
      try (var runner =
          new StreamsRunner(
              "bench-open", topology(topics, metrics), broker.streams(), topics, metrics)) {
        runner.start();
        await(runner::isRunning);
        long heapBefore = heap();
        long begun = System.nanoTime();
        long spanBytes = produce(broker, traces);
        await(() -> metrics.sum(Meter.OPEN_TRACES) >= traces);
        double seconds = (System.nanoTime() - begun) / 1e9;
        return new Figures(
            (long) metrics.sum(Meter.OPEN_TRACES),
            spanBytes,
            heap() - heapBefore,
            rocksDb(runner),
            size(broker.streams().stateDir()),
            seconds);
      }
    }
  }

  private static org.apache.kafka.streams.Topology topology(Topics topics, Metrics metrics) {
    var config =
        new AssemblyConfig(
            new Completion(Duration.ofSeconds(2), LONG, LONG, Duration.ZERO),
            10_000,
            5 << 20,
            0,
            Map.of());
    var builder = new StreamsBuilder();
    new AssembleTraces(config, topics, metrics)
        .apply(
            builder.stream(
                topics.spans().name(),
                Consumed.with(topics.spans().keys(), topics.spans().values())
                    .withName("read-spans")))
        .to(
            topics.traces().name(),
            Produced.with(topics.traces().keys(), topics.traces().values())
                .withName("write-traces"));
    return builder.build();
  }

  private static long produce(BenchBroker broker, int traces) {
    var topic = broker.topics().spans();
    var generator = new BenchSpans(Bench.SEED, SPANS);
    long bytes = 0;
    try (var producer = broker.producer(topic)) {
      for (int i = 0; i < traces; i++) {
        // the root is in the last message
        var first = generator.next(System.currentTimeMillis() * 1_000_000).getFirst();
        bytes += first.bytes().length;
        var _ = producer.send(new ProducerRecord<>(topic.name(), first.traceId(), first.bytes()));
      }
    }
    return bytes;
  }

  private interface Condition {
    boolean holds();
  }

  private static void await(Condition condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofMinutes(10).toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("not there within ten minutes");
      }
      Thread.sleep(50);
    }
  }

  private static long heap() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(200);
    }
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** Stores report the cache they share each, and their own memtables, which count in it. */
  private static long rocksDb(StreamsRunner runner) {
    return runner.streams().metrics().entrySet().stream()
        .filter(entry -> entry.getKey().name().equals("block-cache-usage"))
        .mapToLong(entry -> ((Number) entry.getValue().metricValue()).longValue())
        .max()
        .orElse(0);
  }

  private static long size(Path folder) {
    try (var files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(OpenTracesStage::length).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // a file that a compaction removes while we look takes nothing
  private static long length(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      return 0;
    }
  }
}
