package dev.assay.ingest;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.logging.RequestLog;
import dev.assay.wire.OtlpEncoding;
import dev.assay.wire.OtlpSignal;
import dev.assay.wire.OtlpSplit;
import org.jspecify.annotations.Nullable;

/** One export request in its protocol: how its body is framed, and how it is answered. */
sealed interface Exchange permits HttpExchange, GrpcExchange {
  /** Seconds a client is asked to wait: a broker that fails over takes about that long. */
  int RETRY_AFTER_SECONDS = 5;

  /** By what the sender says it sends. */
  static Exchange of(RequestHeaders headers) {
    return GrpcExchange.isGrpc(headers.contentType())
        ? new GrpcExchange(headers)
        : new HttpExchange(headers);
  }

  /**
   * Looks at the headers, before any of the body is read.
   *
   * @throws RefusedException if the body need not come
   */
  void check(long maxBodyBytes);

  /** Of the body, once it is decoded. */
  OtlpEncoding encoding();

  /** Bytes of framing before the body. */
  int framing();

  /**
   * The export request within the bytes that came, decompressed.
   *
   * @throws RefusedException if it is not what it says or becomes larger than {@code limit}
   */
  byte[] decode(byte[] sent, long limit, InFlightBytes.Share room);

  /** The answer when every accepted span is safe. */
  HttpResponse stored(OtlpSplit split, OtlpSignal signal);

  /** An answer of success, with something the sender should know. */
  HttpResponse warned(String warning);

  HttpResponse refused(Refusal refusal, @Nullable String message);

  /** As requests are counted: {@code http}, {@code grpc}. */
  String protocol();

  /** The status code that was sent, as the protocol writes it. */
  String code(RequestLog answered);
}
