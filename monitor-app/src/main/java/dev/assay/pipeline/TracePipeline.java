package dev.assay.pipeline;

import dev.assay.assembly.AssembleTraces;
import dev.assay.assembly.AssemblyConfig;
import dev.assay.ingest.RekeySpans;
import dev.assay.metrics.Metrics;
import dev.assay.model.Assessment;
import dev.assay.redaction.TraceRedactor;
import dev.assay.scoring.Scorers;
import dev.assay.wire.EncodedTrace;
import dev.assay.wire.Topic;
import dev.assay.wire.Topics;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;

/** Spans to traces, traces to assessments and requests: application {@code assay-traces}. */
public final class TracePipeline implements Supplier<Topology> {
  public static final String APPLICATION_ID = "assay-traces";

  private final Topics topics;
  private final AssemblyConfig assembly;
  private final RedactTraces redact;
  private final InlineScorers scorers;
  private final Predicate<String> admits;
  private final Consumer<List<Assessment>> seen;
  private final Metrics metrics;
  private final InstantSource clock;

  /**
   * @param redactor of traces before they are stored; of those an application stored itself before
   *     they are scored
   * @param admits whether a scorer may run on this instance now, by name
   * @param seen told of what inline scorers say, for watching them; after a rolled-back transaction
   *     again
   */
  public TracePipeline(
      Topics topics,
      AssemblyConfig assembly,
      TraceRedactor redactor,
      Scorers scorers,
      Predicate<String> admits,
      Consumer<List<Assessment>> seen,
      Metrics metrics,
      InstantSource clock) {
    this.topics = topics;
    this.assembly = assembly;
    this.redact = new RedactTraces(redactor, metrics);
    this.scorers = new InlineScorers(scorers);
    this.admits = admits;
    this.seen = seen;
    this.metrics = metrics;
    this.clock = clock;
  }

  @Override
  public Topology get() {
    var builder = new StreamsBuilder();
    ScorerTable.addTo(builder, topics);

    new RekeySpans(topics, metrics).addTo(builder);
    var spans = read(builder, topics.spans(), "read-spans");
    var assembled = new AssembleTraces(assembly, topics, metrics).apply(spans);
    write(assembled.mapValues(redact, Named.as("redact-traces")), topics.traces());

    var traces = read(builder, topics.traces(), "read-traces");
    var sampled = sample(traces);
    write(
        sampled.mapValues(SampledTrace::record, Named.as("record-decisions")), topics.decisions());
    write(
        sampled
            .processValues(
                new ScoreInline(scorers, assembly.longestRevision(), seen, clock),
                Named.as("score-inline"))
            .merge(
                sampled.flatMap(new ReportEvaluations(clock), Named.as("report-evaluations")),
                Named.as("assess")),
        topics.assessments());
    write(
        sampled.flatMapValues(new RequestScoring(scorers, metrics), Named.as("request-scoring")),
        topics.scoringRequests());
    return builder.build();
  }

  private KStream<String, SampledTrace> sample(KStream<String, EncodedTrace> traces) {
    return traces.process(
        () -> new SampleTraces(scorers, admits, redact, metrics, clock), Named.as("sample-traces"));
  }

  private static <K, V> KStream<K, V> read(StreamsBuilder builder, Topic<K, V> topic, String name) {
    return builder.stream(topic.name(), Consumed.with(topic.keys(), topic.values()).withName(name));
  }

  private static <K, V> void write(KStream<K, V> stream, Topic<K, V> topic) {
    stream.to(
        topic.name(),
        Produced.with(topic.keys(), topic.values())
            .withName("write-" + topic.name().substring(topic.name().indexOf('.') + 1)));
  }
}
