package dev.assay.bench;

import dev.assay.EmbeddedBroker;
import dev.assay.assembly.AssemblyConfig;
import dev.assay.metrics.Metrics;
import dev.assay.model.Assessment;
import dev.assay.model.ScorerSpec;
import dev.assay.pipeline.StreamsRunner;
import dev.assay.pipeline.TracePipeline;
import dev.assay.scoring.Scorers;
import dev.assay.wire.EncodedTrace;
import dev.assay.wire.Topic;
import dev.assay.wire.TopicSetup;
import dev.assay.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.Topology;

/** {@code assay.traces} → {@code assay.assessments} with five inline scorers. */
final class InlineStage {
  private static final long ONE_SECOND = 1_000_000_000L;

  private final Path folder;
  private final Scorers scorers;
  private final Topics topics = new Topics(Bench.PARTITIONS);
  private int runs;

  InlineStage(Path folder, Scorers scorers) {
    this.folder = folder;
    this.scorers = scorers;
  }

  /** Throughput over {@code traces} traces, at one sample rate for all scorers. */
  StageResult throughput(double rate, int traces, int repeats) throws Exception {
    try (var broker = EmbeddedBroker.start(folder.resolve("inline-" + rate));
        var admin = admin(broker)) {
      TopicSetup.ensure(admin, topics.all());
      define(broker, rate);
      produce(broker, traces);

      var assessments = new AtomicLong();
      runAssay(broker, admin, assessments);
      double perTrace = (double) assessments.get() / traces;
      var outputs = new ArrayList<Baseline.Output>();
      if (perTrace > 0) {
        outputs.add(
            new Baseline.Output(
                topics.assessments().name(), sample(broker, topics.assessments()), perTrace));
      }
      outputs.add(
          new Baseline.Output(topics.decisions().name(), sample(broker, topics.decisions()), 1));
      runBaseline(broker, admin, outputs);

      var ours = new ArrayList<Run.Figures>();
      var theirs = new ArrayList<Run.Figures>();
      for (int i = 0; i < repeats; i++) {
        ours.add(runAssay(broker, admin, new AtomicLong()));
        theirs.add(runBaseline(broker, admin, outputs));
      }
      var our = median(ours);
      var their = median(theirs);
      return new StageResult(
          "inline-" + rate,
          our.recordsPerSecond(),
          their.recordsPerSecond(),
          our.recordsPerSecond() / their.recordsPerSecond(),
          null,
          null,
          null,
          our.allocatedBytes(),
          their.allocatedBytes(),
          our.heapUsedMb());
    }
  }

  /** From trace closed to assessment readable, at a steady rate. */
  StageResult latency(int perSecond, Duration length) throws Exception {
    try (var broker = EmbeddedBroker.start(folder.resolve("latency-" + perSecond));
        var admin = admin(broker)) {
      TopicSetup.ensure(admin, topics.all());
      define(broker, 1.0);
      var config =
          new StreamsRunner.Config(broker.bootstrapServers(), folder.resolve("state"), 1, Map.of());
      var metrics = Metrics.standalone();
      try (var runner =
              new StreamsRunner(
                  TracePipeline.APPLICATION_ID, pipeline(_ -> {}), config, topics, metrics);
          var consumer = consumer(broker);
          var producer = producer(broker)) {
        runner.start();
        consumer.subscribe(List.of(topics.assessments().name()));
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
        while (!runner.isRunning()) {
          LockSupport.parkNanos(10_000_000);
        }
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
        return new StageResult(
            "latency-" + perSecond,
            total / seconds,
            perSecond,
            total / seconds / perSecond,
            latencies.quantile(.5),
            latencies.quantile(.99),
            latencies.quantile(.999),
            null,
            null,
            null);
      }
    }
  }

  private Topology pipeline(java.util.function.Consumer<List<Assessment>> seen) {
    return new TracePipeline(
            topics,
            AssemblyConfig.DEFAULT,
            scorers,
            _ -> true,
            seen,
            Metrics.standalone(),
            InstantSource.system())
        .get();
  }

  private Run.Figures runAssay(EmbeddedBroker broker, Admin admin, AtomicLong assessments)
      throws Exception {
    return run(broker, admin, pipeline(made -> assessments.addAndGet(made.size())));
  }

  private Run.Figures runBaseline(EmbeddedBroker broker, Admin admin, List<Baseline.Output> outputs)
      throws Exception {
    return run(broker, admin, Baseline.topology(topics.traces().name(), outputs));
  }

  private Run.Figures run(EmbeddedBroker broker, Admin admin, Topology topology) throws Exception {
    var application = "bench-" + runs++;
    var config =
        new StreamsRunner.Config(broker.bootstrapServers(), folder.resolve("state"), 1, Map.of());
    return Run.over(
        topology,
        StreamsRunner.properties(application, config, topics, Metrics.standalone()),
        application,
        admin,
        topics.traces().name(),
        Bench.PARTITIONS,
        () -> true);
  }

  private static Run.Figures median(List<Run.Figures> figures) {
    return figures.stream()
        .sorted(Comparator.comparingDouble(Run.Figures::recordsPerSecond))
        .toList()
        .get(figures.size() / 2);
  }

  private void define(EmbeddedBroker broker, double rate) throws Exception {
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
    try (var producer =
        new KafkaProducer<>(
            TopicSetup.producerDefaults(broker.bootstrapServers()),
            topics.scorers().keys().serializer(),
            topics.scorers().values().serializer())) {
      for (var definition : definitions) {
        producer
            .send(
                new ProducerRecord<>(
                    topics.scorers().name(), definition.name(), definition.withSampleRate(rate)))
            .get();
      }
    }
  }

  private void produce(EmbeddedBroker broker, int traces) {
    try (var producer = producer(broker)) {
      var generator = new BenchTraces(Bench.SEED);
      for (int i = 0; i < traces; i++) {
        var trace = generator.next(System.currentTimeMillis() * 1_000_000);
        var _ =
            producer.send(
                new ProducerRecord<>(
                    topics.traces().name(), trace.traceId(), EncodedTrace.of(trace)));
      }
    }
  }

  private KafkaProducer<String, EncodedTrace> producer(EmbeddedBroker broker) {
    var settings = new HashMap<>(TopicSetup.producerDefaults(broker.bootstrapServers()));
    settings.put("linger.ms", 2);
    return new KafkaProducer<>(
        settings, topics.traces().keys().serializer(), topics.traces().values().serializer());
  }

  private static KafkaConsumer<String, byte[]> consumer(EmbeddedBroker broker) {
    return new KafkaConsumer<>(
        Map.of(
            "bootstrap.servers", broker.bootstrapServers(),
            "group.id", "bench-reader",
            "auto.offset.reset", "earliest",
            "isolation.level", "read_committed"),
        new StringDeserializer(),
        new ByteArrayDeserializer());
  }

  private static Admin admin(EmbeddedBroker broker) {
    return Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
  }

  // some values as they were written, to be written again by the baseline
  private static List<byte[]> sample(EmbeddedBroker broker, Topic<?, ?> topic) {
    var samples = new ArrayList<byte[]>();
    try (var consumer = consumer(broker)) {
      consumer.subscribe(List.of(topic.name()));
      while (samples.size() < 1_000) {
        var records = consumer.poll(Duration.ofSeconds(5));
        if (records.isEmpty() && !samples.isEmpty()) {
          break;
        }
        records.forEach(record -> samples.add(record.value()));
      }
    }
    return samples;
  }
}
