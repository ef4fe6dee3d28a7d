package dev.assay.bench;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Sends export requests, many at a time, over the loopback interface. */
final class OtlpExporter {
  static final String HTTP_PATH = "/v1/traces";
  static final String GRPC_PATH = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

  // as many as a busy Collector sends, and as fit well within what the receiver holds
  private static final int IN_FLIGHT = 256;
  private static final int IN_FLIGHT_BYTES = 64 << 20;

  private final boolean grpc;
  private final WebClient client;

  /**
   * @param protocol {@code http} or {@code grpc}
   */
  OtlpExporter(String protocol, int port) {
    grpc = protocol.equals("grpc");
    client =
        WebClient.builder((grpc ? "h2c" : "h1c") + "://127.0.0.1:" + port)
            .factory(ClientFactory.ofDefault())
            .responseTimeoutMillis(60_000)
            .build();
  }

  /** Returns when all are answered; a refusal is an error. */
  void send(List<byte[]> requests) throws InterruptedException {
    int most = Math.clamp(IN_FLIGHT_BYTES / requests.getFirst().length, 1, IN_FLIGHT);
    var slots = new Semaphore(most);
    var refused = new AtomicInteger();
    var failure = new AtomicReference<Throwable>();
    for (var request : requests) {
      slots.acquire();
      var _ =
          execute(request)
              .whenComplete((response, error) -> {
                if (error != null) {
                  failure.set(error);
                } else if (!accepted(Objects.requireNonNull(response))) {
                  refused.incrementAndGet();
                }
                slots.release();
              });
    }
    slots.acquire(most);
    if (refused.get() > 0 || failure.get() != null) {
      throw new IllegalStateException(refused.get() + " requests were refused", failure.get());
    }
  }

  private CompletableFuture<AggregatedHttpResponse> execute(byte[] body) {
    var headers =
        RequestHeaders.builder(HttpMethod.POST, grpc ? GRPC_PATH : HTTP_PATH)
            .add(HttpHeaderNames.CONTENT_TYPE, grpc ? "application/grpc" : "application/x-protobuf")
            .build();
    return client.execute(headers, grpc ? framed(body) : body).aggregate();
  }

  private boolean accepted(AggregatedHttpResponse response) {
    return response.status().equals(HttpStatus.OK)
        && (!grpc
            || "0".equals(response.trailers().get("grpc-status"))
            || "0".equals(response.headers().get("grpc-status")));
  }

  // uncompressed, and how long
  private static byte[] framed(byte[] message) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) 0)
        .putInt(message.length)
        .put(message)
        .array();
  }
}
