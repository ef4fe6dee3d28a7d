package dev.assay.ingest;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.wire.MalformedOtlpException;
import dev.assay.wire.OtlpEncoding;
import dev.assay.wire.OtlpSplit;
import dev.assay.wire.OtlpTooLargeException;
import dev.assay.wire.OtlpTraces;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What every protocol does with an export request: split it by trace, store it, and count its spans
 * when it is safe. A request that fails is not counted: its spans are still the sender's.
 */
final class ReceiveSpans {
  private final OtlpTraces traces;
  private final SpanSink sink;
  private final Metrics metrics;

  ReceiveSpans(OtlpTraces traces, SpanSink sink, Metrics metrics) {
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
          count(split, metrics);
          return split;
        });
  }

  private OtlpSplit split(byte[] request, OtlpEncoding encoding, Map<String, String> attributes) {
    try {
      return traces.split(request, encoding, attributes);
    } catch (MalformedOtlpException e) {
      throw new RefusedException(Refusal.MALFORMED, e.getMessage(), e);
    } catch (OtlpTooLargeException e) {
      throw new RefusedException(Refusal.TOO_LARGE, e.getMessage(), e);
    }
  }

  static void count(OtlpSplit split, Metrics metrics) {
    split
        .spansByApp()
        .forEach((app, spans) -> {
          metrics.add(Meter.SPANS, spans.accepted(), app, "received");
          metrics.add(Meter.SPANS, spans.rejected(), app, "rejected");
        });
  }
}
