package dev.assay;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A Collector in small, between applications and a receiver that comes and goes: takes every export
 * at once, and hands it on, in order, again and again until the receiver has said 200. What was
 * taken and not answered is sent again: the receiver sees some spans twice.
 */
final class Relay implements AutoCloseable {
  @SuppressWarnings("ArrayRecordComponent") // handed on as it came, never compared
  private record Export(Map<String, String> headers, byte[] body) {}

  private final HttpServer server;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final LinkedBlockingQueue<Export> queue = new LinkedBlockingQueue<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final Supplier<URI> receiver;
  private final Thread thread;

  /**
   * Starts one.
   *
   * @param receiver where the receiver is now
   */
  Relay(Supplier<URI> receiver) throws IOException {
    this.receiver = receiver;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/v1/traces", this::take);
    server.start();
    thread = Thread.ofPlatform().name("relay").daemon().start(this::handOn);
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Whether everything taken has been handed on. */
  boolean isEmpty() {
    return pending.get() == 0;
  }

  /** Attempts to hand on that failed. */
  int failures() {
    return failures.get();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      var encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
      var type = exchange.getRequestHeaders().getFirst("Content-Type");
      pending.incrementAndGet();
      queue.add(
          new Export(
              encoding == null
                  ? Map.of("Content-Type", type)
                  : Map.of("Content-Type", type, "Content-Encoding", encoding),
              exchange.getRequestBody().readAllBytes()));
      exchange.sendResponseHeaders(200, -1);
    }
  }

  private void handOn() {
    try {
      while (true) {
        var export = queue.take();
        while (!sent(export)) {
          failures.incrementAndGet();
          TimeUnit.MILLISECONDS.sleep(200);
        }
        pending.decrementAndGet();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean sent(Export export) throws InterruptedException {
    var request =
        HttpRequest.newBuilder(receiver.get().resolve("/v1/traces"))
            .timeout(Duration.ofSeconds(60))
            .POST(BodyPublishers.ofByteArray(export.body()));
    export.headers().forEach(request::header);
    try {
      return client.send(request.build(), BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    server.stop(0);
  }
}
