package dev.assay.pipeline;

import dev.assay.model.Outcome;
import dev.assay.model.QualityWindow;
import dev.assay.model.TestAssessments;
import dev.assay.model.TestTraces;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/**
 * Whatever arrives, in whatever order, cut by flushes anywhere: the windows are what an oracle
 * says.
 */
class QualityCountsPropertyTest {
  private static final List<Outcome> OUTCOMES = List.of(Outcome.values());
  private static final List<Double> PROBABILITIES = List.of(1.0, 0.5, 0.1, 0.3, 0.05);

  @Property(tries = 40)
  void countsEqualTheOracle(
      @ForAll @LongRange(min = 0, max = Long.MAX_VALUE) long seed,
      @ForAll @IntRange(min = 1, max = 120) int traces)
      throws IOException {
    var random = new Random(seed);
    var arriving = arrivals(random, traces);
    var oracle = new QualityOracle();
    Path state = Files.createTempDirectory("quality-property");
    try (var quality = new QualityDriver(state)) {
      for (var assessment : arriving) {
        oracle.add(assessment.get());
        quality.pipe(assessment);
        if (random.nextInt(10) == 0) {
          quality.advance(Duration.ofMillis(random.nextInt(1_200)));
        }
      }
      quality.advance(Duration.ofSeconds(1));
      quality.read();
      oracle.assertEquals(quality.table());
    } finally {
      Files.deleteIfExists(state);
    }
  }

  /** Of every kind, revised now and then; the worker's and people's come up to four times. */
  private static List<TestAssessments> arrivals(Random random, int traces) {
    var arriving = new ArrayList<TestAssessments>();
    for (int trace = 0; trace < traces; trace++) {
      var said =
          TestAssessments.of("t" + trace, random.nextBoolean() ? "polite" : "helpful")
              .version(random.nextBoolean() ? "1.0" : "2.0")
              .scorerVersion(random.nextInt(4) == 0 ? "2" : "1")
              .probability(PROBABILITIES.get(random.nextInt(PROBABILITIES.size())))
              .outcome(OUTCOMES.get(random.nextInt(4)))
              .endedAt(TestTraces.T0 - random.nextLong(5 * QualityWindow.MINUTE));
      said =
          switch (random.nextInt(6)) {
            case 0 -> said.judged();
            case 1 -> said.byPerson();
            case 2 -> said.backfilled();
            case 3 -> random.nextBoolean() ? said.expectation() : said;
            default -> said;
          };
      var all = new ArrayList<>(List.of(said));
      if (random.nextInt(4) == 0) {
        all.add(
            said.revised(
                OUTCOMES.get(random.nextInt(4)),
                TestTraces.T0 - random.nextLong(QualityWindow.MINUTE)));
      }
      for (var each : all) {
        boolean repeats =
            each.lane() == dev.assay.model.Lane.WORKER
                || each.source() == dev.assay.model.SourceType.HUMAN;
        arriving.addAll(Collections.nCopies(repeats ? 1 + random.nextInt(4) : 1, each));
      }
    }
    Collections.shuffle(arriving, random);
    return arriving;
  }
}
