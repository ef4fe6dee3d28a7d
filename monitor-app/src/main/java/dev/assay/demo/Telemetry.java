package dev.assay.demo;

import static io.opentelemetry.api.common.AttributeKey.stringKey;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** The OpenTelemetry SDK of one application in one version, set up as an application would. */
final class Telemetry {
  private static final Duration DELAY = Duration.ofMillis(200);
  // so large that a start-up of the receiver does not cost spans: the SDK drops what does not fit
  private static final int QUEUE = 100_000;

  private final OpenTelemetrySdk sdk;
  private final Tracer tracer;

  Telemetry(
      String app,
      String version,
      String environment,
      URI endpoint,
      IdGenerator ids,
      Delivery delivery) {
    var exporter =
        OtlpHttpSpanExporter.builder()
            .setEndpoint(endpoint.resolve("/v1/traces").toString())
            .setCompression("gzip")
            .build();
    sdk =
        OpenTelemetrySdk.builder()
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .setResource(
                        Resource.getDefault()
                            .merge(
                                Resource.create(
                                    Attributes.of(
                                        stringKey("service.name"),
                                        app,
                                        stringKey("service.version"),
                                        version,
                                        stringKey("deployment.environment.name"),
                                        environment))))
                    .setIdGenerator(ids)
                    .addSpanProcessor(
                        BatchSpanProcessor.builder(new CountingExporter(exporter, delivery))
                            .setScheduleDelay(DELAY)
                            .setMaxQueueSize(QUEUE)
                            .build())
                    .build())
            .build();
    tracer = sdk.getTracer("dev.assay.demo." + app, version);
  }

  /**
   * Sends a trace that ends now.
   *
   * @param begun told of the trace's id before any of its spans is finished
   * @return spans sent
   */
  int send(PlannedSpan root, Instant now, Consumer<String> begun) {
    var start = now.minus(root.length());
    var span = begin(root, start, Context.root());
    begun.accept(span.getSpanContext().getTraceId());
    return 1 + finish(root, span, start, Context.root());
  }

  private Span begin(PlannedSpan planned, Instant traceStart, Context parent) {
    return tracer
        .spanBuilder(planned.name())
        .setParent(parent)
        .setSpanKind(planned.kind())
        .setStartTimestamp(traceStart.plus(planned.start()))
        .setAllAttributes(planned.attributes())
        .startSpan();
  }

  private int finish(PlannedSpan planned, Span span, Instant traceStart, Context parent) {
    int sent = 0;
    var here = parent.with(span);
    for (var child : planned.children()) {
      sent += 1 + finish(child, begin(child, traceStart, here), traceStart, here);
    }
    var end = traceStart.plus(planned.start()).plus(planned.length());
    var failure = planned.failure();
    if (failure != null) {
      span.setStatus(StatusCode.ERROR, failure.message());
      span.addEvent(
          "exception",
          Attributes.of(
              stringKey("exception.type"),
              failure.type(),
              stringKey("exception.message"),
              failure.message()),
          end);
    }
    span.end(end);
    return sent;
  }

  /** Sends what is left, and ends. */
  CompletableResultCode close() {
    return sdk.getSdkTracerProvider().shutdown();
  }

  /** Spans acknowledged by the receiver, and given up on. Thread-safe. */
  static final class Delivery {
    private final LongAdder delivered = new LongAdder();
    private final LongAdder lost = new LongAdder();

    long delivered() {
      return delivered.sum();
    }

    long lost() {
      return lost.sum();
    }
  }

  private static final class CountingExporter implements SpanExporter {
    private final SpanExporter exporter;
    private final Delivery delivery;

    CountingExporter(SpanExporter exporter, Delivery delivery) {
      this.exporter = exporter;
      this.delivery = delivery;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      int size = spans.size();
      var result = exporter.export(spans);
      result.whenComplete(
          () -> (result.isSuccess() ? delivery.delivered : delivery.lost).add(size));
      return result;
    }

    @Override
    public CompletableResultCode flush() {
      return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return exporter.shutdown();
    }
  }
}
