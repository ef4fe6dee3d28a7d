package dev.assay.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A conversation, closed after nobody said anything for a while. Its app and its id name it: two
 * applications may use one id. It holds what was said and where the traces are, not the traces, so
 * that a long one stays small.
 *
 * @param revision 1, and one more each time a later turn reopened it
 * @param environment of the last turn, as are version and user
 * @param samplingProbability the least of its traces', in (0, 1]
 * @param closedNanos nanoseconds since 1970-01-01T00:00:00Z
 * @param turnsLeftOut earlier turns beyond the bounds of a session; 0: all are here
 * @param turns in order of start, each trace once
 */
public record Session(
    String sessionId,
    int revision,
    String app,
    String environment,
    String appVersion,
    @Nullable String userId,
    double samplingProbability,
    CloseReason closeReason,
    long closedNanos,
    int turnsLeftOut,
    List<Turn> turns) {
  /** Why a session was closed: nobody said anything, or it went on for too long. */
  public enum CloseReason {
    IDLE,
    MAX_AGE
  }

  public Session {
    if (sessionId.isEmpty()) {
      throw new IllegalArgumentException("session_id must not be empty");
    }
    if (revision < 1) {
      throw new IllegalArgumentException("revision must be >= 1, was " + revision);
    }
    if (!(samplingProbability > 0 && samplingProbability <= 1)) {
      throw new IllegalArgumentException(
          "sampling_probability must be in (0, 1], was " + samplingProbability);
    }
    turns = List.copyOf(turns);
  }

  /**
   * A session of one turn, still open.
   *
   * @throws NullPointerException if the trace belongs to no session
   */
  public static Session of(Trace trace) {
    var header = trace.header();
    return new Session(
        Objects.requireNonNull(header.sessionId(), "session_id"),
        1,
        header.app(),
        header.environment(),
        header.appVersion(),
        header.userId(),
        header.samplingProbability(),
        CloseReason.IDLE,
        0,
        0,
        List.of(Turn.of(trace)));
  }

  /**
   * All of them in one. Of a trace that came more than once, its highest revision counts.
   *
   * @param parts of one session, ≥ 1
   */
  public static Session closed(
      Collection<Session> parts,
      int revision,
      CloseReason reason,
      long closedNanos,
      int turnsLeftOut) {
    var ordered =
        parts.stream()
            .sorted(Comparator.comparingLong(part -> part.turns.getLast().startNanos()))
            .toList();
    var last = ordered.getLast();
    var byTrace = new HashMap<String, Turn>();
    ordered.stream()
        .flatMap(part -> part.turns.stream())
        .forEach(turn ->
            byTrace.merge(turn.traceId(), turn, (a, b) -> b.revision() >= a.revision() ? b : a));
    return new Session(
        last.sessionId,
        revision,
        last.app,
        last.environment,
        last.appVersion,
        ordered.stream()
            .map(Session::userId)
            .filter(Objects::nonNull)
            .reduce((_, b) -> b)
            .orElse(null),
        ordered.stream().mapToDouble(Session::samplingProbability).min().orElse(1),
        reason,
        closedNanos,
        turnsLeftOut,
        byTrace.values().stream()
            .sorted(Comparator.comparingLong(Turn::startNanos).thenComparing(Turn::traceId))
            .toList());
  }
}
