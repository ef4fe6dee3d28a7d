package dev.assay.assembly;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.model.Session;
import dev.assay.wire.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Locale;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** The processor of {@link GatherSessions}: loads state, asks it, stores and forwards. */
final class SessionGatherer implements Processor<String, Session, String, Session> {
  private static final Duration TICK = Duration.ofMillis(500);

  // What a tick may do, so that records are not kept waiting: the rest follows at the next.
  private static final int LOOKS_A_TICK = 5_000;
  private static final long BYTES_A_TICK = 16L << 20;

  private final SessionConfig config;
  private final Topic<String, Session> topic;
  private final Metrics metrics;
  private ClosingTimes due = new ClosingTimes();
  private ProcessorContext<String, Session> context;
  private KeyValueStore<String, SessionState> sessions;
  private KeyValueStore<String, byte[]> turns;
  private ArrivalClock clock;

  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  SessionGatherer(SessionConfig config, Topic<String, Session> topic, Metrics metrics) {
    this.config = config;
    this.topic = topic;
    this.metrics = metrics;
  }

  @Override
  public void init(ProcessorContext<String, Session> newContext) {
    context = newContext;
    sessions = newContext.getStateStore(GatherSessions.OPEN_SESSIONS);
    turns = newContext.getStateStore(GatherSessions.TURNS);
    clock = new ArrivalClock(restore(), newContext.currentSystemTimeMs());
    newContext.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, this::tick);
  }

  /** Fills the index from the store; the latest arrival in it. */
  private long restore() {
    due = new ClosingTimes();
    long latest = 0;
    try (var all = sessions.all()) {
      while (all.hasNext()) {
        var entry = all.next();
        latest = Math.max(latest, Math.max(entry.value.lastArrival(), entry.value.closedAt()));
        due.add(entry.key, entry.value.dueAt(config));
      }
    }
    return latest;
  }

  @Override
  public void process(Record<String, Session> record) {
    var key = record.key();
    long arrival = clock.read(record.timestamp(), context.currentSystemTimeMs());
    var before = sessions.get(key);
    var session =
        before == null
            ? SessionState.begin(arrival)
            : before.isOpen() ? before : before.reopened(arrival);
    var turn = topic.values().serializer().serialize(GatherSessions.TURNS, record.value());
    turns.put(turnKey(key, session.next()), turn);
    session = session.with(turn.length, arrival);
    while (session.isTooLarge(config)) {
      var first = turns.delete(turnKey(key, session.from()));
      session = session.withoutFirst(first == null ? 0 : first.length);
      metrics.count(Meter.SESSION_TURNS, record.value().app(), "left_out");
    }
    sessions.put(key, session);
    if (before == null || !before.isOpen()) {
      due.add(key, session.dueAt(config));
    }
  }

  private void tick(long wall) {
    long now = clock.now(wall);
    long bytes = 0;
    for (int looks = 0; looks < LOOKS_A_TICK && bytes < BYTES_A_TICK; looks++) {
      var key = due.take(now);
      if (key == null) {
        return;
      }
      var session = sessions.get(key);
      if (session == null) {
        continue;
      }
      var reason = session.closeReason(now, config);
      if (reason != null) {
        bytes += session.bytes();
        close(key, session, reason, now, wall);
      } else if (now < session.dueAt(config)) {
        due.add(key, session.dueAt(config));
      } else {
        forget(key, session);
      }
    }
  }

  private void close(
      String key, SessionState session, Session.CloseReason reason, long now, long wall) {
    var parts = new ArrayList<Session>();
    for (int i = session.from(); i < session.next(); i++) {
      var turn = turns.get(turnKey(key, i));
      if (turn != null) {
        parts.add(topic.values().deserializer().deserialize(GatherSessions.TURNS, turn));
      }
    }
    var closed = session.closed(now);
    sessions.put(key, closed);
    due.add(key, closed.dueAt(config));
    var whole = Session.closed(parts, session.revision(), reason, wall * 1_000_000, session.from());
    metrics.count(
        Meter.SESSIONS,
        whole.app(),
        session.revision() == 1 ? reason.name().toLowerCase(Locale.ROOT) : "revised");
    context.forward(new Record<>(whole.sessionId(), whole, wall));
  }

  private void forget(String key, SessionState session) {
    for (int i = session.from(); i < session.next(); i++) {
      turns.delete(turnKey(key, i));
    }
    sessions.delete(key);
  }

  private static String turnKey(String key, int number) {
    return key + '/' + number;
  }
}
