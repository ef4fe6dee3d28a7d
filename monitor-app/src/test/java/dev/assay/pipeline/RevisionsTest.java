package dev.assay.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.assay.assembly.AssemblyConfig;
import dev.assay.metrics.Metrics;
import dev.assay.model.Assessment;
import dev.assay.model.AssessmentId;
import dev.assay.model.Feedback;
import dev.assay.model.Lane;
import dev.assay.model.Outcome;
import dev.assay.model.QualityWindow;
import dev.assay.model.QualityWindow.Counts;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScoringRequest;
import dev.assay.model.Trace;
import dev.assay.quality.OwnedSeries;
import dev.assay.quality.QualityConfig;
import dev.assay.redaction.Redaction;
import dev.assay.redaction.TraceRedactor;
import dev.assay.scoring.Assessments;
import dev.assay.scoring.Parameter;
import dev.assay.scoring.Scorer;
import dev.assay.scoring.ScorerFactory;
import dev.assay.scoring.Scorers;
import dev.assay.wire.TestOtlp;
import dev.assay.wire.TestOtlp.SpanSpec;
import dev.assay.wire.Topic;
import dev.assay.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Late spans from end to end: from OTLP through assembly, both lanes and quality to the counts. In
 * the end each (trace, scorer) counts once, as its last revision says.
 */
class RevisionsTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:10Z");

  private static final Scorer ANSWERED = RevisionsTest::answered;
  private static final Scorer JUDGE =
      new Scorer() {
        @Override
        public List<Feedback> score(Trace trace) {
          return answered(trace);
        }

        @Override
        public Lane lane() {
          return Lane.WORKER;
        }
      };

  private static List<Feedback> answered(Trace trace) {
    return List.of(Feedback.of(trace.answer() != null, "looked"));
  }

  private final Topics topics = new Topics(1);
  private final Metrics metrics = Metrics.standalone();
  private final TopologyTestDriver scoring =
      new TopologyTestDriver(
          new TracePipeline(
                  topics,
                  AssemblyConfig.DEFAULT,
                  new TraceRedactor(
                      new Redaction(Set.of(), Map.of(), new Redaction.Action.Replace())),
                  new Scorers(List.of(kind("answered", ANSWERED), kind("judge", JUDGE))),
                  _ -> true,
                  _ -> {},
                  metrics,
                  InstantSource.fixed(START))
              .get(),
          new Properties(),
          START);
  private final TopologyTestDriver quality =
      new TopologyTestDriver(
          new QualityPipeline(topics, metrics, QualityConfig.DEFAULTS, new OwnedSeries()).get(),
          new Properties(),
          START);
  private final TestInputTopic<String, byte[]> spans = in(scoring, topics.spans());
  private final TestOutputTopic<String, Assessment> inline = out(scoring, topics.assessments());
  private final TestOutputTopic<String, ScoringRequest> requests =
      out(scoring, topics.scoringRequests());
  private final TestInputTopic<String, Assessment> assessments = in(quality, topics.assessments());
  private final TestOutputTopic<String, QualityWindow> windows = out(quality, topics.quality());
  private final Map<String, QualityWindow> table = new HashMap<>();
  private Instant now = START;

  @AfterEach
  void close() {
    scoring.close();
    quality.close();
  }

  @Test
  void anInlineAssessmentOfARevisionTakesBackTheOneBefore() {
    define(ScorerSpec.of("answered", "answered", Map.of()).withSampleRate(1.0));

    orphanThenRoot();

    assertThat(inline.readValuesToList().stream().peek(this::count).toList())
        .extracting(Assessment::revision, Assessment::outcome)
        .containsExactly(tuple(1, Outcome.FAIL), tuple(2, Outcome.PASS));
    assertThat(total("answered")).isEqualTo(Counts.of(Outcome.PASS, 1, 1.0));
    assertThat(minutes("answered")).isEqualTo(Counts.of(Outcome.PASS, 1, 1.0));
  }

  @Test
  void theOneBeforeIsWithdrawnWhereTheScorerDoesNotSeeTheRevision() {
    define(spec("answered", "1", Map.of("status", List.of("IN_PROGRESS"))));

    orphanThenRoot();

    var said = inline.readValuesToList();
    said.forEach(this::count);
    assertThat(said)
        .extracting(Assessment::revision, Assessment::isWithdrawal)
        .containsExactly(tuple(1, false), tuple(2, true));
    assertThat(total("answered")).isEqualTo(Counts.ZERO);
    assertThat(minutes("answered")).isEqualTo(Counts.ZERO);
  }

  @Test
  void aScorerChangedInBetweenCountsOnceUnderItsNewVersion() {
    define(spec("answered", "1", Map.of()));
    send(TestOtlp.span(2, 1, "chat"));
    pass(Duration.ofSeconds(11));
    define(spec("answered", "2", Map.of()));
    root();

    inline.readValuesToList().forEach(this::count);

    assertThat(totals("answered"))
        .containsOnly(Map.entry("1", Counts.ZERO), Map.entry("2", Counts.of(Outcome.PASS, 1, 1.0)));
  }

  @Test
  void aJudgesAnswersCountOnceInWhateverOrderTheyCome() {
    define(ScorerSpec.of("judge", "judge", Map.of()));
    orphanThenRoot();
    var asked = requests.readValuesToList();
    assertThat(asked).extracting(r -> r.trace().header().revision()).containsExactly(1, 2);
    var first = judged(asked.getFirst());
    var second = judged(asked.getLast());

    for (var order :
        List.of(
            List.of(first, second),
            List.of(second, first),
            List.of(first, first, second, second, first))) {
      order.forEach(said -> count(retold(said, "t" + order.size() + order.getFirst().revision())));
    }

    assertThat(total("judge")).isEqualTo(times(3, Counts.of(Outcome.PASS, 1, 1.0)));
  }

  @Test
  void aJudgeThatIsNotAskedAgainIsWithdrawnEvenIfItAnswersLater() {
    define(spec("judge", "1", Map.of("status", List.of("IN_PROGRESS"))));
    orphanThenRoot();
    var withdrawal = inline.readValue();
    assertThat(withdrawal.isWithdrawal()).isTrue();
    var answer = judged(requests.readValue());
    assertThat(requests.isEmpty()).isTrue();

    count(withdrawal);
    count(answer);
    count(retold(answer, "t2"));
    count(retold(withdrawal, "t2"));

    assertThat(total("judge")).isEqualTo(Counts.ZERO);
  }

  private static ScorerSpec spec(String name, String version, Map<String, List<String>> filter) {
    var spec = ScorerSpec.of(name, name, Map.of());
    return new ScorerSpec(
        name,
        version,
        name,
        Map.of(),
        spec.level(),
        spec.state(),
        null,
        1.0,
        filter,
        spec.pass(),
        null,
        null,
        null);
  }

  private void orphanThenRoot() {
    send(TestOtlp.span(2, 1, "chat"));
    pass(Duration.ofSeconds(11));
    root();
  }

  private void root() {
    send(TestOtlp.span(1, 0, "ask").with("output.value", "Hello."));
    pass(Duration.ofSeconds(3));
  }

  private void send(SpanSpec... sent) {
    spans.pipeInput(TestOtlp.TRACE, TestOtlp.message(sent), now);
  }

  private void pass(Duration time) {
    now = now.plus(time);
    scoring.advanceWallClockTime(time);
  }

  private void define(ScorerSpec spec) {
    in(scoring, topics.scorers()).pipeInput(spec.name(), spec);
    pass(Duration.ofSeconds(1));
  }

  private void count(Assessment assessment) {
    assessments.pipeInput(assessment.traceId(), assessment);
    quality.advanceWallClockTime(Duration.ofSeconds(1));
    windows.readKeyValuesToList().forEach(record -> table.put(record.key, record.value));
  }

  private static Assessment judged(ScoringRequest request) {
    return Assessments.of(
            JUDGE,
            request.scorer(),
            request.trace(),
            answered(request.trace()),
            request.samplingProbability(),
            0,
            0,
            false)
        .getFirst();
  }

  /** The same, said of another trace. */
  private static Assessment retold(Assessment said, String traceId) {
    return new Assessment(
        AssessmentId.of(traceId, null, said.name(), said.scorer(), "1", said.revision()),
        said.name(),
        traceId,
        null,
        null,
        said.revision(),
        said.app(),
        said.environment(),
        said.appVersion(),
        said.scorer(),
        said.scorerVersion(),
        said.lane(),
        said.kind(),
        said.score(),
        said.outcome(),
        null,
        said.source(),
        said.sourceId(),
        said.error(),
        said.samplingProbability(),
        Map.of(),
        null,
        said.traceEndNanos(),
        0,
        0,
        false,
        null,
        said.supersedes());
  }

  private Counts total(String scorer) {
    return totals(scorer).values().stream().reduce(Counts.ZERO, Counts::plus);
  }

  private Map<String, Counts> totals(String scorer) {
    var totals = new HashMap<String, Counts>();
    for (var window : table.values()) {
      if (window.isTotal() && window.series().scorer().equals(scorer)) {
        totals.merge(window.series().scorerVersion(), window.counts(), Counts::plus);
      }
    }
    return totals;
  }

  private Counts minutes(String scorer) {
    var all = new ArrayList<Counts>();
    for (var window : table.values()) {
      if (!window.isTotal() && window.series().scorer().equals(scorer)) {
        all.add(window.counts());
      }
    }
    return all.stream().reduce(Counts.ZERO, Counts::plus);
  }

  private static Counts times(int n, Counts counts) {
    var sum = Counts.ZERO;
    for (int i = 0; i < n; i++) {
      sum = sum.plus(counts);
    }
    return sum;
  }

  private static <K, V> TestInputTopic<K, V> in(TopologyTestDriver driver, Topic<K, V> topic) {
    return driver.createInputTopic(
        topic.name(), topic.keys().serializer(), topic.values().serializer());
  }

  private static <K, V> TestOutputTopic<K, V> out(TopologyTestDriver driver, Topic<K, V> topic) {
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
