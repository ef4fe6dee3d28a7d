package dev.assay.api;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.assay.wire.Json;
import java.util.concurrent.CompletableFuture;

/** How handlers meet the server: GET and HEAD only, off the event loop, errors as problems. */
final class Respond {
  /** Answers a request on a thread that may wait. */
  @FunctionalInterface
  interface Handler {
    HttpResponse answer(ServiceRequestContext context) throws Exception;
  }

  private Respond() {}

  static HttpService to(Handler handler, Problems problems) {
    return (context, request) -> {
      if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
        return problems.onServiceException(
            context, Problem.methodNotAllowed(request.method().name()));
      }
      return HttpResponse.of(
          CompletableFuture.supplyAsync(
              () -> answer(handler, problems, context), context.blockingTaskExecutor()));
    };
  }

  private static HttpResponse answer(
      Handler handler, Problems problems, ServiceRequestContext context) {
    try {
      return handler.answer(context);
    } catch (Exception e) {
      return problems.onServiceException(context, e);
    }
  }

  static HttpResponse json(Object body) {
    return json(HttpStatus.OK, body);
  }

  static HttpResponse json(HttpStatus status, Object body) {
    return of(status, MediaType.JSON_UTF_8, Json.write(body));
  }

  static HttpResponse html(HttpStatus status, String body) {
    return of(status, MediaType.HTML_UTF_8, body);
  }

  private static HttpResponse of(HttpStatus status, MediaType type, String body) {
    return HttpResponse.of(
        ResponseHeaders.builder(status)
            .contentType(type)
            .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
            .build(),
        HttpData.ofUtf8(body));
  }
}
