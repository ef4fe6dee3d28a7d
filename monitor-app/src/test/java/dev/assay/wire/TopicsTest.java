package dev.assay.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.assay.model.Assessment;
import dev.assay.model.AssessmentKind;
import dev.assay.model.Decision;
import dev.assay.model.JudgeUsage;
import dev.assay.model.Lane;
import dev.assay.model.Level;
import dev.assay.model.Objective;
import dev.assay.model.Outcome;
import dev.assay.model.PassCondition;
import dev.assay.model.QualityEvent;
import dev.assay.model.QualitySeries;
import dev.assay.model.QualityWindow;
import dev.assay.model.Score;
import dev.assay.model.ScorerError;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScorerState;
import dev.assay.model.ScoringRequest;
import dev.assay.model.Session;
import dev.assay.model.SourceType;
import dev.assay.model.Superseded;
import dev.assay.model.TestTraces;
import dev.assay.model.TraceDecisions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written to a topic is what is read from it. */
class TopicsTest {
  private final Topics topics = new Topics(3);

  private static final ScorerSpec SPEC =
      new ScorerSpec(
          "helpful",
          "7",
          "prompt",
          Map.of("instructions", "Is {{ outputs }} helpful?", "rules", List.of("a", "b"), "n", 3),
          Level.TRACE,
          ScorerState.PAUSED,
          "key refused",
          0.25,
          Map.of("app", List.of("a", "b")),
          new PassCondition.AtLeast(0.7),
          new Objective(Objective.Direction.AT_LEAST, 0.95),
          "team",
          "helpfulness");

  @ParameterizedTest
  @MethodSource("traces")
  void aTraceComesBackWhole(dev.assay.model.Trace trace) {
    var values = topics.traces().values();
    var bytes = values.serializer().serialize("t", EncodedTrace.of(trace));
    var read = values.deserializer().deserialize("t", bytes);

    assertThat(read.header()).isEqualTo(trace.header());
    assertThat(read.trace()).isEqualTo(trace);
    assertThat(read.bytes()).isSameAs(bytes);
  }

  static Stream<dev.assay.model.Trace> traces() {
    return Stream.of(
        TestTraces.chat("0af7651916cd43dd8448eb211c80319c", "Hi?", "Hello."),
        TestTraces.agentWithFailedTool("0af7651916cd43dd8448eb211c80319d"));
  }

  @Test
  void theHeaderReaderFollowsTheSchema() {
    var fields =
        dev.assay.schemas.Trace.getClassSchema().getFields().stream()
            .map(field -> field.name())
            .toList();
    assertThat(fields.subList(0, TraceAvro.HEADER_FIELDS.size()))
        .isEqualTo(TraceAvro.HEADER_FIELDS);
    assertThat(names(dev.assay.schemas.TraceStatus.values()))
        .isEqualTo(names(dev.assay.model.TraceStatus.values()));
    assertThat(names(dev.assay.schemas.CloseReason.values()))
        .isEqualTo(names(dev.assay.model.CloseReason.values()));
    assertThat(names(dev.assay.schemas.SpanType.values()))
        .isEqualTo(names(dev.assay.model.SpanType.values()));
    assertThat(names(dev.assay.schemas.SpanStatus.values()))
        .isEqualTo(names(dev.assay.model.SpanStatus.values()));
  }

  @Test
  void theEnumsOfAssessmentsFollowTheSchema() {
    assertThat(names(dev.assay.schemas.Lane.values())).isEqualTo(names(Lane.values()));
    assertThat(names(dev.assay.schemas.AssessmentKind.values()))
        .isEqualTo(names(AssessmentKind.values()));
    assertThat(names(dev.assay.schemas.Outcome.values())).isEqualTo(names(Outcome.values()));
    assertThat(names(dev.assay.schemas.SourceType.values())).isEqualTo(names(SourceType.values()));
  }

  @Test
  void theHeaderIsReadWithoutTheSpans() {
    var trace = TestTraces.chat("0af7651916cd43dd8448eb211c80319c", "Hi?", "Hello.");
    var bytes = TraceAvro.encode(trace);
    // what follows the header is cut off: the header does not care, the whole trace does
    var cut = Arrays.copyOf(bytes, bytes.length - 40);

    var read = EncodedTrace.ofBytes(cut);

    assertThat(read.header()).isEqualTo(trace.header());
    assertThatThrownBy(read::trace).isInstanceOf(SerializationException.class);
  }

  @ParameterizedTest
  @MethodSource("values")
  void anAssessmentComesBackWhole(Score score) {
    var assessment =
        new Assessment(
            "id",
            "name",
            "trace",
            "span",
            "session",
            2,
            "app",
            "env",
            "1.0",
            "scorer",
            "3",
            Lane.WORKER,
            AssessmentKind.FEEDBACK,
            score,
            Outcome.NONE,
            "because",
            SourceType.LLM_JUDGE,
            "openai:/m",
            null,
            0.1,
            Map.of("k", "v"),
            new JudgeUsage("openai:/m", 10, 5, 0.001),
            1,
            2,
            3,
            true,
            "other",
            new Superseded(Outcome.FAIL, 0.0, 10, 5));
    assertRoundTrip(topics.assessments(), assessment);
  }

