package dev.assay.pipeline;

import dev.assay.metrics.Metrics;
import dev.assay.quality.OwnedSeries;
import dev.assay.quality.QualityConfig;
import dev.assay.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.streams.Topology;

/**
 * The quality topology as the application runs it, in this process or, to be killed, in another.
 */
final class QualityProcess {
  private QualityProcess() {}

  /** Arguments: bootstrap servers, state folder. Runs until it is killed. */
  public static void main(String[] args) throws InterruptedException {
    runner(args[0], Path.of(args[1]), Duration.ofMillis(100), new OwnedSeries()).start();
    new CountDownLatch(1).await();
  }

  static Process spawn(String bootstrapServers, Path state) throws java.io.IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-Dorg.apache.avro.SERIALIZABLE_PACKAGES=dev.assay.schemas",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            QualityProcess.class.getName(),
            bootstrapServers,
            state.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  static StreamsRunner runner(
      String bootstrapServers, Path state, Duration flushInterval, OwnedSeries owned) {
    return runner(bootstrapServers, state, topology(flushInterval, owned), Map.of());
  }

  static Topology topology(Duration flushInterval, OwnedSeries owned) {
    return new QualityPipeline(
            new Topics(3),
            Metrics.standalone(),
            QualityConfig.DEFAULTS.withFlushInterval(flushInterval),
            owned)
        .get();
  }

  static StreamsRunner runner(
      String bootstrapServers, Path state, Topology topology, Map<String, String> overrides) {
    var settings = new HashMap<String, String>();
    // a killed member leaves the group as soon as the broker allows
    settings.put("consumer.session.timeout.ms", "6000");
    settings.put("consumer.heartbeat.interval.ms", "1000");
    settings.putAll(overrides);
    return new StreamsRunner(
        QualityPipeline.APPLICATION_ID,
        topology,
        new StreamsRunner.Config(bootstrapServers, state, 2, settings),
        new Topics(3),
        Metrics.standalone());
  }
}
