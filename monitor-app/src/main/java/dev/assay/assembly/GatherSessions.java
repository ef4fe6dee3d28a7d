package dev.assay.assembly;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.model.LoopGuard;
import dev.assay.model.Session;
import dev.assay.wire.EncodedTrace;
import dev.assay.wire.Topics;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Repartitioned;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Traces to sessions: the traces of one application that carry one session id, closed on the wall
 * clock when nobody has said anything for a while. A later turn, and a later revision of a trace
 * that is in it, make the next revision of the session.
 *
 * <p>Two stores, as in {@link AssembleTraces}: {@value #OPEN_SESSIONS}, some 50 bytes a session,
 * and {@value #TURNS}, one entry a turn.
 *
 * <p>{@code traces read = gathered + no_session + invalid_session + loop_guard}, in {@code
 * assay_session_turns_total}; {@code left_out} are those of the gathered that a session was too
 * large for.
 */
public final class GatherSessions {
  static final String OPEN_SESSIONS = "open-sessions";
  static final String TURNS = "session-turns";

  /** The longest session id, in characters. */
  static final int MAX_ID = 512;

  private final SessionConfig config;
  private final Topics topics;
  private final Metrics metrics;

  public GatherSessions(SessionConfig config, Topics topics, Metrics metrics) {
    this.config = config;
    this.topics = topics;
    this.metrics = metrics;
  }

  /**
   * Adds the stage and its stores.
   *
   * @param traces by trace id, as on {@code assay.traces}
   * @return finished sessions by session id
   */
  public KStream<String, Session> apply(KStream<String, EncodedTrace> traces) {
    var sessions = topics.sessions();
    return traces
        .flatMap((_, trace) -> turn(trace), Named.as("turns"))
        .repartition(
            Repartitioned.with(sessions.keys(), sessions.values()).withName("turns-by-session"))
        .process(new Gatherer(), Named.as("gather-sessions"));
  }

  private List<KeyValue<String, Session>> turn(EncodedTrace trace) {
    var header = trace.header();
    var id = header.sessionId();
    metrics.count(Meter.SESSION_TURNS, header.app(), "read");
    if (LoopGuard.holds(header)) {
      metrics.count(Meter.SESSION_TURNS, header.app(), "loop_guard");
      return List.of();
    }
    if (id == null || id.isEmpty()) {
      metrics.count(Meter.SESSION_TURNS, header.app(), "no_session");
      return List.of();
    }
    if (id.length() > MAX_ID) {
      metrics.count(Meter.SESSION_TURNS, header.app(), "invalid_session");
      return List.of();
    }
    var session = Session.of(trace.trace());
    metrics.count(Meter.SESSION_TURNS, header.app(), "gathered");
    return List.of(KeyValue.pair(key(session), session));
  }

  /** Two applications may use the same id: the length keeps their keys apart. */
  private static String key(Session session) {
    return session.app().length() + ":" + session.app() + session.sessionId();
  }

  private final class Gatherer implements ProcessorSupplier<String, Session, String, Session> {
    @Override
    public Processor<String, Session, String, Session> get() {
      return new SessionGatherer(config, topics.sessions(), metrics);
    }

    @Override
    public Set<StoreBuilder<?>> stores() {
      return Set.of(
          Stores.keyValueStoreBuilder(
                  Stores.persistentKeyValueStore(OPEN_SESSIONS),
                  Serdes.String(),
                  SessionState.serde())
              .withLoggingEnabled(AssembleTraces.CHANGELOG),
          Stores.keyValueStoreBuilder(
                  Stores.persistentKeyValueStore(TURNS), Serdes.String(), Serdes.ByteArray())
              .withLoggingEnabled(AssembleTraces.CHANGELOG));
    }
  }
}
