package dev.assay.wire;

import com.google.protobuf.ByteString;
import dev.assay.model.TestTraces;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.LogsData;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import java.util.Map;

/** Log records of {@link TestOtlp#TRACE}, for tests. */
public final class TestLogs {
  private TestLogs() {}

  /** An event of a span, with its body. */
  public static LogRecord.Builder event(long span, String name, Map<String, Object> body) {
    return record(span).setEventName(name).setBody(TestOtlp.any(body));
  }

  /** A record within a span, of which nobody says what it is. */
  public static LogRecord.Builder record(long span) {
    return LogRecord.newBuilder()
        .setTraceId(ByteString.fromHex(TestOtlp.TRACE))
        .setSpanId(OtlpRequests.spanId(span))
        .setTimeUnixNano(TestTraces.T0)
        .addAttributes(TestOtlp.keyValue("gen_ai.system", "openai"));
  }

  /** As an exporter of the application {@code shop} sends them. */
  public static LogsData export(LogRecord.Builder... records) {
    var scope = ScopeLogs.newBuilder();
    for (var record : records) {
      scope.addLogRecords(record);
    }
    var resource = ResourceLogs.newBuilder().addScopeLogs(scope);
    resource.getResourceBuilder().addAttributes(TestOtlp.keyValue("service.name", "shop"));
    return LogsData.newBuilder().addResourceLogs(resource).build();
  }

  /** As they lie on {@code assay.spans}. */
  public static byte[] message(LogRecord.Builder... records) {
    try {
      return new OtlpTraces(1 << 20, 64L << 20)
          .split(export(records).toByteArray(), OtlpSignal.LOGS, OtlpEncoding.PROTOBUF, Map.of())
          .records()
          .getFirst()
          .bytes();
    } catch (MalformedOtlpException | OtlpTooLargeException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
