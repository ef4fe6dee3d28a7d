package dev.assay;

import dev.assay.api.ApiServices;
import dev.assay.api.HealthCheck;
import dev.assay.ingest.IngestLimits;
import dev.assay.ingest.KafkaSpanSink;
import dev.assay.ingest.OtlpServer;
import dev.assay.lookup.Lookup;
import dev.assay.lookup.NothingFound;
import dev.assay.lookup.RecordReader;
import dev.assay.lookup.StreamsLookup;
import dev.assay.metrics.LabelBounds;
import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.model.QualityEvent;
import dev.assay.model.ScorerSpec;
import dev.assay.pipeline.LookupPipeline;
import dev.assay.pipeline.QualityPipeline;
import dev.assay.pipeline.SessionPipeline;
import dev.assay.pipeline.StreamsRunner;
import dev.assay.pipeline.TracePipeline;
import dev.assay.quality.ExportObjectives;
import dev.assay.quality.FollowQuality;
import dev.assay.quality.OwnedSeries;
import dev.assay.quality.QualityCollector;
import dev.assay.quality.QualityView;
import dev.assay.redaction.TraceRedactor;
import dev.assay.registry.Registry;
import dev.assay.scoring.InvalidPluginException;
import dev.assay.scoring.Scorers;
import dev.assay.wire.SchemaRegistry;
import dev.assay.wire.TopicSetup;
import dev.assay.wire.Topics;
import dev.assay.worker.WorkerLane;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One instance: the roles it was given, wired and running. Read {@link #start} and {@code
 * startParts} from top to bottom; closing goes from bottom to top.
 */