  static Stream<Score> values() {
    return Stream.of(
        Score.of(true),
        Score.of(0.5),
        Score.of("yes"),
        Score.of(List.of(true, 1.0, "a")),
        Score.of(Map.of("a", 1.0)));
  }

  @Test
  void aFailedAssessmentComesBackWhole() {
    assertRoundTrip(
        topics.assessments(),
        new Assessment(
            "id",
            "name",
            "trace",
            null,
            null,
            1,
            "app",
            "env",
            "",
            "scorer",
            "3",
            Lane.INLINE,
            AssessmentKind.FEEDBACK,
            null,
            Outcome.ERROR,
            null,
            SourceType.CODE,
            "contains",
            new ScorerError("SCORER_EXCEPTION", "boom", "at x"),
            1,
            Map.of(),
            null,
            1,
            2,
            3,
            false,
            null,
            null));
  }

  @Test
  void everyOtherRecordComesBackWhole() {
    assertRoundTrip(topics.scorers(), SPEC);
    assertRoundTrip(topics.scorers(), ScorerSpec.of("plain", "not_empty", Map.of()));
    var request =
        new ScoringRequest(
            "r1", 0.25, 1, 5, 0, false, SPEC, TestTraces.agentWithFailedTool("trace"));
    assertRoundTrip(topics.scoringRequests(), request);
    assertRoundTrip(topics.scoringRetries(), request.retryAt(77));
    assertRoundTrip(
        topics.decisions(),
        new TraceDecisions(
            "t", 1, "app", 9, List.of(new TraceDecisions.Pair("s", "1", Decision.FILTERED, 0))));
    assertRoundTrip(
        topics.quality(),
        new QualityWindow(
            new QualitySeries("a", "e", "v", "s", "1", SourceType.CODE),
            60,
            60,
            new QualityWindow.Counts(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13),
            "t"));
    assertRoundTrip(
        topics.events(),
        new QualityEvent("e", QualityEvent.Kind.SCORER_PAUSED, "s", null, null, "why", 4));
  }

  @Test
  void anUnknownRecordIsRefusedWithTheTopicsName() {
    assertThatThrownBy(() ->
            topics
                .assessments()
                .values()
                .deserializer()
                .deserialize("assay.assessments", new byte[] {1, 2, 3}))
        .isInstanceOf(SerializationException.class)
        .hasMessageContaining("not Avro single-object encoding");
  }

  /** Bytes that a broken or hostile publisher sends: refused, never worse. */
  @Test
  void mutilatedRecordsAreRefusedOrRead() {
    var random = new java.util.SplittableRandom(7);
    var whole =
        TraceAvro.encode(TestTraces.agentWithFailedTool("0af7651916cd43dd8448eb211c80319d"));
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      var bytes = Arrays.copyOf(whole, AvroCodec.PREFIX + random.nextInt(whole.length));
      for (int flips = random.nextInt(4); flips >= 0; flips--) {
        bytes[AvroCodec.PREFIX + random.nextInt(bytes.length - AvroCodec.PREFIX + 1) - 1] =
            (byte) random.nextInt();
      }
      try {
        EncodedTrace.ofBytes(bytes).trace();
      } catch (SerializationException expected) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(10_000);
  }

  /** What is on the topics when Assay is made new. */
  @Test
  void recordsOfThePublishedSchemasAreRead() throws Exception {
    Schema published;
    try (var in = dev.assay.schemas.Trace.class.getResourceAsStream("/published/Trace.avsc")) {
      published = new Schema.Parser().parse(in);
    }
    var trace = TestTraces.agentWithFailedTool("0af7651916cd43dd8448eb211c80319d");
    var reader = new BinaryMessageDecoder<GenericRecord>(GenericData.get(), published);
    reader.addSchema(dev.assay.schemas.Trace.getClassSchema());
    var asPublished =
        new BinaryMessageEncoder<GenericRecord>(GenericData.get(), published)
            .encode(reader.decode(TraceAvro.encode(trace)));
    var bytes = new byte[asPublished.remaining()];
    asPublished.get(bytes);

    assertThat(TraceAvro.decode(bytes)).isEqualTo(trace);
    assertThat(EncodedTrace.ofBytes(bytes).header()).isEqualTo(trace.header());
  }

  @Test
  void everyTopicHasANameOfItsOwn() {
    assertThat(topics.all()).extracting(Topic::name).doesNotHaveDuplicates().hasSize(13);
  }

  @Test
  void aSessionComesBackWhole() {
    var chat = TestTraces.chat("0af7651916cd43dd8448eb211c80319c", "Hi?", "Hello.");
    var again = TestTraces.agentWithFailedTool("0af7651916cd43dd8448eb211c80319d");

    assertRoundTrip(
        topics.sessions(),
        Session.closed(
            List.of(Session.of(chat), Session.of(again)), 3, Session.CloseReason.MAX_AGE, 7, 2));
  }

  private static <K, V> void assertRoundTrip(Topic<K, V> topic, V value) {
    var bytes = topic.values().serializer().serialize(topic.name(), value);
    assertThat(topic.values().deserializer().deserialize(topic.name(), bytes)).isEqualTo(value);
  }

  private static List<String> names(Enum<?>[] constants) {
    return Arrays.stream(constants).map(Enum::name).toList();
  }
}
