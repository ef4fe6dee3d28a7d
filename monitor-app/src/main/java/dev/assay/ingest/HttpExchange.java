package dev.assay.ingest;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.common.logging.RequestLog;
import dev.assay.wire.OtlpEncoding;
import dev.assay.wire.OtlpResponses;
import dev.assay.wire.OtlpSignal;
import dev.assay.wire.OtlpSplit;
import org.jspecify.annotations.Nullable;

/** OTLP/HTTP: the body is the message; errors are a {@code google.rpc.Status} in its encoding. */
final class HttpExchange implements Exchange {
  private final RequestHeaders headers;
  private final @Nullable OtlpEncoding encoding;

  HttpExchange(RequestHeaders headers) {
    this.headers = headers;
    this.encoding = encoding(headers.contentType());
  }

  @Override
  public void check(long maxBodyBytes) {
    if (headers.method() != HttpMethod.POST) {
      throw new RefusedException(Refusal.METHOD_NOT_ALLOWED, "method: must be POST");
    }
    if (encoding == null) {
      throw new RefusedException(
          Refusal.UNSUPPORTED,
          "Content-Type: must be %s or %s"
              .formatted(OtlpEncoding.PROTOBUF.contentType(), OtlpEncoding.JSON.contentType()));
    }
    if (headers.contentLength() > maxBodyBytes) {
      throw ContentEncoding.tooLarge(maxBodyBytes);
    }
    var _ = compression();
  }

  private ContentEncoding compression() {
    return ContentEncoding.of("Content-Encoding", headers.get(HttpHeaderNames.CONTENT_ENCODING));
  }

  /** People who try the address with the wrong type can read JSON. */
  @Override
  public OtlpEncoding encoding() {
    return encoding == null ? OtlpEncoding.JSON : encoding;
  }

  @Override
  public int framing() {
    return 0;
  }

  @Override
  public byte[] decode(byte[] sent, long limit, InFlightBytes.Share room) {
    return compression().decode(sent, 0, limit, room);
  }

  @Override
  public HttpResponse stored(OtlpSplit split, OtlpSignal signal) {
    return ok(OtlpResponses.success(split, signal, encoding()));
  }

  @Override
  public HttpResponse warned(String warning) {
    return ok(OtlpResponses.warning(warning, encoding()));
  }

  private HttpResponse ok(byte[] body) {
    return HttpResponse.of(HttpStatus.OK, mediaType(), body);
  }

  @Override
  public HttpResponse refused(Refusal refusal, @Nullable String message) {
    var answer =
        ResponseHeaders.builder(HttpStatus.valueOf(refusal.httpStatus())).contentType(mediaType());
    addAdvice(answer, refusal);
    return HttpResponse.of(
        answer.build(),
        HttpData.wrap(
            OtlpResponses.status(
                refusal.grpcCode(), message == null ? refusal.name() : message, encoding())));
  }

  private static void addAdvice(ResponseHeadersBuilder answer, Refusal refusal) {
    switch (refusal) {
      case METHOD_NOT_ALLOWED -> answer.set(HttpHeaderNames.ALLOW, "POST");
      case UNSUPPORTED -> answer.set(HttpHeaderNames.ACCEPT_ENCODING, ContentEncoding.ALLOWED);
      case UNAVAILABLE -> answer.setInt(HttpHeaderNames.RETRY_AFTER, RETRY_AFTER_SECONDS);
      case MALFORMED, TOO_LARGE, FAILED -> {}
    }
  }

  @Override
  public String protocol() {
    return "http";
  }

  @Override
  public String code(RequestLog answered) {
    return Integer.toString(answered.responseHeaders().status().code());
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

  private MediaType mediaType() {
    return switch (encoding()) {
      case PROTOBUF -> MediaType.X_PROTOBUF;
      case JSON -> MediaType.JSON;
    };
  }
}
