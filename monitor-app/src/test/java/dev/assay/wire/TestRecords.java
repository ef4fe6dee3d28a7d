package dev.assay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.model.Decision;
import dev.assay.model.QualityEvent;
import dev.assay.model.QualitySeries;
import dev.assay.model.QualityWindow;
import dev.assay.model.ScorerSpec;
import dev.assay.model.ScoringRequest;
import dev.assay.model.SourceType;
import dev.assay.model.TestAssessments;
import dev.assay.model.TestTraces;
import dev.assay.model.TraceDecisions;
import java.util.List;
import java.util.Map;

/** A record for each topic whose records are Avro. */
public final class TestRecords {
  public static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

  private TestRecords() {}

  /** A record and its topic, as two instances of Assay may know it. */
  public static final class Sample<V> {
    private final String name;
    private final java.util.function.Function<Topics, Topic<String, V>> topic;
    private final V value;

    private Sample(java.util.function.Function<Topics, Topic<String, V>> topic, V value) {
      this.name = topic.apply(new Topics(1)).name();
      this.topic = topic;
      this.value = value;
    }

    public String topic() {
      return name;
    }

    public byte[] write(Topics topics) {
      return topic.apply(topics).values().serializer().serialize(name, value);
    }

    /** Reads it, and compares. */
    public void assertReadBy(Topics topics, byte[] written) {
      var read = topic.apply(topics).values().deserializer().deserialize(name, written);
      assertThat(plain(read)).isEqualTo(plain(value));
    }

    private static Object plain(Object value) {
      return value instanceof EncodedTrace encoded ? encoded.trace() : value;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  public static List<Sample<?>> all() {
    var spec = ScorerSpec.of("plain", "not_empty", Map.of());
    var trace = TestTraces.agentWithFailedTool(TRACE);
    var request = new ScoringRequest("r1", 0.25, 1, 5, 0, false, spec, trace);
    return List.of(
        new Sample<>(Topics::traces, EncodedTrace.of(trace)),
        new Sample<>(Topics::scorers, spec),
        new Sample<>(Topics::scoringRequests, request),
        new Sample<>(Topics::scoringRetries, request.retryAt(77)),
        new Sample<>(Topics::assessments, TestAssessments.of(TRACE, "plain").get()),
        new Sample<>(
            Topics::decisions,
            new TraceDecisions(
                TRACE,
                1,
                "app",
                9,
                List.of(new TraceDecisions.Pair("s", "1", Decision.FILTERED, 0)))),
        new Sample<>(
            Topics::quality,
            new QualityWindow(
                new QualitySeries("a", "e", "v", "s", "1", SourceType.CODE),
                60,
                60,
                new QualityWindow.Counts(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13),
                "t")),
        new Sample<>(
            Topics::events,
            new QualityEvent("e", QualityEvent.Kind.SCORER_PAUSED, "s", null, null, "why", 4)));
  }
}
