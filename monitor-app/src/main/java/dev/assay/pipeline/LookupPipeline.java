package dev.assay.pipeline;

import dev.assay.lookup.IndexAssessments;
import dev.assay.lookup.IndexTraces;
import dev.assay.wire.Topic;
import dev.assay.wire.Topics;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.streams.Topology;

/**
 * {@code assay.traces} and {@code assay.assessments} → where each record is. Writes nothing but its
 * stores, which {@code StreamsLookup} reads.
 */
public final class LookupPipeline implements Supplier<Topology> {
  public static final String APPLICATION_ID = "assay-lookup";

  private final Topics topics;
  private final Duration retention;

  /**
   * @param retention how long the two topics keep a record, > 0
   */
  public LookupPipeline(Topics topics, Duration retention) {
    this.topics = topics;
    this.retention = retention;
  }

  @Override
  public Topology get() {
    var topology = new Topology();
    read(topology, "read-traces", topics.traces())
        .addProcessor("index-traces", IndexTraces.keeping(retention), "read-traces");
    read(topology, "read-assessments", topics.assessments())
        .addProcessor("index-assessments", IndexAssessments.keeping(retention), "read-assessments");
    return topology;
  }

  private static <K, V> Topology read(Topology topology, String name, Topic<K, V> topic) {
    return topology.addSource(
        name, topic.keys().deserializer(), topic.values().deserializer(), topic.name());
  }
}
