package dev.assay.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.assay.judging.JudgeListener;
import dev.assay.judging.Judges;
import dev.assay.judging.ModelConfig;
import dev.assay.judging.Models;
import dev.assay.model.Feedback;
import dev.assay.model.Score;
import dev.assay.model.ScorerSpec;
import dev.assay.model.TestTraces;
import dev.assay.scoring.InvalidScorerException;
import dev.assay.scoring.RetryableScoringException;
import dev.assay.scoring.Scorer;
import dev.assay.scoring.Scorers;
import dev.assay.wire.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Asked by real judges, over the wire. */
@Timeout(120)
class SimulatedModelTest {
  private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

  private final PlantedTruth truth = new PlantedTruth();

  @Test
  void itKnowsThePlantedTruthOfEachAspect() throws Exception {
    truth.plant("t", "Hi?", "Get \"lost\" <now>!", Map.of("polite", false, "helpful", true));
    try (var model = start(SimulatedModel.Behaviour.constant(Duration.ZERO))) {
      assertThat(ask(model, "polite", Map.of(), "Hi?", "Get \"lost\" <now>!").score())
          .isEqualTo(new Score.Bool(false));
      var helpful = ask(model, "helpfulness", Map.of(), "Hi?", "Get \"lost\" <now>!");
      assertThat(helpful.score()).isEqualTo(new Score.Bool(true));
      assertThat(helpful.rationale()).containsIgnoringCase("simulated");
      assertThat(helpful.usage().inputTokens()).isPositive();
      // a judge of the whole: bad where any aspect is
      assertThat(ask(model, "quality", Map.of(), "Hi?", "Get \"lost\" <now>!").score())
          .isEqualTo(new Score.Bool(false));
      var unknown = ask(model, "polite", Map.of(), "Hi?", "never planted");
      assertThat(unknown.rationale()).contains("no truth is planted");
    }
  }

  @Test
  void itAnswersInTheAskedType() throws Exception {
    truth.plant("t", "q", "bad", Map.of("polite", false));
    truth.plant("t", "q", "good", Map.of("polite", true));
    var scale = Map.<String, Object>of("value", "number", "min", 1, "max", 5);
    var choice = Map.<String, Object>of("one_of", List.of("kind", "rude"));
    try (var model = start(SimulatedModel.Behaviour.constant(Duration.ZERO))) {
      assertThat(ask(model, "polite", scale, "q", "bad").score().asNumber()).isLessThan(3);
      assertThat(ask(model, "polite", scale, "q", "good").score().asNumber()).isGreaterThan(3);
      assertThat(ask(model, "polite", choice, "q", "bad").score())
          .isEqualTo(new Score.Text("rude"));
      assertThat(ask(model, "polite", choice, "q", "good").score())
          .isEqualTo(new Score.Text("kind"));
    }
  }

  @Test
  void itErrsAtTheStatedRatesAndAlwaysInTheSamePlaces() throws Exception {
    int n = 1_500;
    for (int i = 0; i < n; i++) {
      truth.plant("t", "q", "bad " + i, Map.of("polite", false));
      truth.plant("t", "q", "good " + i, Map.of("polite", true));
    }
    var behaviour = new SimulatedModel.Behaviour(7, 0.9, 0.8, Duration.ZERO, 0, 0);
    try (var model = start(behaviour);
        var again = start(behaviour)) {
      var bad = verdicts(model, n, "bad ");
      var good = verdicts(model, n, "good ");
      // 4 standard errors: 0.9 ± 0.031, 0.8 ± 0.041
      assertThat(share(bad, false)).isCloseTo(0.9, within(0.031));
      assertThat(share(good, true)).isCloseTo(0.8, within(0.041));
      assertThat(verdicts(again, 200, "bad ")).isEqualTo(bad.subList(0, 200));
    }
  }

