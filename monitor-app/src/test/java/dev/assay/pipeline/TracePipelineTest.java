package dev.assay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.assembly.AssemblyConfig;
import dev.assay.metrics.Metrics;
import dev.assay.model.Assessment;
import dev.assay.model.CloseReason;
import dev.assay.model.Decision;
import dev.assay.model.Feedback;
import dev.assay.model.Lane;
import dev.assay.model.Outcome;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScorerState;
import dev.assay.model.ScoringRequest;
import dev.assay.model.TestTraces;
import dev.assay.model.Trace;
import dev.assay.model.TraceDecisions;
import dev.assay.redaction.PiiType;
import dev.assay.redaction.Redaction;
import dev.assay.redaction.TraceRedactor;
import dev.assay.scoring.Parameter;
import dev.assay.scoring.Scorer;
import dev.assay.scoring.ScorerFactory;
import dev.assay.scoring.Scorers;
import dev.assay.wire.EncodedTrace;
import dev.assay.wire.TestOtlp;
import dev.assay.wire.Topic;
import dev.assay.wire.Topics;
import dev.assay.wire.TraceMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TracePipelineTest {
  private final Topics topics = new Topics(1);
  private final Set<String> notAdmitted = new HashSet<>();
  private TopologyTestDriver driver;
  private TestInputTopic<String, ScorerSpec> scorers;
  private TestInputTopic<String, EncodedTrace> traces;
  private TestOutputTopic<String, Assessment> assessments;
  private TestOutputTopic<String, ScoringRequest> requests;
  private TestOutputTopic<String, TraceDecisions> decisions;

  @BeforeEach
  void start() {
    driver = new TopologyTestDriver(pipeline().get(), new Properties());
    scorers = in(topics.scorers());
    traces = in(topics.traces());
    assessments = out(topics.assessments());
    requests = out(topics.scoringRequests());
    decisions = out(topics.decisions());
  }

  private TracePipeline pipeline() {
    return new TracePipeline(
        topics,
        AssemblyConfig.DEFAULT,
        new TraceRedactor(
            new Redaction(Set.of(PiiType.EMAIL), Map.of(), new Redaction.Action.Replace())),
        new Scorers(
            List.of(
                kind("passes", trace -> List.of(Feedback.of(true, "fine"))),
                kind(
                    "throws",
                    trace -> {
                      throw new IllegalStateException("boom");
                    }),
                kind(
                    "asks",
                    new Scorer() {
                      @Override
                      public List<Feedback> score(dev.assay.model.Trace trace) {
                        throw new AssertionError("not on a stream thread");
                      }

                      @Override
                      public Lane lane() {
                        return Lane.WORKER;
                      }
                    }))),
        name -> !notAdmitted.contains(name),
        _ -> {},
        Metrics.standalone(),
        InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000)));
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void aTraceIsScoredInlineAndRequestedFromTheWorkerLane() {
    define(ScorerSpec.of("good", "passes", Map.of()));
    define(ScorerSpec.of("judge", "asks", Map.of()).withSampleRate(1.0));

    send("t1");

    var assessment = assessments.readValue();
    assertThat(assessment.scorer()).isEqualTo("good");
    assertThat(assessment.outcome()).isEqualTo(Outcome.PASS);
    assertThat(assessment.samplingProbability()).isEqualTo(1.0);
    assertThat(assessment.app()).isEqualTo("support-chat");
    var request = requests.readKeyValue();
    assertThat(request.key).isEqualTo("t1");
    assertThat(request.value.scorer().name()).isEqualTo("judge");
    assertThat(request.value.trace()).isEqualTo(TestTraces.chat("t1", "Hi?", "Hello."));
    assertThat(decisions.readValue().decisions())
        .extracting(TraceDecisions.Pair::scorer, TraceDecisions.Pair::decision)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("good", Decision.SAMPLED),
            org.assertj.core.groups.Tuple.tuple("judge", Decision.SAMPLED));
    assertThat(assessments.isEmpty()).isTrue();
  }

  @Test
  void aScorerThatThrowsIsAnErrorAndHarmsNobodyElse() {
    define(ScorerSpec.of("bad", "throws", Map.of()));
    define(ScorerSpec.of("good", "passes", Map.of()));

    send("t1");

    assertThat(assessments.readValuesToList())
        .extracting(Assessment::scorer, Assessment::outcome)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("bad", Outcome.ERROR),
            org.assertj.core.groups.Tuple.tuple("good", Outcome.PASS));
  }

  @Test
  void verdictsOnSpansBecomeAssessmentsOfOneIdWhateverTheRevision() {
    for (int revision : List.of(1, 2)) {
      var trace = evaluated(revision);
      traces.pipeInput(trace.traceId(), EncodedTrace.ofBytes(EncodedTrace.of(trace).bytes()));
    }

    var reported = assessments.readValuesToList();
    assertThat(reported)
        .extracting(Assessment::name, Assessment::outcome, Assessment::lane)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("reported/tone", Outcome.PASS, Lane.WORKER),
            org.assertj.core.groups.Tuple.tuple("reported/tone", Outcome.PASS, Lane.WORKER));
    assertThat(reported.getFirst().assessmentId()).isEqualTo(reported.getLast().assessmentId());
  }

  private static Trace evaluated(int revision) {
    var span =
        TestOtlp.span(1, 0, "chat")
            .event(
                "gen_ai.evaluation.result",
                Map.of("gen_ai.evaluation.name", "tone", "gen_ai.evaluation.score.label", "pass"));
    return Objects.requireNonNull(
        new TraceMapper(10)
            .map(
                TestOtlp.TRACE,
                List.of(TestOtlp.message(span)),
                revision,
                CloseReason.IDLE,
                TestTraces.T0)
            .trace());
  }

  @Test
  void aTraceNobodySamplesIsNotDecodedWhole() {
    define(ScorerSpec.of("never", "passes", Map.of()).withSampleRate(0));
    var whole = EncodedTrace.of(TestTraces.chat("t1", "Hi?", "Hello.")).bytes();
    // the body is missing: it would fail if anybody looked
    var cut = EncodedTrace.ofBytes(java.util.Arrays.copyOf(whole, whole.length - 40));

    traces.pipeInput("t1", cut);

    assertThat(decisions.readValue().decisions())
        .extracting(TraceDecisions.Pair::decision)
        .containsExactly(Decision.SAMPLED_OUT);
    assertThat(assessments.isEmpty()).isTrue();
  }

  @Test
  void aDefinitionThatCannotBeMadeIsPaused() {
    define(ScorerSpec.of("odd", "no_such_kind", Map.of()));
    define(ScorerSpec.of("good", "passes", Map.of()));

    send("t1");

    assertThat(assessments.readValuesToList())
        .extracting(Assessment::scorer)
        .containsExactly("good");
    assertThat(decisions.readValue().decisions())
        .extracting(TraceDecisions.Pair::scorer, TraceDecisions.Pair::decision)
        .contains(org.assertj.core.groups.Tuple.tuple("odd", Decision.PAUSED));
  }

  @Test
  void aScorerKeptFromRunningOnThisInstanceIsPaused() {
    define(ScorerSpec.of("good", "passes", Map.of()));
    notAdmitted.add("good");

    send("t1");

    assertThat(assessments.isEmpty()).isTrue();
    assertThat(decisions.readValue().decisions())
        .extracting(TraceDecisions.Pair::decision)
        .containsExactly(Decision.PAUSED);
  }

  @Test
  void personalDataIsGoneBeforeATraceIsStored() {
    var stored = out(topics.traces());

    in(topics.spans())
        .pipeInput(
            TestOtlp.TRACE,
            TestOtlp.message(
                TestOtlp.span(1, 0, "ask").with("input.value", "I am bob@example.com")));
    driver.advanceWallClockTime(Duration.ofSeconds(5));

    var trace = stored.readValue().trace();
    assertThat(trace.question()).isEqualTo("I am [redacted:email]");
    assertThat(trace.toString()).doesNotContain("bob@example.com");
  }

  @Test
  void personalDataOfAPublishedTraceIsGoneBeforeAModelSeesIt() {
    define(ScorerSpec.of("judge", "asks", Map.of()));
    var chat = TestTraces.chat("t1", "I am bob@example.com", "Hello.");
    driver.advanceWallClockTime(Duration.ofSeconds(1));

    traces.pipeInput("t1", EncodedTrace.of(TestTraces.published(chat)));

    assertThat(requests.readValue().trace().toString())
        .contains("I am [redacted:email]")
        .doesNotContain("bob@example.com");
  }

  @Test
  void definitionsChangeWhileTheStreamRuns() {
    define(ScorerSpec.of("good", "passes", Map.of()));
    send("t1");
    define(ScorerSpec.of("good", "passes", Map.of()).withState(ScorerState.STOPPED, null));
    send("t2");
    scorers.pipeInput("good", (ScorerSpec) null);
    define(ScorerSpec.of("other", "passes", Map.of()));
    send("t3");

    assertThat(assessments.readValuesToList())
        .extracting(a -> a.traceId() + " " + a.scorer())
        .containsExactly("t1 good", "t3 other");
  }

  /** A change here is a change of node and store names: state and offsets of a running cluster. */
  @Test
  void theTopologyIsTheOneOnRecord() throws Exception {
    assertGolden("traces.txt", pipeline().get().describe().toString());
  }

  static void assertGolden(String name, String actual) throws Exception {
    var file = Path.of("src/test/resources/topology", name);
    if (Boolean.getBoolean("golden.write")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, actual);
    }
    assertThat(actual)
        .as("rewrite with -Dgolden.write=true, then read the difference")
        .isEqualTo(Files.readString(file));
  }

  private void define(ScorerSpec spec) {
    scorers.pipeInput(spec.name(), spec);
    driver.advanceWallClockTime(Duration.ofSeconds(1));
  }

  private void send(String traceId) {
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    traces.pipeInput(traceId, EncodedTrace.of(TestTraces.chat(traceId, "Hi?", "Hello.")));
  }

  private <K, V> TestInputTopic<K, V> in(Topic<K, V> topic) {
    return driver.createInputTopic(
        topic.name(), topic.keys().serializer(), topic.values().serializer());
  }

  private <K, V> TestOutputTopic<K, V> out(Topic<K, V> topic) {
    return driver.createOutputTopic(
        topic.name(), topic.keys().deserializer(), topic.values().deserializer());
  }

  private static ScorerFactory kind(String kind, Scorer scorer) {
    return new ScorerFactory() {
      @Override
      public String kind() {
        return kind;
      }

      @Override
      public String description() {
        return kind;
      }

      @Override
      public List<Parameter> parameters() {
        return List.of();
      }

      @Override
      public Scorer create(ScorerSpec spec) {
        return scorer;
      }
    };
  }
}
