package dev.assay.pipeline;

import dev.assay.assembly.GatherSessions;
import dev.assay.assembly.SessionConfig;
import dev.assay.metrics.Metrics;
import dev.assay.wire.Topics;
import java.util.function.Supplier;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;

/** {@code assay.traces} → {@code assay.sessions}: application {@code assay-sessions}. */
public final class SessionPipeline implements Supplier<Topology> {
  public static final String APPLICATION_ID = "assay-sessions";

  private final Topics topics;
  private final SessionConfig config;
  private final Metrics metrics;

  public SessionPipeline(Topics topics, SessionConfig config, Metrics metrics) {
    this.topics = topics;
    this.config = config;
    this.metrics = metrics;
  }

  @Override
  public Topology get() {
    var traces = topics.traces();
    var sessions = topics.sessions();
    var builder = new StreamsBuilder();
    new GatherSessions(config, topics, metrics)
        .apply(
            builder.stream(
                traces.name(),
                Consumed.with(traces.keys(), traces.values()).withName("read-traces")))
        .to(
            sessions.name(),
            Produced.with(sessions.keys(), sessions.values()).withName("write-sessions"));
    return builder.build();
  }
}
