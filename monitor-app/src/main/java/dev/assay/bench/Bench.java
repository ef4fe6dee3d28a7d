package dev.assay.bench;

import dev.assay.bench.StageResult.Comparison;
import dev.assay.bench.StageResult.Latency;
import dev.assay.bench.StageResult.Memory;
import dev.assay.judging.ModelConfig;
import dev.assay.scoring.Scorers;
import dev.assay.wire.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Runs stages one after another on embedded brokers in this process, and reports. */
public final class Bench {
  /** Of every topic in the benchmark. */
  static final int PARTITIONS = 4;

  /** Of all data. */
  static final long SEED = 42;

  /**
   * Every stage, in the order they run. {@code otlp-http-10x50}: 10 spans a trace, 50 traces a
   * request.
   */
  public static final List<String> STAGES =
      List.of(
          "inline-1.0",
          "inline-0.01",
          "assembly",
          "latency-1000",
          "worker-1000",
          "open-traces-100000",
          "otlp-http-10x1",
          "otlp-http-10x50",
          "otlp-http-100x1",
          "otlp-http-100x50",
          "otlp-grpc-10x1",
          "otlp-grpc-10x50",
          "otlp-grpc-100x1",
          "otlp-grpc-100x50");

  private static final Pattern OTLP = Pattern.compile("otlp-(http|grpc)-(\\d+)x(\\d+)");

  private final Path folder;
  private final Function<ModelConfig, Scorers> kinds;
  private final PrintStream out;

  /**
   * @param folder for brokers and state; the caller deletes it
   * @param kinds of scorer, with their models
   */
  public Bench(Path folder, Function<ModelConfig, Scorers> kinds, PrintStream out) {
    this.folder = folder;
    this.kinds = kinds;
    this.out = out;
  }

  /**
   * Runs the stages and prints a table; a row appears when its stage is done.
   *
   * @param stages some of {@link #STAGES}
   * @param traces records of the throughput stages
   * @param threads of the Streams applications, Assay's and the baselines'
   * @param repeats measured runs of each, of which the median counts
   * @param json where the rows go as well
   */
  public void run(List<String> stages, int traces, int repeats, int threads, @Nullable Path json)
      throws Exception {
    out.printf(
        Locale.ROOT,
        "%-18s %12s %12s %6s %8s %8s %8s %12s %8s%n",
        "stage",
        "records/s",
        "baseline/s",
        "ratio",
        "p50 ms",
        "p99 ms",
        "p99.9 ms",
        "B/record",
        "heap MB");
    var results = new ArrayList<StageResult>();
    for (var stage : stages) {
      var result = run(stage, traces, repeats, threads);
      results.add(result);
      print(result);
      if (json != null) {
        write(json, results);
      }
    }
  }

  private StageResult run(String stage, int traces, int repeats, int threads) throws Exception {
    var place = Files.createTempDirectory(folder, "stage");
    return switch (stage) {
      case "inline-1.0" -> inline(place, threads).throughput(1.0, traces, repeats);
      case "inline-0.01" -> inline(place, threads).throughput(0.01, traces, repeats);
      case "assembly" -> new AssemblyStage(place, threads).throughput(traces / 3, repeats);
      case "latency-1000" -> inline(place, threads).latency(1_000, Duration.ofSeconds(30));
      case "worker-1000" ->
          new WorkerStage(place, kinds)
              .throughput(1_000, Duration.ofSeconds(1), Duration.ofSeconds(40));
      case "open-traces-100000" ->
          StageResult.ofOpenTraces(stage, new OpenTracesStage(place).measure(100_000));
      default -> {
        var otlp = OTLP.matcher(stage);
        if (!otlp.matches()) {
          throw new IllegalArgumentException("unknown stage: " + stage);
        }
        yield new IngestStage(
                place,
                threads,
                Objects.requireNonNull(otlp.group(1)),
                number(otlp, 2),
                number(otlp, 3))
            .throughput();
      }
    };
  }

  private static int number(Matcher stage, int group) {
    return Integer.parseInt(Objects.requireNonNull(stage.group(group)));
  }

  private InlineStage inline(Path place, int threads) {
    return new InlineStage(place, threads, kinds.apply(new ModelConfig(Map.of(), Map.of())));
  }

  private void print(StageResult result) {
    var comparison = result.comparison();
    var latency = result.latency();
    var memory = result.memory();
    out.printf(
        Locale.ROOT,
        "%-18s %12.0f %12s %6s %8s %8s %8s %12s %8s%n",
        result.stage(),
        result.recordsPerSecond(),
        number(comparison, Comparison::baseline),
        comparison == null ? "-" : String.format(Locale.ROOT, "%.2f", comparison.ratio()),
        number(latency, Latency::p50),
        number(latency, Latency::p99),
        number(latency, Latency::p999),
        number(memory, Memory::allocatedPerRecord),
        number(memory, Memory::heapUsedMb));
    if (comparison != null && result.withoutWork() != null) {
      print("the same I/O", result.withoutWork().sameIo(), result, comparison);
      print("the same but changelogs", result.withoutWork().stateless(), result, comparison);
    }
    var open = result.openTraces();
    if (open != null) {
      out.printf(
          Locale.ROOT,
          "  %.0f MB of heap; an open trace: %.0f bytes of heap, %.0f of disk%n",
          open.heapMb(),
          open.heapBytesPerTrace(),
          open.diskBytesPerTrace());
    }
    out.flush();
  }

  private void print(
      String what, double recordsPerSecond, StageResult result, Comparison comparison) {
    out.printf(
        Locale.ROOT,
        "  %s, without any work: %.0f records/s, %.2f of the baseline;"
            + " of these the stage has %.2f%n",
        what,
        recordsPerSecond,
        recordsPerSecond / comparison.baseline(),
        result.recordsPerSecond() / recordsPerSecond);
  }

  private static <T> String number(@Nullable T from, ToDoubleFunction<T> number) {
    return from == null ? "-" : String.format(Locale.ROOT, "%.0f", number.applyAsDouble(from));
  }

  private static void write(Path json, List<StageResult> results) throws IOException {
    Files.writeString(
        json, Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(results) + "\n");
  }
}
