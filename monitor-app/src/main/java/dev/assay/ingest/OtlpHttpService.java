package dev.assay.ingest;

import static java.util.Objects.requireNonNull;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.util.Exceptions;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import dev.assay.wire.OtlpEncoding;
import dev.assay.wire.OtlpResponses;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code POST /v1/traces} as the OTLP specification has it: answered when every accepted span is
 * safe, never before.
 */
final class OtlpHttpService implements HttpService {
  /** Seconds a client is asked to wait: a broker that fails over takes about that long. */
  private static final String RETRY_AFTER = "5";

  private static final Logger logger = LoggerFactory.getLogger(OtlpHttpService.class);

  private final ReceiveSpans spans;
  private final InFlightBytes inFlight;
  private final long maxBodyBytes;
  private final Metrics metrics;
  private final Executor blocking;

  /**
   * @param blocking where bodies are decoded and handed to the sink
   */
  OtlpHttpService(
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
    // From the log, so that what Armeria itself answers (a timeout) is counted too.
    var _ =
        ctx.log()
            .whenComplete()
            .thenAccept(log ->
                metrics.count(
                    Meter.INGEST_REQUESTS,
                    "http",
                    Integer.toString(log.responseHeaders().status().code())));
    var encoding = encoding(request.contentType());
    var room = inFlight.open();
    try {
      var contentEncoding = checkHeaders(request, encoding);
      return HttpResponse.of(
          request
              .peekData(new Arriving(room))
              .aggregate()
              .thenComposeAsync(
                  whole ->
                      spans.receive(
                          contentEncoding.decode(whole.content().array(), maxBodyBytes, room),
                          answerIn(encoding),
                          room),
                  blocking)
              .handle((split, failure) ->
                  split == null
                      ? failed(requireNonNull(failure), encoding)
                      : HttpResponse.of(
                          HttpStatus.OK,
                          mediaType(answerIn(encoding)),
                          OtlpResponses.success(split, answerIn(encoding))))
              .whenComplete((_, _) -> room.close()));
    } catch (RefusedException e) {
      room.close();
      return failed(e, encoding);
    }
  }

  private ContentEncoding checkHeaders(HttpRequest request, @Nullable OtlpEncoding encoding) {
    if (request.method() != HttpMethod.POST) {
      throw new RefusedException(Refusal.METHOD_NOT_ALLOWED, "method: must be POST");
    }
    if (encoding == null) {
      throw new RefusedException(
          Refusal.UNSUPPORTED,
          "Content-Type: must be %s or %s"
              .formatted(OtlpEncoding.PROTOBUF.contentType(), OtlpEncoding.JSON.contentType()));
    }
    if (request.headers().contentLength() > maxBodyBytes) {
      throw ContentEncoding.tooLarge(maxBodyBytes);
    }
    return ContentEncoding.of(request.headers().get(HttpHeaderNames.CONTENT_ENCODING));
  }

  /** Counts a body as it arrives, and stops it at the limit. */
  private final class Arriving implements Consumer<HttpData> {
    private final InFlightBytes.Share room;
    private long size;

    private Arriving(InFlightBytes.Share room) {
      this.room = room;
    }

    @Override
    public void accept(HttpData data) {
      size += data.length();
      if (size > maxBodyBytes) {
        throw ContentEncoding.tooLarge(maxBodyBytes);
      }
      room.take(data.length());
    }
  }

  /** Null for a type that is not OTLP's. Parameters, such as a charset, do not matter. */
  private static @Nullable OtlpEncoding encoding(@Nullable MediaType type) {
    if (type != null) {
      for (var encoding : OtlpEncoding.values()) {
        if (type.nameWithoutParameters().equals(encoding.contentType())) {
          return encoding;
        }
      }
    }
    return null;
  }

  /** People who try the address with the wrong type can read JSON. */
  private static OtlpEncoding answerIn(@Nullable OtlpEncoding encoding) {
    return encoding == null ? OtlpEncoding.JSON : encoding;
  }

  /** The answer to what Armeria gives up by itself, or null where it is not of this service. */
  static @Nullable HttpResponse onServerError(ServiceRequestContext ctx, Throwable failure) {
    return failure instanceof RequestTimeoutException
        ? refused(
            Refusal.UNAVAILABLE,
            "timeout: the request took too long",
            encoding(ctx.request().contentType()))
        : null;
  }

  private static HttpResponse failed(Throwable failure, @Nullable OtlpEncoding encoding) {
    var cause = Exceptions.peel(failure);
    if (cause instanceof RefusedException refused) {
      return refused(refused.refusal(), refused.getMessage(), encoding);
    }
    if (!Exceptions.isExpected(cause)) { // expected: the client went away
      logger.error("export request failed", cause);
    }
    return refused(Refusal.FAILED, "internal error", encoding);
  }

  private static HttpResponse refused(
      Refusal refusal, @Nullable String message, @Nullable OtlpEncoding encoding) {
    var answer = answerIn(encoding);
    var headers =
        ResponseHeaders.builder(HttpStatus.valueOf(refusal.httpStatus()))
            .contentType(mediaType(answer));
    addAdvice(headers, refusal);
    return HttpResponse.of(
        headers.build(),
        HttpData.wrap(
            OtlpResponses.status(
                refusal.grpcCode(), message == null ? refusal.name() : message, answer)));
  }

  private static void addAdvice(ResponseHeadersBuilder headers, Refusal refusal) {
    switch (refusal) {
      case METHOD_NOT_ALLOWED -> headers.set(HttpHeaderNames.ALLOW, "POST");
      case UNSUPPORTED -> headers.set(HttpHeaderNames.ACCEPT_ENCODING, ContentEncoding.ALLOWED);
      case UNAVAILABLE -> headers.set(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER);
      case MALFORMED, TOO_LARGE, FAILED -> {}
    }
  }

  private static MediaType mediaType(OtlpEncoding encoding) {
    return switch (encoding) {
      case PROTOBUF -> MediaType.X_PROTOBUF;
      case JSON -> MediaType.JSON;
    };
  }
}
