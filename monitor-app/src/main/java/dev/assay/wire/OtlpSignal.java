package dev.assay.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.trace.v1.Span;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an OTLP export holds. Its three outer levels have the same field numbers in every signal,
 * and in JSON names of their own.
 */
public enum OtlpSignal {
  /** Spans. */
  TRACES("resourceSpans", "scopeSpans", "spans", "span") {
    @Override
    Message.Builder newItem() {
      return Span.newBuilder();
    }

    @Override
    void add(
        Message item,
        @Nullable ByteString asSent,
        OtlpResource resource,
        List<OtlpResource.SoundSpan> into) {
      var span = (Span) item;
      var problem = OtlpResource.problemOf(span);
      if (problem == null) {
        into.add(OtlpResource.sound(span, asSent));
      } else {
        resource.reject(problem);
      }
    }
  },

  /** Log records, of which events that tell of a span are taken: see {@link LogEvents}. */
  LOGS("resourceLogs", "scopeLogs", "logRecords", "log_record") {
    @Override
    Message.Builder newItem() {
      return LogRecord.newBuilder();
    }

    @Override
    void add(
        Message item,
        @Nullable ByteString asSent,
        OtlpResource resource,
        List<OtlpResource.SoundSpan> into) {
      LogEvents.add((LogRecord) item, resource, into);
    }
  };

  private final String resources;
  private final String scopes;
  private final String items;
  private final String item;

  OtlpSignal(String resources, String scopes, String items, String item) {
    this.resources = resources;
    this.scopes = scopes;
    this.items = items;
    this.item = item;
  }

  /** In JSON, of what is grouped by resource. */
  String resources() {
    return resources;
  }

  /** In JSON, of what is grouped by scope. */
  String scopes() {
    return scopes;
  }

  /** In JSON, of spans or log records. */
  String items() {
    return items;
  }

  /** One of them, in messages. */
  String item() {
    return item;
  }

  abstract Message.Builder newItem();

  /**
   * Adds what becomes part of a trace, or says to the resource why not.
   *
   * @param asSent its bytes, where it came encoded
   */
  abstract void add(
      Message item,
      @Nullable ByteString asSent,
      OtlpResource resource,
      List<OtlpResource.SoundSpan> into);
}
