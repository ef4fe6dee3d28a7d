package dev.assay;

import dev.assay.demo.LiveSummary;
import dev.assay.demo.LogFile;
import dev.assay.demo.PlantedTruth;
import dev.assay.demo.Schedule;
import dev.assay.demo.SimulatedModel;
import dev.assay.demo.Traffic;
import dev.assay.judging.ModelConfig;
import dev.assay.model.ScorerSpec;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "demo",
    header = "Runs everything on this machine, with traffic, and says where to look.",
    description = {
      "Starts an embedded Kafka broker, all roles, and three applications that send genuine OTLP: a"
          + " support chatbot, a documentation assistant and a travel agent with tools. New"
          + " versions roll out after two minutes; one of them gets worse two minutes later and is"
          + " rolled back. A shorter --duration tells the same story faster.",
      "",
      "The judge is a simulated model behind the real OpenAI protocol on a local port; it knows the"
          + " planted truth, errs at stated rates, and is called simulated wherever it shows."
          + " --judge takes a real one."
    },
    footer = {
      "",
      "Examples:",
      "  assay demo",
      "  assay demo --duration 5m --rate 50 --seed 7",
      "  assay demo --judge ollama:/llama3.2 --data ./demo-data"
    })
final class DemoCommand implements Callable<Integer> {
  private static final String SIMULATED = "simulated";

  @Spec CommandSpec spec;

  @Option(
      names = "--duration",
      paramLabel = "TIME",
      description = "How long traffic comes, as 5m; then the demo ends. Default: until Ctrl-C.")
  @Nullable String duration;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "20",
      description = "Traces a second (default: ${DEFAULT-VALUE}).")
  double rate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "42",
      description =
          "The same seed, rate and duration give the same traffic (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--judge",
      paramLabel = "MODEL",
      description =
          "openai:/NAME (key in OPENAI_API_KEY), ollama:/NAME, or a provider of --config.")
  @Nullable String judge;

  @Option(names = "--scorers", paramLabel = "FILE", description = "Other scorers than the demo's.")
  @Nullable Path scorers;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Keep the data here, and go on with what is there. Default: a folder that is deleted.")
  @Nullable Path data;

  @Option(names = "--config", paramLabel = "FILE", description = "Settings, as of 'assay run'.")
  @Nullable Path config;

  @SuppressWarnings("NullAway.Init") // picocli sets spec
  DemoCommand() {}

  @Override
  public Integer call() throws Exception {
    var length = duration == null ? null : length(duration);
    if (!(rate > 0 && rate <= 10_000)) {
      throw new ParameterException(
          spec.commandLine(),
          "--rate: '%s' is not allowed; allowed: above 0, to 10000".formatted(rate));
    }
    var folder = data == null ? Files.createTempDirectory("assay-demo") : data;
    try (var signal = ShutdownSignal.held()) {
      int exit = 0;
      try {
        exit = run(folder, length, signal);
      } finally {
        if (data == null && exit == 0) {
          delete(folder);
        }
      }
      if (exit != 0) {
        say("something failed for good; the log and the data are in " + folder);
      }
      return exit;
    }
  }

  private int run(Path folder, @Nullable Duration length, ShutdownSignal signal) throws Exception {
    boolean painted = LiveSummary.isTerminal(System.getenv());
    say("starting Kafka, the pipeline and three applications");
    if (painted) {
      LogFile.to(Files.createDirectories(folder).resolve("assay.log"));
    } else {
      LogFile.bridgeJavaUtilLogging();
    }
    var truth = new PlantedTruth();
    var clock = Clock.systemUTC();
    try (var model = SimulatedModel.start(0, truth, SimulatedModel.Behaviour.demo(seed), clock)) {
      var settings = settings(folder);
      var models = settings.models().with(SIMULATED, ModelConfig.Provider.at(model.baseUrl()));
      var uri = judge == null ? SIMULATED + ":/" + SimulatedModel.MODEL : judge;
      try (var monitor = Monitor.start(settings.withModels(models), judged(uri));
          var traffic = traffic(monitor, length, truth, clock)) {
        var snapshots = new DemoSnapshots(monitor, traffic, uri, judge == null, clock);
        traffic.start();
        try (var _ = LiveSummary.start(snapshots, System.getenv())) {
          return RunCommand.await(signal, monitor, () -> length != null && isOver(traffic));
        } finally {
          say("stopping");
        }
      }
    }
  }

  private Traffic traffic(
      Monitor monitor, @Nullable Duration length, PlantedTruth truth, Clock clock) {
    return new Traffic(
        new Traffic.Settings(
            URI.create("http://127.0.0.1:" + monitor.otlpPort()),
            "demo",
            rate,
            seed,
            // traces of an earlier run in the same folder keep their ids to themselves
            data == null ? seed : clock.millis(),
            length == null ? Schedule.ofTenMinutes() : Schedule.over(length),
            length),
        truth,
        clock);
  }

  private void say(String what) {
    spec.commandLine().getErr().println("assay: " + what);
    spec.commandLine().getErr().flush();
  }

  // When the traffic is over, what it left is still to be closed, judged and counted.
  private static final Duration SETTLE = Duration.ofSeconds(15);
  private @Nullable Long overSince;

  private boolean isOver(Traffic traffic) {
    try {
      if (!traffic.awaitDone(Duration.ZERO)) {
        return false;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
    long now = System.nanoTime();
    if (overSince == null) {
      overSince = now;
    }
    return now - overSince > SETTLE.toNanos();
  }

  private MonitorConfig settings(Path folder) throws Exception {
    var options = new LinkedHashMap<String, String>();
    options.put(Settings.DATA_DIR.name(), folder.toString());
    options.put(
        Settings.SCORERS_FILE.name(), (scorers == null ? shipped(folder) : scorers).toString());
    return MonitorConfig.of(Settings.load(config, System.getenv(), options), System.getenv());
  }

  private static Path shipped(Path folder) throws IOException {
    var file = Files.createDirectories(folder).resolve("scorers.yaml");
    try (var definitions = DemoCommand.class.getResourceAsStream("/config/scorers.yaml")) {
      if (definitions == null) {
        throw new IOException("config/scorers.yaml is missing in the jar");
      }
      Files.write(file, definitions.readAllBytes());
    }
    return file;
  }

  // Every judge of the file asks this model.
  private static java.util.function.UnaryOperator<ScorerSpec> judged(String model) {
    return definition -> {
      if (!definition.parameters().containsKey("model")) {
        return definition;
      }
      var parameters = new LinkedHashMap<String, Object>(definition.parameters());
      parameters.put("model", model);
      return definition.withParameters(Map.copyOf(parameters));
    };
  }

  private Duration length(String text) {
    try {
      return Settings.duration(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--duration: '%s' is not allowed; allowed: such as 90s, 5m, 1h".formatted(text),
          e);
    }
  }

  static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