final class Monitor implements AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(Monitor.class);

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final List<StreamsRunner> runners = new ArrayList<>();
  private final MonitorConfig config;
  private final java.time.Clock clock = java.time.Clock.systemUTC();
  private final PrometheusRegistry registry;
  private final Metrics metrics;
  private final Topics topics;
  private final Scorers kinds;
  private final PrometheusMeterRegistry micrometer;
  private final QualityView quality;
  private final ScorerWatch watch;
  private final Definitions definitions;
  private String bootstrapServers = "";
  private Map<String, Object> client = Map.of();
  private volatile Consumer<QualityEvent> events = _ -> {};
  private @Nullable OtlpServer otlp;
  private int httpPort;

  /**
   * Starts an instance.
   *
   * @throws dev.assay.registry.InvalidScorersException if a definition cannot work
   * @throws dev.assay.scoring.InvalidPluginException if a plugin cannot be used
   * @throws IllegalStateException if the cluster's topics are not as they must be
   */
  static Monitor start(MonitorConfig config)
      throws IOException,
          InterruptedException,
          InvalidPluginException,
          dev.assay.registry.InvalidScorersException {
    return start(config, UnaryOperator.identity());
  }

  /**
   * As above.
   *
   * @param revise what is made of each definition of the file
   */
  static Monitor start(MonitorConfig config, UnaryOperator<ScorerSpec> revise)
      throws IOException,
          InterruptedException,
          InvalidPluginException,
          dev.assay.registry.InvalidScorersException {
    var registry = new PrometheusRegistry();
    var metrics = new Metrics(registry, new LabelBounds(config.maxLabelValues()));
    var kinds = Kinds.all(config.models(), new JudgeMeters(metrics), config.pluginsDir());
    // read before anything starts: a mistake in it then costs nothing
    var file = config.scorersFile();
    var specs = file == null ? null : Kinds.definitions(file, kinds).stream().map(revise).toList();
    var monitor = new Monitor(config, registry, metrics, kinds);
    try {
      monitor.connect();
      monitor.startParts(specs);
      return monitor;
    } catch (IOException | InterruptedException | RuntimeException e) {
      monitor.close();
      throw e;
    }
  }

  private Monitor(
      MonitorConfig config, PrometheusRegistry registry, Metrics metrics, Scorers kinds) {
    this.config = config;
    this.registry = registry;
    this.metrics = metrics;
    this.kinds = kinds;
    var schemas = config.schemaRegistry();
    this.topics =
        new Topics(
            config.partitions(),
            schemas == null
                ? null
                : keep(new SchemaRegistry(schemas, config.schemaRegistryUser())));
    this.micrometer = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, registry, Clock.SYSTEM);
    micrometer.config().meterFilter(KafkaMeters.filter());
    keep(micrometer::close);
    this.quality = new QualityView(clock, config.quality().windowRetention());
    this.watch = new ScorerWatch(metrics, clock, event -> events.accept(event));
    this.definitions = new Definitions();
  }

  private void connect() throws IOException {
    bootstrapServers = cluster();
    client = config.client(bootstrapServers);
    events = eventSink();
  }

  private String cluster() throws IOException {
    var given = config.bootstrapServers();
    if (given != null) {
      return given;
    }
    var broker = keep(EmbeddedBroker.start(config.dataDir(), config.brokerPort(), Map.of()));
    return broker.bootstrapServers();
  }

  private void startParts(@Nullable List<ScorerSpec> specs)
      throws IOException, InterruptedException {
    topics.registerSchemas();
    try (var admin = Admin.create(client)) {
      TopicSetup.ensure(admin, topics.all());
    }
    var scorers = keep(new Registry(topics, client, Duration.ofSeconds(30), clock));
    if (specs != null) {
      var published = scorers.publish(specs);
      logger.info("scorers: written={} removed={}", published.written(), published.removed());
    }
    definitions.follow(scorers);
    bindJvm();

    startMetricsAndPagesWhen(config.has("api"));
    if (config.has("quality")) {
      startQuality();
    }
    if (config.has("workers")) {
      startWorkers();
    }
    if (config.has("traces")) {
      startTraces();
      startSessions();
    }
    if (config.has("ingest")) {
      startIngest();
    }
  }

  private void startTraces() {
    run(
        TracePipeline.APPLICATION_ID,
        new TracePipeline(
            topics,
            config.assembly(),
            new TraceRedactor(config.redaction()),
            kinds,
            watch::admits,
            watch::saw,
            metrics,
            clock));
  }

  private void startSessions() {
    run(SessionPipeline.APPLICATION_ID, new SessionPipeline(topics, config.sessions(), metrics));
  }

  private void startQuality() {
    var owned = new OwnedSeries();
    registry.register(
        new QualityCollector(owned, quality, metrics.bounds(), config.quality(), clock));
    run(
        QualityPipeline.APPLICATION_ID,
        new QualityPipeline(topics, metrics, config.quality(), owned));
  }

  private void startWorkers() throws InterruptedException {
    keep(
        WorkerLane.start(
            client, topics, config.worker(), kinds, watch, metrics, clock, clock.millis()));
  }

  private void startIngest() {
    var sink = keep(new KafkaSpanSink(client, topics.spans()));
    otlp =
        keep(
            OtlpServer.start(
                new InetSocketAddress(config.httpHost(), config.otlpPort()),
                new InetSocketAddress(config.httpHost(), config.otlpGrpcPort()),
                new IngestLimits(config.ingestMaxBodyBytes(), config.ingestMaxInFlightBytes()),
                sink,
                metrics));
  }

  // The port is there on every instance: Prometheus and health checks need it.
  private void startMetricsAndPagesWhen(boolean pages) {
    keep(FollowQuality.start(client, topics.quality(), quality, metrics));
    Lookup found = new NothingFound();
    if (pages) {
      var runner =
          run(LookupPipeline.APPLICATION_ID, new LookupPipeline(topics, MonitorConfig.RETENTION));
      var reader = keep(new RecordReader(client, 4, Duration.ofSeconds(10)));
      found = new StreamsLookup(runner.streams(), reader, topics, MonitorConfig.RETENTION, clock);
    }
    var services =
        new ApiServices(
            registry,
            List.of(new HealthCheck("streams", this::alive)),
            List.of(
                new HealthCheck("streams", this::running),
                new HealthCheck("quality view", this::caughtUp)),
            found,
            quality,
            config.quality().windowRetention(),
            () -> watch.marked(definitions.now()),
            clock);
    var server =
        com.linecorp.armeria.server.Server.builder()
            .http(new InetSocketAddress(config.httpHost(), config.httpPort()))
            .disableServerHeader();
    services.bind(server, pages);
    var running = server.build();
    running.start().join();
    keep(running);
    httpPort = running.activeLocalPort();
  }

  private StreamsRunner run(
      String application, Supplier<org.apache.kafka.streams.Topology> pipeline) {
    var runner =
        keep(
            new StreamsRunner(
                application,
                pipeline.get(),
                new StreamsRunner.Config(
                    bootstrapServers,
                    config.dataDir().resolve("streams"),
                    config.streamThreads(),
                    config.streams()),
                topics,
                metrics));
    runners.add(runner);
    var meters = new KafkaStreamsMetrics(runner.streams());
    meters.bindTo(micrometer);
    keep(meters);
    runner.start();
    return runner;
  }

  private void bindJvm() {
    new ClassLoaderMetrics().bindTo(micrometer);
    new JvmMemoryMetrics().bindTo(micrometer);
    new JvmThreadMetrics().bindTo(micrometer);
    new ProcessorMetrics().bindTo(micrometer);
    keep(new JvmGcMetrics()).bindTo(micrometer);
  }

  private Consumer<QualityEvent> eventSink() {
    var topic = topics.events();
    var producer =
        keep(
            new KafkaProducer<>(
                config.producer(bootstrapServers),
                topic.keys().serializer(),
                topic.values().serializer()));
    // Sent from a thread of its own: with no broker a send blocks, and stream threads tell of
    // pauses.
    var sender =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("assay-events").daemon().factory());
    keep(sender);
    return event ->
        sender.execute(() -> {
          var _ = producer.send(new ProducerRecord<>(topic.name(), event.scorer(), event));
        });
  }

  private HealthCheck.Status alive() {
    return state(StreamsRunner::isAlive);
  }

  private HealthCheck.Status running() {
    return state(StreamsRunner::isRunning);
  }

  private HealthCheck.Status state(java.util.function.Predicate<StreamsRunner> well) {
    var not = runners.stream().filter(well.negate()).map(StreamsRunner::applicationId).toList();
    return not.isEmpty()
        ? HealthCheck.Status.up(runners.size() + " topologies run")
        : HealthCheck.Status.down("not running: " + String.join(", ", not));
  }

  private HealthCheck.Status caughtUp() {
    return quality.isComplete()
        ? HealthCheck.Status.up("all of assay.quality is read")
        : HealthCheck.Status.down("assay.quality is being read");
  }

  /** The definitions as they are on the topic, looked at every two seconds. */
  private final class Definitions {
    private final ExportObjectives objectives = new ExportObjectives(metrics);
    private volatile List<ScorerSpec> known = List.of();

    void follow(Registry scorers) {
      read(scorers);
      var timer =
          Executors.newSingleThreadScheduledExecutor(
              Thread.ofPlatform().name("assay-definitions").daemon().factory());
      keep(timer);
      var _ = timer.scheduleWithFixedDelay(() -> read(scorers), 2, 2, TimeUnit.SECONDS);
    }

    private void read(Registry scorers) {
      try {
        known = List.copyOf(scorers.load().values());
        objectives.accept(known);
      } catch (RuntimeException e) {
        logger.warn("scorer definitions cannot be read, those known stay: {}", e.getMessage());
      }
    }

    List<ScorerSpec> now() {
      return known;
    }
  }

  /** Whether every topology processes. */
  boolean isRunning() {
    return runners.stream().allMatch(StreamsRunner::isRunning);
  }

  /** Whether something is past saving: the process had better end. */
  boolean isBroken() {
    return !runners.stream().allMatch(StreamsRunner::isAlive);
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  int httpPort() {
    return httpPort;
  }

  /** The port of OTLP over HTTP; 0 where the instance does not ingest. */
  int otlpPort() {
    return otlp == null ? 0 : otlp.port();
  }

  /** The port of OTLP over gRPC; 0 where the instance does not ingest. */
  int otlpGrpcPort() {
    return otlp == null ? 0 : otlp.grpcPort();
  }

  QualityView quality() {
    return quality;
  }

  /** Of this instance. */
  long judgeCallsInFlight() {
    return (long) metrics.sum(Meter.JUDGE_IN_FLIGHT);
  }

  PrometheusRegistry registry() {
    return registry;
  }

  List<ScorerSpec> scorers() {
    return watch.marked(definitions.now());
  }

  private <T extends AutoCloseable> T keep(T part) {
    parts.push(part);
    return part;
  }

  @Override
  public void close() {
    while (!parts.isEmpty()) {
      var part = parts.pop();
      try {
        part.close();
      } catch (Exception e) {
        logger.warn("closing {}: {}", part.getClass().getSimpleName(), e.toString());
      }
    }
  }
}
