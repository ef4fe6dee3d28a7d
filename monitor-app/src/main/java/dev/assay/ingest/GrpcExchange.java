package dev.assay.ingest;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.grpc.protocol.GrpcHeaderNames;
import com.linecorp.armeria.common.grpc.protocol.StatusMessageEscaper;
import com.linecorp.armeria.common.logging.RequestLog;
import dev.assay.wire.OtlpEncoding;
import dev.assay.wire.OtlpResponses;
import dev.assay.wire.OtlpSignal;
import dev.assay.wire.OtlpSplit;
import java.nio.ByteBuffer;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * OTLP/gRPC: a unary call, so one message behind five bytes that say whether it is compressed and
 * how long it is; the status is in the trailers.
 *
 * <p>Not through generated stubs: they would decompress on the event loop and decode every span
 * before its bytes could be bounded and counted, only for them to be encoded again.
 */
final class GrpcExchange implements Exchange {
  private static final int PREFIX = 5;
  private static final MediaType TYPE = MediaType.parse("application/grpc+proto");
  private static final String OK = "0";

  private final RequestHeaders headers;

  GrpcExchange(RequestHeaders headers) {
    this.headers = headers;
  }

  static boolean isGrpc(@Nullable MediaType type) {
    return type != null
        && type.type().equals("application")
        && (type.subtype().equals("grpc") || type.subtype().equals("grpc+proto"));
  }

  @Override
  public void check(long maxBodyBytes) {
    if (headers.method() != HttpMethod.POST) {
      throw new RefusedException(Refusal.METHOD_NOT_ALLOWED, "method: must be POST");
    }
    if (headers.contentLength() > PREFIX + maxBodyBytes) {
      throw ContentEncoding.tooLarge(maxBodyBytes);
    }
    var _ = compression();
  }

  private ContentEncoding compression() {
    return ContentEncoding.of(
        GrpcHeaderNames.GRPC_ENCODING.toString(), headers.get(GrpcHeaderNames.GRPC_ENCODING));
  }

  @Override
  public OtlpEncoding encoding() {
    return OtlpEncoding.PROTOBUF;
  }

  @Override
  public int framing() {
    return PREFIX;
  }

  @Override
  public byte[] decode(byte[] sent, long limit, InFlightBytes.Share room) {
    if (sent.length < PREFIX
        || (sent[0] & 0xFE) != 0
        || ByteBuffer.wrap(sent, 1, Integer.BYTES).getInt() != sent.length - PREFIX) {
      throw new RefusedException(Refusal.MALFORMED, "body: must be one gRPC message");
    }
    boolean compressed = sent[0] == 1;
    if (compressed && compression() == ContentEncoding.IDENTITY) {
      throw new RefusedException(
          Refusal.MALFORMED, "grpc-encoding: must say how the message is compressed");
    }
    return (compressed ? compression() : ContentEncoding.IDENTITY)
        .decode(sent, PREFIX, limit, room);
  }

  @Override
  public HttpResponse stored(OtlpSplit split, OtlpSignal signal) {
    return ok(OtlpResponses.success(split, signal, OtlpEncoding.PROTOBUF));
  }

  @Override
  public HttpResponse warned(String warning) {
    return ok(OtlpResponses.warning(warning, OtlpEncoding.PROTOBUF));
  }

  private static HttpResponse ok(byte[] message) {
    var framed = ByteBuffer.allocate(PREFIX + message.length);
    framed.put((byte) 0).putInt(message.length).put(message);
    return HttpResponse.of(
        headers().build(),
        HttpData.wrap(framed.array()),
        HttpHeaders.of(GrpcHeaderNames.GRPC_STATUS, OK));
  }

  @Override
  public HttpResponse refused(Refusal refusal, @Nullable String message) {
    var said = message == null ? refusal.name() : message;
    var status =
        OtlpResponses.statusDetails(
            refusal.grpcCode(), said, refusal.retryable() ? RETRY_AFTER_SECONDS : 0);
    // headers and trailers in one, as gRPC has it for answers without a message
    return HttpResponse.of(
        headers()
            .set(GrpcHeaderNames.GRPC_STATUS, Integer.toString(refusal.grpcCode()))
            .set(GrpcHeaderNames.GRPC_MESSAGE, StatusMessageEscaper.escape(said))
            .set(
                GrpcHeaderNames.GRPC_STATUS_DETAILS_BIN,
                Base64.getEncoder().withoutPadding().encodeToString(status))
            .build());
  }

  private static com.linecorp.armeria.common.ResponseHeadersBuilder headers() {
    return ResponseHeaders.builder(HttpStatus.OK)
        .contentType(TYPE)
        .set(GrpcHeaderNames.GRPC_ACCEPT_ENCODING, ContentEncoding.ALLOWED);
  }

  @Override
  public String protocol() {
    return "grpc";
  }

  @Override
  public String code(RequestLog answered) {
    var inHeaders = answered.responseHeaders().get(GrpcHeaderNames.GRPC_STATUS);
    var status =
        inHeaders == null
            ? answered.responseTrailers().get(GrpcHeaderNames.GRPC_STATUS)
            : inHeaders;
    return status == null ? "none" : status;
  }
}
