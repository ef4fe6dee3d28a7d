package dev.assay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs {@link MappingCost} and prints it by span; a benchmark, so only when asked to. */
@EnabledIfSystemProperty(named = "jmh", matches = "true")
class MappingCostTest {
  @Test
  void printsTheCostOfASpan() throws Exception {
    var results =
        new Runner(
                new OptionsBuilder()
                    .include(MappingCost.class.getName())
                    .addProfiler(GCProfiler.class)
                    .build())
            .run();

    System.out.println("| capture | spans | µs a span | KB a span |\n|---|---|---|---|");
    for (var result : results) {
      var capture = result.getParams().getParam("capture");
      int spans = MappingCost.spans(capture);
      double micros = result.getPrimaryResult().getScore() / spans;
      double bytes = result.getSecondaryResults().get("gc.alloc.rate.norm").getScore() / spans;
      System.out.printf(
          "| `%s` | %d | %.1f ± %.1f | %.1f |%n",
          capture, spans, micros, result.getPrimaryResult().getScoreError() / spans, bytes / 1_000);
      assertThat(micros).isPositive();
    }
  }
}
