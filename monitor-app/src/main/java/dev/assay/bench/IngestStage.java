package dev.assay.bench;

import dev.assay.ingest.IngestLimits;
import dev.assay.ingest.KafkaSpanSink;
import dev.assay.ingest.OtlpServer;
import dev.assay.metrics.Metrics;
import dev.assay.pipeline.StreamsRunner;
import dev.assay.wire.Topic;
import dev.assay.wire.TopicSetup;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Named;

/**
 * OTLP over the loopback interface → {@code assay.spans} → {@code assay.traces}: from the first
 * request to the last assembled trace, its grace included. Records are spans. It is compared with
 * the bytes of the same requests produced raw to the same broker; with the same input and output
 * without the work between, which is what any program with these topics, stores and guarantees has
 * to do; and with that less the changelogs, which is what is left for a program on Kafka Streams
 * whatever it does about open traces.
 */
final class IngestStage {
  private static final int SPANS_A_ROUND = 400_000;
  // a producer alone is done with a round before its code is compiled
  private static final Duration AT_LEAST = Duration.ofSeconds(15);
  private static final String ASSEMBLY = "bench-assembly";

  private final Path folder;
  private final int threads;
  private final String protocol;
  private final int spansPerTrace;
  private final int tracesPerRequest;
  private final int traces;

  IngestStage(Path folder, int threads, String protocol, int spansPerTrace, int tracesPerRequest) {
    this.folder = folder;
    this.threads = threads;
    this.protocol = protocol;
    this.spansPerTrace = spansPerTrace;
    this.tracesPerRequest = tracesPerRequest;
    this.traces = SPANS_A_ROUND / spansPerTrace / tracesPerRequest * tracesPerRequest;
  }

  StageResult throughput() throws Exception {
    var requests = OtlpRequests.of(traces, spansPerTrace, tracesPerRequest);
    try (var broker = new BenchBroker(folder, threads)) {
      double raw = raw(broker, requests);
      double ours = assembled(broker, requests);
      return StageResult.ofIngest(
          "otlp-%s-%dx%d".formatted(protocol, spansPerTrace, tracesPerRequest),
          ours,
          raw,
          withoutWork(broker, requests));
    }
  }

  private double raw(BenchBroker broker, OtlpRequests requests) throws Exception {
    var topic = broker.topics().otlpSpans();
    try (KafkaProducer<byte[], byte[]> producer = broker.producer(topic)) {
      return rate(
          requests,
          () -> {
            for (var request : requests.bodies()) {
              var _ = producer.send(new ProducerRecord<>(topic.name(), request));
            }
            producer.flush();
          },
          _ -> {});
    }
  }

  private double assembled(BenchBroker broker, OtlpRequests requests) throws Exception {
    var closed = new AtomicLong();
    try (var assembly = streams(broker, ASSEMBLY, AssemblyStage.topology(broker.topics(), closed));
        var sink = sink(broker, broker.topics().spans());
        var server =
            OtlpServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                IngestLimits.DEFAULTS,
                sink,
                Metrics.standalone())) {
      BenchBroker.begin(assembly);
      var exporter =
          new OtlpExporter(protocol, protocol.equals("grpc") ? server.grpcPort() : server.port());
      return rate(requests, () -> exporter.send(requests.bodies()), sent -> await(closed, sent));
    }
  }

  private StageResult.WithoutWork withoutWork(BenchBroker broker, OtlpRequests requests)
      throws Exception {
    var spans = broker.topics().spans();
    var traces = broker.writtenTo(broker.topics().traces(), spans);
    var all = new ArrayList<>(broker.changelogs(ASSEMBLY, spans));
    all.add(traces);
    return new StageResult.WithoutWork(
        withoutWork(broker, requests, "same-io", all),
        withoutWork(broker, requests, "stateless-io", List.of(traces)));
  }

  private double withoutWork(
      BenchBroker broker, OtlpRequests requests, String name, List<Baseline.Output> written)
      throws Exception {
    var relayed = broker.like(broker.topics().spans(), name);
    var read = new AtomicLong();
    var builder = new StreamsBuilder();
    Baseline.copy(builder, relayed.name(), written)
        .foreach((_, _) -> read.incrementAndGet(), Named.as("read-all"));
    try (var streams = streams(broker, "bench-" + name, builder.build());
        var sink = sink(broker, relayed);
        var relay = new Relay(sink, tracesPerRequest)) {
      BenchBroker.begin(streams);
      var exporter = new OtlpExporter(protocol, relay.port());
      return rate(requests, () -> exporter.send(requests.bodies()), sent -> await(read, sent));
    }
  }

  private static KafkaSpanSink sink(BenchBroker broker, Topic<String, byte[]> topic) {
    return new KafkaSpanSink(TopicSetup.producerDefaults(broker.bootstrapServers()), topic);
  }

  private interface Sending {
    void send() throws Exception;
  }

  private interface Arrival {
    void await(long traces);
  }

  /** Of as many rounds as take a while, after as many that warm up. */
  private double rate(OtlpRequests requests, Sending sending, Arrival arrival) throws Exception {
    long before = rounds(requests, sending, arrival, 0);
    long began = System.nanoTime();
    long after = rounds(requests, sending, arrival, before);
    return (double) (after - before) * spansPerTrace * 1e9 / (System.nanoTime() - began);
  }

  /** Traces sent and arrived in all. */
  private long rounds(OtlpRequests requests, Sending sending, Arrival arrival, long sentBefore)
      throws Exception {
    long sent = sentBefore;
    long end = System.nanoTime() + AT_LEAST.toNanos();
    do {
      requests.nextRound();
      sending.send();
      sent += traces;
    } while (System.nanoTime() < end);
    arrival.await(sent);
    return sent;
  }

  private static void await(AtomicLong done, long expected) {
    while (done.get() < expected) {
      LockSupport.parkNanos(5_000_000);
    }
  }

  private static StreamsRunner streams(BenchBroker broker, String application, Topology topology) {
    return new StreamsRunner(
        application, topology, broker.streams(), broker.topics(), Metrics.standalone());
  }
}
