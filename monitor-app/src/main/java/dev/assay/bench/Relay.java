package dev.assay.bench;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.metric.NoopMeterRegistry;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.Server;
import dev.assay.wire.Topic;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A receiver that looks at nothing: cuts a request's bytes into as many records as the real one
 * makes of them, and answers when all are stored.
 */
final class Relay implements AutoCloseable {
  private final KafkaProducer<String, byte[]> producer;
  private final String topic;
  private final int recordsPerRequest;
  private final AtomicLong keys = new AtomicLong();
  private final Server server;

  Relay(KafkaProducer<String, byte[]> producer, Topic<String, byte[]> topic, int perRequest) {
    this.producer = producer;
    this.topic = topic.name();
    this.recordsPerRequest = perRequest;
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
    var stored = new CompletableFuture<HttpResponse>();
    var missing = new AtomicLong(recordsPerRequest);
    for (int i = 0; i < recordsPerRequest; i++) {
      var part =
          Arrays.copyOfRange(
              body,
              (int) ((long) body.length * i / recordsPerRequest),
              (int) ((long) body.length * (i + 1) / recordsPerRequest));
      var key = "%032x".formatted(keys.incrementAndGet());
      var _ =
          producer.send(
              new ProducerRecord<>(topic, key, part),
              (_, failure) -> {
                if (failure != null) {
                  stored.completeExceptionally(failure);
                } else if (missing.decrementAndGet() == 0) {
                  stored.complete(
                      HttpResponse.of(
                          ResponseHeaders.of(
                              HttpStatus.OK,
                              HttpHeaderNames.CONTENT_TYPE,
                              "application/grpc",
                              "grpc-status",
                              "0")));
                }
              });
    }
    return stored;
  }

  @Override
  public void close() {
    server.stop().join();
    producer.close();
  }
}
