package dev.assay.api;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.ServerErrorHandler;
import com.linecorp.armeria.server.ServiceConfig;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.assay.lookup.LookupUnavailableException;
import dev.assay.wire.Json;
import java.util.LinkedHashMap;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where errors become answers: {@code application/problem+json} for programs, a page
 * for people. What went wrong inside is logged, not told.
 */
final class Problems implements ServerErrorHandler {
  private static final Logger logger = LoggerFactory.getLogger(Problems.class);
  private static final MediaType PROBLEM_JSON = MediaType.create("application", "problem+json");

  private final Templates templates;

  Problems(Templates templates) {
    this.templates = templates;
  }

  @Override
  public HttpResponse onServiceException(ServiceRequestContext context, Throwable cause) {
    return render(context.request().headers(), of(cause)).toHttpResponse();
  }

  @Override
  public AggregatedHttpResponse renderStatus(
      @Nullable ServiceRequestContext context,
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    return render(headers, ofStatus(status));
  }

  @Override
  public AggregatedHttpResponse onProtocolViolation(
      ServiceConfig config,
      @Nullable RequestHeaders headers,
      HttpStatus status,
      @Nullable String description,
      @Nullable Throwable cause) {
    return render(headers, ofStatus(status));
  }

  private static Problem ofStatus(HttpStatus status) {
    return status.equals(HttpStatus.NOT_FOUND)
        ? Problem.notFound("there is nothing under this path")
        : Problem.of(status, "the request was refused: " + status.reasonPhrase());
  }

  private static Problem of(Throwable cause) {
    return switch (cause) {
      case Problem problem -> problem;
      case CompletionException e when e.getCause() != null -> of(e.getCause());
      case HttpStatusException e -> ofStatus(e.httpStatus());
      case LookupUnavailableException e -> {
        logger.debug("lookup unavailable", e);
        yield Problem.unavailable(String.valueOf(e.getMessage()));
      }
      case SerializationException e -> {
        logger.warn("a record on a topic cannot be decoded", e);
        yield Problem.of(
            HttpStatus.INTERNAL_SERVER_ERROR, "the record on the topic cannot be decoded");
      }
      default -> {
        logger.error("request failed", cause);
        yield Problem.of(HttpStatus.INTERNAL_SERVER_ERROR, "an internal error; see Assay's log");
      }
    };
  }

  private AggregatedHttpResponse render(@Nullable RequestHeaders request, Problem problem) {
    var headers = ResponseHeaders.builder(problem.status);
    Security.HEADERS.forEach(headers::set);
    headers.set(HttpHeaderNames.CACHE_CONTROL, "no-store");
    if (problem.status.equals(HttpStatus.METHOD_NOT_ALLOWED)) {
      headers.set(HttpHeaderNames.ALLOW, "GET, HEAD");
    }
    if (problem.status.equals(HttpStatus.SERVICE_UNAVAILABLE)) {
      headers.set(HttpHeaderNames.RETRY_AFTER, "2");
    }
    if (wantsPage(request)) {
      headers.contentType(MediaType.HTML_UTF_8);
      return AggregatedHttpResponse.of(headers.build(), HttpData.ofUtf8(templates.error(problem)));
    }
    headers.contentType(PROBLEM_JSON);
    return AggregatedHttpResponse.of(headers.build(), HttpData.ofUtf8(json(problem)));
  }

  private static boolean wantsPage(@Nullable RequestHeaders request) {
    if (request == null || request.path().startsWith("/api/")) {
      return false;
    }
    return request.get(HttpHeaderNames.ACCEPT, "").contains("text/html");
  }

  private static String json(Problem problem) {
    var body = new LinkedHashMap<String, Object>();
    body.put("type", "about:blank");
    body.put("title", problem.title);
    body.put("status", problem.status.code());
    body.put("detail", problem.detail);
    if (problem.parameter != null) {
      body.put("parameter", problem.parameter);
    }
    return Json.write(body);
  }
}
