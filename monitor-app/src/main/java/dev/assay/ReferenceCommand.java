package dev.assay;

import dev.assay.judging.ApiKey;
import dev.assay.judging.JudgeListener;
import dev.assay.judging.ModelConfig;
import dev.assay.metrics.Meter;
import dev.assay.scoring.ScorerCatalogue;
import dev.assay.wire.Topics;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "reference",
    header = "Prints what can be set, scored, measured and read.",
    description = "Markdown, made from the code; README has the same tables.",
    footer = {"", "Example:", "  assay reference settings"})
final class ReferenceCommand implements Callable<Integer> {
  /** The parts of the reference. */
  enum Part {
    settings,
    scorers,
    metrics,
    topics
  }

  @Parameters(paramLabel = "PART", description = "One of ${COMPLETION-CANDIDATES}.", arity = "1")
  Part part;

  @SuppressWarnings("NullAway.Init") // picocli sets part
  ReferenceCommand() {}

  @Override
  public Integer call() throws Exception {
    System.out.print(of(part));
    return 0;
  }

  static String of(Part part) throws Exception {
    return switch (part) {
      case settings -> Settings.reference();
      case scorers ->
          ScorerCatalogue.markdown(
              Kinds.all(ModelConfig.standard(ApiKey.NONE), JudgeListener.silent(), null));
      case metrics -> metrics();
      case topics -> topics();
    };
  }

  private static String metrics() {
    var table = new StringBuilder("| metric | type | labels | meaning |\n|---|---|---|---|\n");
    for (var meter : Meter.values()) {
      table.append(
          "| `%s` | %s | %s | %s |%n"
              .formatted(
                  meter.prometheusName(),
                  meter.type().name().toLowerCase(java.util.Locale.ROOT),
                  meter.labels().stream()
                      .map(label -> "`" + label + "`")
                      .collect(Collectors.joining(", ")),
                  meter.help()));
    }
    return table.toString();
  }

  private static String topics() {
    var table = new StringBuilder("| topic | cleanup | partitions |\n|---|---|---|\n");
    for (var topic : new Topics(4).all()) {
      table.append(
          "| `%s` | %s | %s |%n"
              .formatted(
                  topic.name(),
                  topic.config().get("cleanup.policy"),
                  topic.partitions() == 1 ? "1" : "`topics.partitions`"));
    }
    return table.toString();
  }
}
