package dev.assay.bench;

import dev.assay.EmbeddedBroker;
import dev.assay.metrics.Metrics;
import dev.assay.pipeline.StreamsRunner;
import dev.assay.wire.Topic;
import dev.assay.wire.TopicSetup;
import dev.assay.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.Topology;

/** The embedded broker of one stage with Assay's topics, and what stages do with it. */
final class BenchBroker implements AutoCloseable {
  private static final int SAMPLES = 1_000;

  private final Path folder;
  private final Topics topics = new Topics(Bench.PARTITIONS);
  private final EmbeddedBroker broker;
  private final Admin admin;
  private final int threads;
  private int runs;

  /** A topology that is measured, and when it is done beyond having read its input. */
  record Contender(Topology topology, BooleanSupplier done) {
    Contender(Topology topology) {
      this(topology, () -> true);
    }
  }

  /**
   * @param threads of every Streams application that is measured
   */
  BenchBroker(Path folder, int threads) throws Exception {
    this.folder = folder;
    this.threads = threads;
    broker = EmbeddedBroker.start(folder);
    admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
    TopicSetup.ensure(admin, topics.all());
  }

  Topics topics() {
    return topics;
  }

  String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** Of a Streams application, ours or a baseline. */
  StreamsRunner.Config streams() {
    return new StreamsRunner.Config(
        broker.bootstrapServers(), folder.resolve("state"), threads, Map.of());
  }

  /** Returns when it runs. */
  static void begin(StreamsRunner streams) {
    streams.start();
    while (!streams.isRunning()) {
      LockSupport.parkNanos(10_000_000);
    }
  }

  <K, V> KafkaProducer<K, V> producer(Topic<K, V> topic) {
    var settings = new HashMap<>(TopicSetup.producerDefaults(broker.bootstrapServers()));
    settings.put("linger.ms", 2);
    return new KafkaProducer<>(settings, topic.keys().serializer(), topic.values().serializer());
  }

  /** Reads committed records of the topic, from its beginning. */
  KafkaConsumer<String, byte[]> consumer(Topic<?, ?> topic) {
    return consumer(topic.name());
  }

  private KafkaConsumer<String, byte[]> consumer(String topic) {
    var consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", broker.bootstrapServers(),
                "group.id", "bench-reader",
                "auto.offset.reset", "earliest",
                "isolation.level", "read_committed"),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    consumer.subscribe(List.of(topic));
    return consumer;
  }

  /**
   * Some values as they were written, to be written again by the baseline.
   *
   * @param perRecord of the stage's input
   */
  Baseline.Output written(Topic<?, ?> topic, double perRecord) {
    return written(topic.name(), perRecord);
  }

  private Baseline.Output written(String topic, double perRecord) {
    var samples = new ArrayList<byte[]>();
    try (var consumer = consumer(topic)) {
      while (samples.size() < SAMPLES) {
        var records = consumer.poll(Duration.ofSeconds(5));
        if (records.isEmpty() && !samples.isEmpty()) {
          break;
        }
        records.forEach(record -> samples.add(record.value()));
      }
    }
    return new Baseline.Output(topic, samples, perRecord);
  }

  /** A new topic with the same settings. */
  Topic<String, byte[]> like(Topic<String, byte[]> topic, String name) throws InterruptedException {
    var created =
        new Topic<>(name, topic.keys(), topic.values(), topic.partitions(), topic.config());
    TopicSetup.ensure(admin, List.of(created));
    return created;
  }

  /** What an application wrote to a topic, to be written again. */
  Baseline.Output writtenTo(Topic<?, ?> output, Topic<?, ?> input) throws Exception {
    return written(
        output.name(),
        Run.written(admin, output.name()) / (double) Run.written(admin, input.name()));
  }

  /** What an application wrote to changelogs, to be written again. */
  List<Baseline.Output> changelogs(String application, Topic<?, ?> input) throws Exception {
    double records = Run.written(admin, input.name());
    var outputs = new ArrayList<Baseline.Output>();
    for (var topic : new TreeSet<>(admin.listTopics().names().get())) {
      double written =
          topic.startsWith(application + "-") && topic.endsWith("-changelog")
              ? Run.written(admin, topic)
              : 0;
      if (written > 0) {
        outputs.add(written(topic, written / records));
      }
    }
    return outputs;
  }

  /** One run over all of the input. */
  Run.Figures run(Topic<?, ?> input, Contender contender) throws Exception {
    var application = application(runs++);
    return Run.over(
        contender.topology(),
        StreamsRunner.properties(application, streams(), topics, Metrics.standalone()),
        application,
        admin,
        input.name(),
        contender.done());
  }

  private static String application(int run) {
    return "bench-" + run;
  }

  /**
   * Warms the baseline up (the stage is warm), then runs both in turn; the median of each. The
   * baseline writes what the stage wrote, to changelogs too.
   *
   * @param topics what the stage wrote to topics of Assay's
   */
  StageResult compare(
      String stage,
      Topic<?, ?> input,
      Supplier<Contender> ours,
      List<Baseline.Output> topics,
      int repeats)
      throws Exception {
    var outputs = new ArrayList<>(topics);
    outputs.addAll(changelogs(application(0), input));
    run(input, new Contender(Baseline.topology(input.name(), outputs)));
    var ourRuns = new ArrayList<Run.Figures>();
    var theirRuns = new ArrayList<Run.Figures>();
    for (int i = 0; i < repeats; i++) {
      ourRuns.add(run(input, ours.get()));
      theirRuns.add(run(input, new Contender(Baseline.topology(input.name(), outputs))));
    }
    var our = median(ourRuns);
    var their = median(theirRuns);
    return StageResult.ofThroughput(
        stage,
        our.recordsPerSecond(),
        their.recordsPerSecond(),
        new StageResult.Memory(our.allocatedBytes(), their.allocatedBytes(), our.heapUsedMb()));
  }

  private static Run.Figures median(List<Run.Figures> figures) {
    return figures.stream()
        .sorted(Comparator.comparingDouble(Run.Figures::recordsPerSecond))
        .toList()
        .get(figures.size() / 2);
  }

  @Override
  public void close() {
    admin.close();
    broker.close();
  }
}
