package dev.assay.wire;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.nio.charset.StandardCharsets;

/** What OTLP answers with, in the encoding of the request. */
public final class OtlpResponses {
  private static final JsonFormat.Printer JSON =
      JsonFormat.printer().omittingInsignificantWhitespace();

  private OtlpResponses() {}

  /**
   * The signal's {@code Export…ServiceResponse}: {@code partial_success} is set where something was
   * rejected or there is a warning.
   */
  public static byte[] success(OtlpSplit split, OtlpSignal signal, OtlpEncoding encoding) {
    return encode(
        switch (signal) {
          case TRACES -> {
            var response = ExportTraceServiceResponse.newBuilder();
            if (split.problem() != null) {
              response
                  .getPartialSuccessBuilder()
                  .setRejectedSpans(split.rejected())
                  .setErrorMessage(split.problem());
            }
            yield response.build();
          }
          case LOGS -> {
            var response = ExportLogsServiceResponse.newBuilder();
            if (split.problem() != null) {
              response
                  .getPartialSuccessBuilder()
                  .setRejectedLogRecords(split.rejected())
                  .setErrorMessage(split.problem());
            }
            yield response.build();
          }
        },
        encoding);
  }

  /**
   * A response with a warning and nothing rejected. The same for every signal: they differ only in
   * the name of the count, which is left out at 0.
   */
  public static byte[] warning(String warning, OtlpEncoding encoding) {
    var response = ExportTraceServiceResponse.newBuilder();
    response.getPartialSuccessBuilder().setErrorMessage(warning);
    return encode(response.build(), encoding);
  }

  /**
   * A {@code google.rpc.Status} in protobuf, as gRPC has it in its trailers.
   *
   * @param code one of {@code google.rpc.Code}
   * @param retrySeconds in a {@code google.rpc.RetryInfo}; 0: none
   */
  public static byte[] statusDetails(int code, String message, int retrySeconds) {
    var status = Status.newBuilder().setCode(code).setMessage(message);
    if (retrySeconds > 0) {
      status.addDetails(
          Any.pack(
              RetryInfo.newBuilder()
                  .setRetryDelay(Duration.newBuilder().setSeconds(retrySeconds))
                  .build()));
    }
    return status.build().toByteArray();
  }

  /**
   * A {@code google.rpc.Status}.
   *
   * @param code one of {@code google.rpc.Code}
   */
  public static byte[] status(int code, String message, OtlpEncoding encoding) {
    return encode(Status.newBuilder().setCode(code).setMessage(message).build(), encoding);
  }

  private static byte[] encode(Message message, OtlpEncoding encoding) {
    return switch (encoding) {
      case PROTOBUF -> message.toByteArray();
      case JSON -> {
        try {
          yield JSON.print(message).getBytes(StandardCharsets.UTF_8);
        } catch (InvalidProtocolBufferException e) {
          throw new IllegalStateException("only messages with an Any can fail to print", e);
        }
      }
    };
  }
}
