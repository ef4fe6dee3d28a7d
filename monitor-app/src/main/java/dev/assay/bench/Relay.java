package dev.assay.bench;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.metric.NoopMeterRegistry;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import dev.assay.ingest.SpanSink;
import dev.assay.wire.TraceSpans;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A receiver that looks at nothing: cuts a request's bytes into as many records as the real one
 * makes of them, and answers when all are stored.
 */
final class Relay implements AutoCloseable {
  private final SpanSink sink;
  private final int recordsPerRequest;
  private final AtomicLong keys = new AtomicLong();
  private final Server server;

  /**
   * @param sink as the real receiver has it; the caller closes it
   */
  Relay(SpanSink sink, int recordsPerRequest) {
    this.sink = sink;
    this.recordsPerRequest = recordsPerRequest;
    HttpService service =
        (_, request) ->
            HttpResponse.of(
                request.aggregate().thenCompose(whole -> store(whole.content().array())));
    server =
        Server.builder()
            .http(0)
            .service(OtlpExporter.HTTP_PATH, service)
            .service(OtlpExporter.GRPC_PATH, service)
            .maxRequestLength(0)
            .meterRegistry(NoopMeterRegistry.get())
            .build();
    server.start().join();
  }

  int port() {
    return server.activeLocalPort();
  }

  private CompletableFuture<HttpResponse> store(byte[] body) {
    var records = new ArrayList<TraceSpans>(recordsPerRequest);
    for (int i = 0; i < recordsPerRequest; i++) {
      int from = (int) ((long) body.length * i / recordsPerRequest);
      int to = (int) ((long) body.length * (i + 1) / recordsPerRequest);
      var key = "%032x".formatted(keys.incrementAndGet());
      records.add(new TraceSpans(key, 1, Arrays.copyOfRange(body, from, to)));
    }
    return sink.store(records)
        .thenApply(_ ->
            HttpResponse.of(
                ResponseHeaders.of(
                    HttpStatus.OK,
                    HttpHeaderNames.CONTENT_TYPE,
                    "application/grpc",
                    "grpc-status",
                    "0")));
  }

  @Override
  public void close() {
    server.stop().join();
  }
}
