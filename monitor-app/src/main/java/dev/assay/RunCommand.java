package dev.assay;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    header = "Runs an instance: some or all roles, against a cluster or on its own.",
    description = {
      "Without bootstrap.servers a Kafka broker is started in this process, with its data in the"
          + " data folder. Topics are created where they are missing and checked where they exist.",
      "",
      "Settings come from the file, over it from environment variables (http.port is"
          + " ASSAY_HTTP_PORT), over both from options. Every unknown or invalid key is refused"
          + " with its value and what is allowed. 'assay reference settings' lists all."
    },
    footer = {
      "",
      "Examples:",
      "  assay run --scorers scorers.yaml",
      "  assay run --config assay.yaml --roles workers",
      "  ASSAY_BOOTSTRAP_SERVERS=kafka:9092 assay run --roles ingest,traces"
    })
final class RunCommand implements Callable<Integer> {
  @Option(names = "--config", paramLabel = "FILE", description = "Settings, YAML.")
  @Nullable Path config;

  @Option(
      names = "--scorers",
      paramLabel = "FILE",
      description =
          "Scorer definitions, YAML: become what the topic assay.scorers holds (scorers.file).")
  @Nullable Path scorers;

  @Option(names = "--data", paramLabel = "DIR", description = "Data folder (data.dir).")
  @Nullable Path data;

  @Option(
      names = "--roles",
      paramLabel = "ROLE[,ROLE...]",
      description = "ingest, traces, workers, quality, api (roles); default: all.")
  @Nullable String roles;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description = "The Kafka cluster (bootstrap.servers).")
  @Nullable String bootstrapServers;

  @Option(
      names = "--plugins",
      paramLabel = "DIR",
      description = "Folder of jars with scorers of your own (plugins.dir).")
  @Nullable Path plugins;

  @Override
  public Integer call() throws Exception {
    var options = new LinkedHashMap<String, String>();
    put(options, Settings.SCORERS_FILE, scorers);
    put(options, Settings.DATA_DIR, data);
    put(options, Settings.ROLES, roles);
    put(options, Settings.BOOTSTRAP_SERVERS, bootstrapServers);
    put(options, Settings.PLUGINS_DIR, plugins);
    var settings =
        MonitorConfig.of(Settings.load(config, System.getenv(), options), System.getenv());
    try (var signal = ShutdownSignal.held();
        var monitor = Monitor.start(settings)) {
      return await(signal, monitor, () -> false);
    }
  }

  private static void put(
      Map<String, String> options, Settings.Key<?> key, @Nullable Object value) {
    if (value != null) {
      options.put(key.name(), value.toString());
    }
  }

  /**
   * Waits for a signal, for something past saving, or for the end.
   *
   * @param isOver asked every second
   * @return the exit code
   */
  static int await(ShutdownSignal signal, Monitor monitor, BooleanSupplier isOver)
      throws InterruptedException {
    while (!signal.await(Duration.ofSeconds(1))) {
      if (monitor.isBroken()) {
        return 1;
      }
      if (isOver.getAsBoolean()) {
        return 0;
      }
    }
    return 0;
  }
}
