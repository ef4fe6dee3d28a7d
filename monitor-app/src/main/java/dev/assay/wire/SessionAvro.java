package dev.assay.wire;

import dev.assay.model.Session;
import dev.assay.model.TraceStatus;
import dev.assay.model.Turn;

/** {@link Session} ↔ the record on {@code assay.sessions}. */
final class SessionAvro {
  static final AvroCodec<dev.assay.schemas.Session> CODEC =
      new AvroCodec<>(dev.assay.schemas.Session.getClassSchema());

  private SessionAvro() {}

  static byte[] encode(Session session) {
    return CODEC.encode(
        new dev.assay.schemas.Session(
            session.sessionId(),
            session.revision(),
            session.app(),
            session.environment(),
            session.appVersion(),
            session.userId(),
            session.samplingProbability(),
            dev.assay.schemas.SessionCloseReason.valueOf(session.closeReason().name()),
            session.closedNanos(),
            session.turnsLeftOut(),
            session.turns().stream().map(SessionAvro::turnOut).toList()));
  }

  static Session decode(byte[] bytes) {
    var in = CODEC.decode(bytes);
    return new Session(
        in.getSessionId(),
        in.getRevision(),
        in.getApp(),
        in.getEnvironment(),
        in.getAppVersion(),
        in.getUserId(),
        in.getSamplingProbability(),
        Session.CloseReason.valueOf(in.getCloseReason().name()),
        in.getClosedNanos(),
        in.getTurnsLeftOut(),
        in.getTurns().stream().map(SessionAvro::turnIn).toList());
  }

  private static dev.assay.schemas.Turn turnOut(Turn turn) {
    return new dev.assay.schemas.Turn(
        turn.traceId(),
        turn.revision(),
        turn.name(),
        turn.startNanos(),
        turn.durationNanos(),
        dev.assay.schemas.TurnStatus.valueOf(turn.status().name()),
        turn.question(),
        turn.answer(),
        turn.totalTokens());
  }

  private static Turn turnIn(dev.assay.schemas.Turn in) {
    return new Turn(
        in.getTraceId(),
        in.getRevision(),
        in.getName(),
        in.getStartNanos(),
        in.getDurationNanos(),
        TraceStatus.valueOf(in.getStatus().name()),
        in.getQuestion(),
        in.getAnswer(),
        in.getTotalTokens());
  }
}
