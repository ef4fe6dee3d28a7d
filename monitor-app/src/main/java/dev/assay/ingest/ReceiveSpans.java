package dev.assay.ingest;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.wire.MalformedOtlpException;
import dev.assay.wire.OtlpEncoding;
import dev.assay.wire.OtlpSignal;
import dev.assay.wire.OtlpSplit;
import dev.assay.wire.OtlpTooLargeException;
import dev.assay.wire.OtlpTraces;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What every protocol does with an export request of spans or logs: split it by trace, store it,
 * and count its spans when it is safe. A request that fails is not counted: its spans are still the
 * sender's.
 */
final class ReceiveSpans {
  private final OtlpSignal signal;
  private final OtlpTraces traces;
  private final SpanSink sink;
  private final Metrics metrics;

  ReceiveSpans(OtlpSignal signal, OtlpTraces traces, SpanSink sink, Metrics metrics) {
    this.signal = signal;
    this.traces = traces;
    this.sink = sink;
    this.metrics = metrics;
  }

  /**
   * Blocks while the sink does.
   *
   * @param attributes what the request says of every span beside its body: added to the resources
   * @return what became of the request, when all that was accepted is safe; fails with {@link
   *     RefusedException}
   * @throws RefusedException if none of it can be taken
   */
  CompletableFuture<OtlpSplit> receive(
      byte[] request,
      OtlpEncoding encoding,
      Map<String, String> attributes,
      InFlightBytes.Share room) {
    var split = split(request, encoding, attributes);
    room.take(split.bytes());
    return sink.store(split.records())
        .thenApply(_ -> {
          count(split, signal, metrics);
          return split;
        });
  }

  OtlpSignal signal() {
    return signal;
  }

  private OtlpSplit split(byte[] request, OtlpEncoding encoding, Map<String, String> attributes) {
    try {
      return traces.split(request, signal, encoding, attributes);
    } catch (MalformedOtlpException e) {
      throw new RefusedException(Refusal.MALFORMED, e.getMessage(), e);
    } catch (OtlpTooLargeException e) {
      throw new RefusedException(Refusal.TOO_LARGE, e.getMessage(), e);
    }
  }

  static void count(OtlpSplit split, OtlpSignal signal, Metrics metrics) {
    var meter =
        switch (signal) {
          case TRACES -> Meter.SPANS;
          case LOGS -> Meter.LOG_EVENTS;
        };
    split
        .spansByApp()
        .forEach((app, spans) -> {
          metrics.add(meter, spans.accepted(), app, "received");
          metrics.add(meter, spans.rejected(), app, "rejected");
          if (signal == OtlpSignal.LOGS) {
            metrics.add(meter, spans.passedOver(), app, "passed_over");
          }
        });
  }
}
