package dev.assay.pipeline;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.redaction.TraceRedactor;
import dev.assay.wire.EncodedTrace;
import org.apache.kafka.streams.kstream.ValueMapper;

/** Takes personal data and secrets out of traces, and counts what it took. */
final class RedactTraces implements ValueMapper<EncodedTrace, EncodedTrace> {
  private final TraceRedactor redactor;
  private final Metrics metrics;

  RedactTraces(TraceRedactor redactor, Metrics metrics) {
    this.redactor = redactor;
    this.metrics = metrics;
  }

  @Override
  public EncodedTrace apply(EncodedTrace trace) {
    if (redactor.isIdle()) {
      return trace;
    }
    var redacted = redactor.redact(trace.trace());
    redacted
        .found()
        .forEach((type, count) -> metrics.add(Meter.REDACTIONS, count, trace.header().app(), type));
    return redacted.found().isEmpty() ? trace : EncodedTrace.of(redacted.trace());
  }
}
