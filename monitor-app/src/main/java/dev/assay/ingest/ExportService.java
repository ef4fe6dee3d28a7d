package dev.assay.ingest;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.wire.OtlpSplit;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An export of spans or logs as the OTLP specification has it, over HTTP or gRPC: answered when all
 * that was accepted is safe, never before.
 */
final class ExportService implements HttpService {
  /** What a request costs, whatever its size: buffers of its connection, its state. */
  private static final int REQUEST_BYTES = 4 * 1024;

  private static final String EXPERIMENT = "x-mlflow-experiment-id";
  private static final int MAX_EXPERIMENT = 250;

  private static final Logger logger = LoggerFactory.getLogger(ExportService.class);

  private final ReceiveSpans spans;
  private final InFlightBytes inFlight;
  private final long maxBodyBytes;
  private final Metrics metrics;
  private final Executor blocking;

  /**
   * @param blocking where bodies are decoded and handed to the sink
   */
  ExportService(
      ReceiveSpans spans,
      InFlightBytes inFlight,
      long maxBodyBytes,
      Metrics metrics,
      Executor blocking) {
    this.spans = spans;
    this.inFlight = inFlight;
    this.maxBodyBytes = maxBodyBytes;
    this.metrics = metrics;
    this.blocking = blocking;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
    var exchange = Exchange.of(request.headers());
    count(ctx, exchange, metrics);
    var room = inFlight.open();
    try {
      exchange.check(maxBodyBytes);
      room.take(REQUEST_BYTES);
      return HttpResponse.of(
          request
              .peekData(new Arriving(room, exchange.framing() + maxBodyBytes))
              .aggregate()
              .thenComposeAsync(
                  whole ->
                      spans.receive(
                          exchange.decode(whole.content().array(), maxBodyBytes, room),
                          exchange.encoding(),
                          resourceAttributes(request.headers()),
                          room),
                  blocking)
              .handle((split, failure) ->
                  split == null
                      ? failed(requireNonNull(failure), exchange)
                      : stored(split, exchange))
              .whenComplete((_, _) -> room.close()));
    } catch (RefusedException e) {
      room.close();
      return failed(e, exchange);
    }
  }

  private HttpResponse stored(OtlpSplit split, Exchange exchange) {
    boolean isUnwanted = split.passedOver() > 0 && split.accepted() == 0 && split.problem() == null;
    return isUnwanted
        ? exchange.warned(
            "logs are not kept, but for events of GenAI calls (gen_ai.…) within a span;"
                + " OTEL_LOGS_EXPORTER=none stops them")
        : exchange.stored(split, spans.signal());
  }

  /** From the log, so that what Armeria itself answers (a timeout) is counted too. */
  static void count(ServiceRequestContext ctx, Exchange exchange, Metrics metrics) {
    var _ =
        ctx.log()
            .whenComplete()
            .thenAccept(log ->
                metrics.count(Meter.INGEST_REQUESTS, exchange.protocol(), exchange.code(log)));
  }

  /** MLflow's SDKs say in a header what belongs to every span. */
  private static Map<String, String> resourceAttributes(RequestHeaders headers) {
    var experiment = headers.get(EXPERIMENT, "").strip();
    return experiment.isEmpty() || experiment.length() > MAX_EXPERIMENT
        ? Map.of()
        : Map.of("mlflow.experiment_id", experiment);
  }

  /** The answer to what Armeria gives up by itself, or null where it is not of this service. */
  static @Nullable HttpResponse onServerError(ServiceRequestContext ctx, Throwable failure) {
    return failure instanceof RequestTimeoutException
        ? Exchange.of(ctx.request().headers())
            .refused(Refusal.UNAVAILABLE, "timeout: the request took too long")
        : null;
  }

  private static HttpResponse failed(Throwable failure, Exchange exchange) {
    var cause = Exceptions.peel(failure);
    if (cause instanceof RefusedException refused) {
      return exchange.refused(refused.refusal(), refused.getMessage());
    }
    if (!Exceptions.isExpected(cause)) { // expected: the client went away
      logger.error("export request failed", cause);
    }
    return exchange.refused(Refusal.FAILED, "internal error");
  }
}
