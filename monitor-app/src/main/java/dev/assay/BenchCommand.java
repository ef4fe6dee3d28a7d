package dev.assay;

import dev.assay.bench.Bench;
import dev.assay.judging.JudgeListener;
import dev.assay.judging.ModelConfig;
import dev.assay.scoring.Scorers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
    name = "bench",
    header = "Measures every stage beside a topology with the same I/O.",
    description = {
      "Starts an embedded broker for each stage, fills its input topic, and runs Assay's topology"
          + " and a baseline one after the other: the baseline reads the same records and writes as"
          + " many records of the same size under the same guarantee, and does nothing else.",
      "",
      "The machine should have nothing else to do. PERFORMANCE.md has figures and how to read them."
    },
    footer = {
      "",
      "Examples:",
      "  assay bench --json bench.json",
      "  assay bench --stages inline-1.0 --traces 50000"
    })
final class BenchCommand implements Callable<Integer> {
  @Spec picocli.CommandLine.Model.CommandSpec spec;

  @Option(
      names = "--stages",
      split = ",",
      paramLabel = "NAME",
      description = "Some of ${COMPLETION-CANDIDATES}; default: all.",
      completionCandidates = Stages.class)
  List<String> stages = Bench.STAGES;

  @Option(
      names = "--traces",
      paramLabel = "N",
      defaultValue = "500000",
      description =
          "Records of the throughput stages (default: ${DEFAULT-VALUE}); assembly takes a third.")
  int traces;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Stream threads of each topology, Assay's and the baselines' (default: the processors of"
              + " the machine, which is what streams.threads should be where it does nothing"
              + " else).")
  int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--repeats",
      paramLabel = "N",
      defaultValue = "3",
      description = "Measured runs of each, the median counts (default: ${DEFAULT-VALUE}).")
  int repeats;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description =
          "Also write a list of {stage, records_per_second, baseline_records_per_second, ratio,"
              + " same_io_records_per_second, stateless_io_records_per_second, p50_ms, p99_ms,"
              + " p999_ms, …}.")
  @Nullable Path json;

  @SuppressWarnings("NullAway.Init") // picocli sets spec
  BenchCommand() {}

  static final class Stages implements Iterable<String> {
    @Override
    public java.util.Iterator<String> iterator() {
      return Bench.STAGES.iterator();
    }
  }

  private static Scorers kinds(ModelConfig models) {
    return Kinds.own(models, JudgeListener.silent());
  }

  @Override
  public Integer call() throws Exception {
    for (var stage : stages) {
      if (!Bench.STAGES.contains(stage)) {
        throw new ParameterException(
            spec.commandLine(),
            "--stages: '%s' is not a stage; allowed: %s"
                .formatted(stage, String.join(", ", Bench.STAGES)));
      }
    }
    check("--traces", traces, 1_000, 100_000_000);
    check("--threads", threads, 1, 64);
    check("--repeats", repeats, 1, 100);
    var folder = Files.createTempDirectory("assay-bench");
    try {
      new Bench(folder, BenchCommand::kinds, System.out)
          .run(stages, traces, repeats, threads, json);
    } finally {
      DemoCommand.delete(folder);
    }
    return 0;
  }

  private void check(String option, int value, int min, int max) {
    if (value < min || value > max) {
      throw new ParameterException(
          spec.commandLine(),
          "%s: %d is not allowed; allowed: %d to %d".formatted(option, value, min, max));
    }
  }
}
