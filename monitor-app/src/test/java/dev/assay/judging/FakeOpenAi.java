package dev.assay.judging;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.Server;
import dev.assay.wire.Json;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;

/** A provider that answers what the test tells it to: each reply once, the last for ever. */
public final class FakeOpenAi implements AutoCloseable {
  private final LinkedBlockingDeque<HttpResponseMaker> script = new LinkedBlockingDeque<>();
  private final List<AggregatedHttpRequest> requests = new CopyOnWriteArrayList<>();
  private final Server server;

  private interface HttpResponseMaker {
    HttpResponse make();
  }

  public FakeOpenAi() {
    server =
        Server.builder()
            .http(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .requestTimeoutMillis(0)
            .service(
                "/v1/chat/completions",
                (_, request) ->
                    HttpResponse.of(
                        request
                            .aggregate()
                            .thenApply(whole -> {
                              requests.add(whole);
                              return next().make();
                            })))
            .build();
    server.start().join();
  }

  private HttpResponseMaker next() {
    var next = script.poll();
    if (script.isEmpty() && next != null) {
      script.add(next);
    }
    if (next == null) {
      throw new IllegalStateException("the test gave no reply");
    }
    return next;
  }

  /** The model says this, using 100 tokens in and 10 out. */
  public FakeOpenAi says(String content) {
    return says(content, "stop");
  }

  FakeOpenAi says(String content, String finishReason) {
    var body =
        Json.write(
            Map.of(
                "id",
                "c-1",
                "object",
                "chat.completion",
                "created",
                1,
                "model",
                "gpt-x-2026-01-01",
                "choices",
                List.of(
                    Map.of(
                        "index",
                        0,
                        "message",
                        Map.of("role", "assistant", "content", content),
                        "finish_reason",
                        finishReason)),
                "usage",
                Map.of("prompt_tokens", 100, "completion_tokens", 10, "total_tokens", 110)));
    script.add(() -> HttpResponse.of(HttpStatus.OK, MediaType.JSON, body));
    return this;
  }

  /** A verdict. */
  public FakeOpenAi judges(String value) {
    return says("{\"rationale\": \"because\", \"value\": " + value + "}");
  }

  /** A whole body as it is. */
  public FakeOpenAi body(String body) {
    script.add(() -> HttpResponse.of(HttpStatus.OK, MediaType.JSON, body));
    return this;
  }

  public FakeOpenAi status(int status, String code, String... headers) {
    script.add(() -> {
      var built = ResponseHeaders.builder(status).contentType(MediaType.JSON);
      for (int i = 0; i < headers.length; i += 2) {
        built.add(headers[i], headers[i + 1]);
      }
      return HttpResponse.of(
          built.build(),
          HttpData.ofUtf8("{\"error\":{\"message\":\"no: sk-secret-1\",\"code\":\"%s\"}}", code));
    });
    return this;
  }

  /** Never answers. */
  public FakeOpenAi silence() {
    script.add(HttpResponse::streaming);
    return this;
  }

  public List<String> requests() {
    return requests.stream().map(request -> request.contentUtf8()).toList();
  }

  public URI baseUrl() {
    return URI.create("http://127.0.0.1:" + server.activeLocalPort() + "/v1");
  }

  @Override
  public void close() {
    // not joined: its quiet period is longer than most tests
    boolean _ = server.stop().isDone();
  }
}
