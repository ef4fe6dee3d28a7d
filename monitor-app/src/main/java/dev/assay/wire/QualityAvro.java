package dev.assay.wire;

import dev.assay.model.QualityEvent;
import dev.assay.model.QualitySeries;
import dev.assay.model.QualityWindow;
import dev.assay.model.SourceType;

/** {@link QualityWindow} and {@link QualityEvent} ↔ their records. */
final class QualityAvro {
  static final AvroCodec<dev.assay.schemas.QualityWindow> WINDOWS =
      new AvroCodec<>(dev.assay.schemas.QualityWindow.getClassSchema());
  static final AvroCodec<dev.assay.schemas.QualityEvent> EVENTS =
      new AvroCodec<>(dev.assay.schemas.QualityEvent.getClassSchema());

  private QualityAvro() {}

  static byte[] encode(QualityWindow window) {
    var series = window.series();
    var counts = window.counts();
    return WINDOWS.encode(
        new dev.assay.schemas.QualityWindow(
            series.app(),
            series.environment(),
            series.appVersion(),
            series.scorer(),
            series.scorerVersion(),
            dev.assay.schemas.QualitySource.valueOf(series.source().name()),
            window.startNanos(),
            window.lengthNanos(),
            counts.passed(),
            counts.failed(),
            counts.unjudged(),
            counts.errors(),
            counts.passedWeight(),
            counts.failedWeight(),
            counts.unjudgedWeight(),
            counts.errorWeight(),
            counts.judgedWeightSquared(),
            counts.failedWeightSquared(),
            counts.values(),
            counts.valueWeight(),
            counts.valueWeightedSum(),
            window.lastFailedTraceId()));
  }

  static QualityWindow decode(byte[] bytes) {
    var in = WINDOWS.decode(bytes);
    return new QualityWindow(
        new QualitySeries(
            in.getApp(),
            in.getEnvironment(),
            in.getAppVersion(),
            in.getScorer(),
            in.getScorerVersion(),
            SourceType.valueOf(in.getSource().name())),
        in.getWindowStartNanos(),
        in.getWindowNanos(),
        new QualityWindow.Counts(
            in.getPassed(),
            in.getFailed(),
            in.getUnjudged(),
            in.getErrors(),
            in.getPassedWeight(),
            in.getFailedWeight(),
            in.getUnjudgedWeight(),
            in.getErrorWeight(),
            in.getJudgedWeightSquared(),
            in.getFailedWeightSquared(),
            in.getValues(),
            in.getValueWeight(),
            in.getValueWeightedSum()),
        in.getLastFailedTraceId());
  }

  static byte[] encodeEvent(QualityEvent event) {
    return EVENTS.encode(
        new dev.assay.schemas.QualityEvent(
            event.eventId(),
            dev.assay.schemas.QualityEventKind.valueOf(event.kind().name()),
            event.scorer(),
            event.app(),
            event.appVersion(),
            event.reason(),
            event.atNanos()));
  }

  static QualityEvent decodeEvent(byte[] bytes) {
    var in = EVENTS.decode(bytes);
    return new QualityEvent(
        in.getEventId(),
        QualityEvent.Kind.valueOf(in.getKind().name()),
        in.getScorer(),
        in.getApp(),
        in.getAppVersion(),
        in.getReason(),
        in.getAtNanos());
  }
}
