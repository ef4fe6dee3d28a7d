package dev.assay.wire.convention;

import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;

/**
 * All that conventions read of a span.
 *
 * @param scope name of the instrumentation scope, or empty
 */
record SpanInput(Span span, Resource resource, String scope) {
  SpanInput with(Span other) {
    return new SpanInput(other, resource, scope);
  }

  SpanInput with(Resource other) {
    return new SpanInput(span, other, scope);
  }
}