  @Test
  void itLimitsRatesNowAndThen() throws Exception {
    try (var model = start(new SimulatedModel.Behaviour(1, 1, 1, Duration.ZERO, 0, 1))) {
      var judge = judge(model, "polite", Map.of());
      assertThat(
              org.assertj.core.api.Assertions.catchThrowableOfType(
                      RetryableScoringException.class,
                      () -> judge.score(TestTraces.chat("t", "q", "a")))
                  .retryAfter())
          .isEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void aThousandCallsAtATimeTakeAsLongAsOne() throws Exception {
    try (var model = start(SimulatedModel.Behaviour.constant(Duration.ofSeconds(1)))) {
      ask(model, "polite", Map.of(), "q", "warm up");
      var judge = judge(model, "polite", Map.of());
      var trace = TestTraces.chat("t", "q", "a");
      long began = System.nanoTime();
      try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var calls =
            java.util.stream.IntStream.range(0, 1_000)
                .mapToObj(_ -> (Callable<List<Feedback>>) () -> judge.score(trace))
                .toList();
        for (var call : threads.invokeAll(calls)) {
          assertThat(call.get()).hasSize(1);
        }
      }
      // one after another it would be 1,000 s; the margin is for connections on a busy machine
      assertThat(Duration.ofNanos(System.nanoTime() - began))
          .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));
    }
  }

  @Test
  void itServesOneModelAndSaysSo() throws Exception {
    try (var model = start(SimulatedModel.Behaviour.constant(Duration.ZERO));
        var client = HttpClient.newHttpClient()) {
      var models =
          client.send(
              HttpRequest.newBuilder(URI.create(model.baseUrl() + "/models")).build(),
              BodyHandlers.ofString());
      assertThat(Json.parse(models.body()).orElseThrow().path("data").get(0).path("id").asText())
          .isEqualTo("simulated-judge");
      var other =
          client.send(
              HttpRequest.newBuilder(URI.create(model.baseUrl() + "/chat/completions"))
                  .POST(HttpRequest.BodyPublishers.ofString("{\"model\": \"gpt-4o\"}"))
                  .build(),
              BodyHandlers.ofString());
      assertThat(other.statusCode()).isEqualTo(404);
      assertThat(other.body()).contains("model_not_found");
      var garbage =
          client.send(
              HttpRequest.newBuilder(URI.create(model.baseUrl() + "/chat/completions"))
                  .POST(HttpRequest.BodyPublishers.ofString("{"))
                  .build(),
              BodyHandlers.ofString());
      assertThat(garbage.statusCode()).isEqualTo(400);
    }
  }

  private List<Score> verdicts(SimulatedModel model, int n, String prefix) throws Exception {
    var judge = judge(model, "polite", Map.of());
    try (var threads = Executors.newFixedThreadPool(8)) {
      var calls =
          java.util.stream.IntStream.range(0, n)
              .mapToObj(i ->
                  (Callable<Score>)
                      () -> judge.score(TestTraces.chat("t", "q", prefix + i)).getFirst().score())
              .toList();
      var verdicts = new java.util.ArrayList<Score>();
      for (var call : threads.invokeAll(calls)) {
        verdicts.add(call.get());
      }
      return verdicts;
    }
  }

  private static double share(List<Score> verdicts, boolean value) {
    return verdicts.stream().filter(new Score.Bool(value)::equals).count()
        / (double) verdicts.size();
  }

  private SimulatedModel start(SimulatedModel.Behaviour behaviour) {
    return SimulatedModel.start(0, truth, behaviour, CLOCK);
  }

  private static Feedback ask(
      SimulatedModel model,
      String name,
      Map<String, Object> parameters,
      String question,
      String answer)
      throws Exception {
    return judge(model, name, parameters).score(TestTraces.chat("t", question, answer)).getFirst();
  }

  private static Scorer judge(SimulatedModel model, String name, Map<String, Object> parameters)
      throws InvalidScorerException {
    var provider = ModelConfig.Provider.at(model.baseUrl()).withMaxInFlight(2_000);
    var models =
        new Models(
            new ModelConfig(Map.of("simulated", provider), Map.of()),
            JudgeListener.silent(),
            CLOCK,
            new Random(1));
    var all = new HashMap<>(parameters);
    all.put("model", "simulated:/simulated-judge");
    all.put("instructions", "Is it? Question: {{ inputs }} Answer: {{ outputs }}");
    return new Scorers(Judges.factories(models)).create(ScorerSpec.of(name, "prompt", all));
  }
}
