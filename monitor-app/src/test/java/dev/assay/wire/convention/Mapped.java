package dev.assay.wire.convention;

import dev.assay.model.CloseReason;
import dev.assay.model.Span;
import dev.assay.model.TestTraces;
import dev.assay.model.Trace;
import dev.assay.wire.TestOtlp;
import dev.assay.wire.TestOtlp.SpanSpec;
import dev.assay.wire.TraceMapper;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The whole way from OTLP bytes to the model, as conventions' tests want it. */
final class Mapped {
  static final long CLOSED = TestTraces.T0 + 5_000_000_000L;

  private Mapped() {}

  /** The trace of these spans, which carries no sign of a convention having failed. */
  static Trace trace(SpanSpec... spans) {
    return trace(TestOtlp.message(spans));
  }

  /** The same of spans by one SDK. */
  static Trace trace(String sdk, SpanSpec... spans) {
    return trace(TestOtlp.message(sdk, Map.of("service.name", "shop"), spans));
  }

  private static Trace trace(byte[] message) {
    var mapped =
        new TraceMapper(10_000)
            .map(TestOtlp.TRACE, List.of(message), 1, CloseReason.ROOT_ENDED, CLOSED);
    var trace = Objects.requireNonNull(mapped.trace());
    for (var span : trace.spans()) {
      if (span.attributes().containsKey("assay.mapping_error")) {
        throw new AssertionError(span.attributes().get("assay.mapping_error"));
      }
    }
    return trace;
  }

  static Span span(SpanSpec span) {
    return trace(span).spans().getFirst();
  }
}
