package dev.assay.ingest;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;

/**
 * Metrics, which an SDK sends to the same address unless told otherwise. They are read and thrown
 * away, with an answer of success that says so: an exporter that got 404 would complain once a
 * minute for as long as it runs, and a Collector would send the same again.
 */
final class OtherSignal implements HttpService {
  private final String signal;
  private final Metrics metrics;

  /**
   * @param signal {@code metrics}
   */
  OtherSignal(String signal, Metrics metrics) {
    this.signal = signal;
    this.metrics = metrics;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest request) {
    var exchange = Exchange.of(request.headers());
    ExportService.count(ctx, exchange, metrics);
    try {
      exchange.check(Long.MAX_VALUE - exchange.framing());
    } catch (RefusedException e) {
      return exchange.refused(e.refusal(), e.getMessage());
    }
    metrics.count(Meter.INGEST_DISCARDED, signal);
    return HttpResponse.of(
        request
            .subscribe() // takes the body, keeps none of it
            .thenApply(_ ->
                exchange.warned(
                    "%s are not kept: Assay takes traces; OTEL_%s_EXPORTER=none stops them"
                        .formatted(signal, signal.toUpperCase(java.util.Locale.ROOT)))));
  }
}
