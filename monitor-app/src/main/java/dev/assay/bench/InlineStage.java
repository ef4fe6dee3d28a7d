package dev.assay.bench;

import dev.assay.assembly.AssemblyConfig;
import dev.assay.metrics.Metrics;
import dev.assay.model.Assessment;
import dev.assay.model.ScorerSpec;
import dev.assay.pipeline.StreamsRunner;
import dev.assay.pipeline.TracePipeline;
import dev.assay.redaction.Redaction;
import dev.assay.redaction.TraceRedactor;
import dev.assay.scoring.Scorers;
import dev.assay.wire.EncodedTrace;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.Topology;

/** {@code assay.traces} → {@code assay.assessments} with five inline scorers. */
final class InlineStage {
  private static final long ONE_SECOND = 1_000_000_000L;

  private final Path folder;
  private final int threads;
  private final Scorers scorers;

  InlineStage(Path folder, int threads, Scorers scorers) {
    this.folder = folder;
    this.threads = threads;
    this.scorers = scorers;
  }

  /** Throughput over {@code traces} traces, at one sample rate for all scorers. */
  StageResult throughput(double rate, int traces, int repeats) throws Exception {
    try (var broker = new BenchBroker(folder, threads)) {
      var topics = broker.topics();
      define(broker, rate);
      produce(broker, traces);

      var assessments = new AtomicLong();
      broker.run(
          topics.traces(),
          new BenchBroker.Contender(pipeline(broker, made -> assessments.addAndGet(made.size()))));
      double perTrace = (double) assessments.get() / traces;
      var outputs = new ArrayList<Baseline.Output>();
      if (perTrace > 0) {
        outputs.add(broker.written(topics.assessments(), perTrace));
      }
      outputs.add(broker.written(topics.decisions(), 1));
      return broker.compare(
          "inline-" + rate,
          topics.traces(),
          () -> new BenchBroker.Contender(pipeline(broker, _ -> {})),
          outputs,
          repeats);
    }
  }

  /** From trace closed to assessment readable, at a steady rate. */
  StageResult latency(int perSecond, Duration length) throws Exception {
    try (var broker = new BenchBroker(folder, threads)) {
      var topics = broker.topics();
      define(broker, 1.0);
      var metrics = Metrics.standalone();
      try (var runner =
              new StreamsRunner(
                  TracePipeline.APPLICATION_ID,
                  pipeline(broker, _ -> {}),
                  broker.streams(),
                  topics,
                  metrics);
          var consumer = broker.consumer(topics.assessments());
          var producer = broker.producer(topics.traces())) {
        BenchBroker.begin(runner);
        var latencies = new Latencies();
        var seen = new AtomicLong();
        int warm = perSecond * 10;
        int total = warm + (int) (perSecond * length.toSeconds());
        var reader =
            Thread.ofPlatform()
                .name("latency-reader")
                .start(() -> {
                  var values = topics.assessments().values().deserializer();
                  while (seen.get() < total * 5L && !Thread.interrupted()) {
                    for (var record : consumer.poll(Duration.ofMillis(100))) {
                      long now = System.currentTimeMillis() * 1_000_000;
                      var assessment = values.deserialize(record.topic(), record.value());
                      if (seen.incrementAndGet() > warm * 5L) {
                        // BenchTraces end 100 ms before they are said to be closed
                        latencies.add((now - assessment.traceEndNanos() - 100_000_000L) / 1e6);
                      }
                    }
                  }
                });
        long start = System.nanoTime();
        var generator = new BenchTraces(Bench.SEED);
        for (int i = 0; i < total; i++) {
          long due = start + i * ONE_SECOND / perSecond;
          for (long wait; (wait = due - System.nanoTime()) > 0; ) {
            LockSupport.parkNanos(wait);
          }
          var trace = generator.next(System.currentTimeMillis() * 1_000_000);
          var _ =
              producer.send(
                  new ProducerRecord<>(
                      topics.traces().name(), trace.traceId(), EncodedTrace.of(trace)));
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        reader.join(Duration.ofSeconds(60));
        reader.interrupt();
        reader.join();
        if (latencies.size() < (total - warm) * 5L) {
          throw new IllegalStateException(
              "only %d of %d assessments came".formatted(latencies.size(), (total - warm) * 5L));
        }
        return StageResult.ofLatency(
            "latency-" + perSecond,
            total / seconds,
            perSecond,
            new StageResult.Latency(
                latencies.quantile(.5), latencies.quantile(.99), latencies.quantile(.999)));
      }
    }
  }

  private Topology pipeline(BenchBroker broker, Consumer<List<Assessment>> seen) {
    return new TracePipeline(
            broker.topics(),
            AssemblyConfig.DEFAULT,
            new TraceRedactor(Redaction.NONE),
            scorers,
            _ -> true,
            seen,
            Metrics.standalone(),
            InstantSource.system())
        .get();
  }

  private static void define(BenchBroker broker, double rate) throws Exception {
    var definitions =
        List.of(
            ScorerSpec.of("answered", "not_empty", Map.of()),
            ScorerSpec.of("length", "response_length", Map.of("max", 2_000)),
            ScorerSpec.of(
                "no_apology", "excludes", Map.of("needles", List.of("as an ai", "sorry"))),
            ScorerSpec.of("no_pii", "pii_detection", Map.of()),
            ScorerSpec.of(
                "tools_ok",
                "expression",
                Map.of(
                    "expression",
                    "trace.answer.size() < 2000 && !trace.spans.exists(s, s.type == 'TOOL' &&"
                        + " s.status == 'ERROR')")));
    var scorers = broker.topics().scorers();
    try (var producer = broker.producer(scorers)) {
      for (var definition : definitions) {
        producer
            .send(
                new ProducerRecord<>(
                    scorers.name(), definition.name(), definition.withSampleRate(rate)))
            .get();
      }
    }
  }

  private static void produce(BenchBroker broker, int traces) {
    var topic = broker.topics().traces();
    try (var producer = broker.producer(topic)) {
      var generator = new BenchTraces(Bench.SEED);
      for (int i = 0; i < traces; i++) {
        var trace = generator.next(System.currentTimeMillis() * 1_000_000);
        var _ =
            producer.send(
                new ProducerRecord<>(topic.name(), trace.traceId(), EncodedTrace.of(trace)));
      }
    }
  }
}
