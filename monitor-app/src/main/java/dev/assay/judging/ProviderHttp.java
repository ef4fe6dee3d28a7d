package dev.assay.judging;

import dev.langchain4j.exception.HttpException;
import dev.langchain4j.http.client.HttpClientBuilder;
import dev.langchain4j.http.client.HttpRequest;
import dev.langchain4j.http.client.SuccessfulHttpResponse;
import dev.langchain4j.http.client.sse.ServerSentEventListener;
import dev.langchain4j.http.client.sse.ServerSentEventParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * How model calls go over the wire: LangChain4j's port over the JDK's client. It exists for three
 * things that LangChain4j's own adapter does not give: the {@code Retry-After} header of a refusal,
 * a bound on the size of an answer, and a time-out that also covers an answer that trickles in.
 * Redirects are not followed: a provider is where the configuration says.
 */
final class ProviderHttp implements dev.langchain4j.http.client.HttpClient {
  /** An answer over 2 MiB is no verdict. */
  static final int MAX_ANSWER_BYTES = 2 * 1024 * 1024;

  private final HttpClient client;
  private final Duration timeout;

  private ProviderHttp(HttpClient client, Duration timeout) {
    this.client = client;
    this.timeout = timeout;
  }

  /** A status other than 2xx, with what the provider says about when to come back. */
  static final class Rejected extends HttpException {
    private static final long serialVersionUID = 1L;

    private final @Nullable String retryAfter;
    private final @Nullable String retryAfterMillis;

    Rejected(int status, String body, @Nullable String retryAfter, @Nullable String millis) {
      super(status, body);
      this.retryAfter = retryAfter;
      this.retryAfterMillis = millis;
    }

    @Nullable String retryAfter() {
      return retryAfter;
    }

    @Nullable String retryAfterMillis() {
      return retryAfterMillis;
    }
  }

  /** No answer at all, or not a whole one. */
  static final class Failed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean tooLarge;

    Failed(String message, boolean tooLarge) {
      super(message);
      this.tooLarge = tooLarge;
    }

    boolean tooLarge() {
      return tooLarge;
    }
  }

  /**
   * HTTP/1.1, a connection a call: HTTP/2 would put all calls on one connection and fail those over
   * the provider's stream limit.
   */
  static HttpClient shared() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(Duration.ofSeconds(10))
        .build();
  }

  /** What LangChain4j's builders take; the time-out it carries is the provider's. */
  static HttpClientBuilder over(HttpClient client, Duration timeout) {
    return new HttpClientBuilder() {
      @Override
      public Duration connectTimeout() {
        return timeout;
      }

      @Override
      public HttpClientBuilder connectTimeout(Duration ignored) {
        return this;
      }

      @Override
      public Duration readTimeout() {
        return timeout;
      }

      @Override
      public HttpClientBuilder readTimeout(Duration ignored) {
        return this;
      }

      @Override
      public dev.langchain4j.http.client.HttpClient build() {
        return new ProviderHttp(client, timeout);
      }
    };
  }

  @Override
  public SuccessfulHttpResponse execute(HttpRequest request) {
    var response = send(request);
    var body = new String(response.body(), StandardCharsets.UTF_8);
    var headers = response.headers();
    if (response.statusCode() / 100 != 2) {
      throw new Rejected(
          response.statusCode(),
          body,
          headers.firstValue("retry-after").orElse(null),
          headers.firstValue("retry-after-ms").orElse(null));
    }
    return SuccessfulHttpResponse.builder()
        .statusCode(response.statusCode())
        .headers(headers.map())
        .body(body)
        .build();
  }

  private HttpResponse<byte[]> send(HttpRequest request) {
    var call =
        client.sendAsync(
            jdkRequest(request),
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofByteArray(), MAX_ANSWER_BYTES));
    try {
      return call.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      call.cancel(true);
      throw new Failed("no answer within " + timeout.toMillis() + " ms", false);
    } catch (InterruptedException e) {
      call.cancel(true);
      Thread.currentThread().interrupt();
      throw new Failed("cancelled", false);
    } catch (ExecutionException e) {
      throw failed(e.getCause() == null ? e : e.getCause());
    }
  }

  private static Failed failed(Throwable cause) {
    // The limiting body handler says so in words only.
    var message = String.valueOf(cause.getMessage());
    var tooLarge = cause instanceof IOException && message.contains("exceeds capacity");
    return tooLarge
        ? new Failed("the answer is larger than " + MAX_ANSWER_BYTES + " bytes", true)
        : new Failed(cause.getClass().getSimpleName() + ": " + message, false);
  }

  private java.net.http.HttpRequest jdkRequest(HttpRequest request) {
    var jdk = java.net.http.HttpRequest.newBuilder(URI.create(request.url()));
    for (Map.Entry<String, List<String>> header : request.headers().entrySet()) {
      header.getValue().forEach(value -> jdk.header(header.getKey(), value));
    }
    var body = request.body();
    return jdk.method(
            request.method().name(),
            body == null
                ? java.net.http.HttpRequest.BodyPublishers.noBody()
                : java.net.http.HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  @Override
  public void execute(
      HttpRequest request, ServerSentEventParser parser, ServerSentEventListener listener) {
    throw new UnsupportedOperationException("judges do not stream");
  }
}
