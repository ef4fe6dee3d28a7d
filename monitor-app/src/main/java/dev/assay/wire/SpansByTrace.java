package dev.assay.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Encoded spans, regrouped from "by resource" to "by trace". Spans are referred to, not copied,
 * until the records are written, each once and at its exact size.
 */
final class SpansByTrace {
  /** What a record costs besides its bytes, here and in the producer. */
  private static final int RECORD_OVERHEAD = 512;

  /** The most that a tag and a length take. */
  private static final int FIELD_OVERHEAD = 6;

  private final OtlpSignal signal;
  private final int maxRecordBytes;
  private final long maxTotalBytes;
  private final Map<String, List<Draft>> drafts = new LinkedHashMap<>();
  private final Map<String, OtlpSplit.Tally> tallies = new LinkedHashMap<>();
  private @Nullable String problem;
  private long total;

  SpansByTrace(OtlpSignal signal, int maxRecordBytes, long maxTotalBytes) {
    this.signal = signal;
    this.maxRecordBytes = maxRecordBytes;
    this.maxTotalBytes = maxTotalBytes;
  }

  /**
   * @param header every field of the {@code ResourceSpans} but its spans, encoded
   */
  void add(String app, ByteString header, OtlpResource resource) throws OtlpTooLargeException {
    int accepted = 0;
    for (var scope : resource.scopes()) {
      for (var span : scope.spans()) {
        if (add(header, scope.header(), span)) {
          accepted++;
        } else {
          resource.reject(
              tooLarge((long) header.size() + scope.header().size() + span.bytes().size()));
        }
      }
    }
    warn(resource.problem());
    tallies.merge(
        app,
        new OtlpSplit.Tally(accepted, resource.rejected(), resource.passedOver()),
        OtlpSplit.Tally::plus);
  }

  OtlpSignal signal() {
    return signal;
  }

  int maxRecordBytes() {
    return maxRecordBytes;
  }

  String tooLarge(long bytes) {
    return "%s: must take at most %d bytes with its resource and scope, takes %d"
        .formatted(signal.item(), maxRecordBytes, bytes);
  }

  void warn(@Nullable String what) {
    if (problem == null) {
      problem = what;
    }
  }

  OtlpSplit split() {
    var records = new ArrayList<TraceSpans>();
    drafts.forEach((traceId, ofTrace) -> {
      for (var draft : ofTrace) {
        records.add(new TraceSpans(traceId, draft.spans, draft.encode()));
      }
    });
    return new OtlpSplit(records, tallies, problem);
  }

  private boolean add(ByteString resource, ByteString scope, OtlpResource.SoundSpan span)
      throws OtlpTooLargeException {
    if (Draft.cost(resource, scope, span.bytes()) > maxRecordBytes) {
      return false;
    }
    var ofTrace =
        drafts.computeIfAbsent(
            HexFormat.of().formatHex(span.traceId().toByteArray()), _ -> new ArrayList<>(1));
    if (ofTrace.isEmpty()
        || ofTrace.getLast().size + ofTrace.getLast().growth(resource, scope, span.bytes())
            > maxRecordBytes) {
      ofTrace.add(new Draft());
      total += RECORD_OVERHEAD;
    }
    // A shared resource is written once per trace: that is bounded here, or a small request with
    // one large resource and many traces would become terabytes.
    total += ofTrace.getLast().add(resource, scope, span.bytes());
    if (total > maxTotalBytes) {
      throw new OtlpTooLargeException(
          "request: becomes more than %d bytes when it is split by trace, since each trace carries"
                  .formatted(maxTotalBytes)
              + " its resource; send fewer traces at once, or a smaller resource");
    }
    return true;
  }

  /** A record to be: spans of one trace, in the order in which they came. */
  // Headers are compared by identity: one object per ResourceSpans or ScopeSpans that was read.
  @SuppressWarnings("ReferenceEquality")
  private static final class Draft {
    private final List<ResourcePart> resources = new ArrayList<>(1);
    private int spans;

    /** Not less than what {@link #encode} will give. */
    private int size;

    static long cost(ByteString resource, ByteString scope, ByteString span) {
      return (long) resource.size() + scope.size() + span.size() + 3 * FIELD_OVERHEAD;
    }

    long growth(ByteString resource, ByteString scope, ByteString span) {
      if (resources.isEmpty() || resources.getLast().header != resource) {
        return cost(resource, scope, span);
      }
      return resources.getLast().scopes.getLast().header == scope
          ? span.size() + (long) FIELD_OVERHEAD
          : scope.size() + span.size() + 2L * FIELD_OVERHEAD;
    }

    int add(ByteString resource, ByteString scope, ByteString span) {
      int growth = Math.toIntExact(growth(resource, scope, span));
      if (resources.isEmpty() || resources.getLast().header != resource) {
        resources.add(new ResourcePart(resource));
      }
      var scopes = resources.getLast().scopes;
      if (scopes.isEmpty() || scopes.getLast().header != scope) {
        scopes.add(new ScopePart(scope));
      }
      scopes.getLast().add(span);
      spans++;
      size += growth;
      return growth;
    }

    byte[] encode() {
      int length = 0;
      for (var resource : resources) {
        length += field(resource.size());
      }
      var bytes = new byte[length];
      var out = CodedOutputStream.newInstance(bytes);
      try {
        for (var resource : resources) {
          start(out, TracesData.RESOURCE_SPANS_FIELD_NUMBER, resource.size());
          out.writeRawBytes(resource.header);
          for (var scope : resource.scopes) {
            start(out, ResourceSpans.SCOPE_SPANS_FIELD_NUMBER, scope.size);
            out.writeRawBytes(scope.header);
            for (var span : scope.spans) {
              start(out, ScopeSpans.SPANS_FIELD_NUMBER, span.size());
              out.writeRawBytes(span);
            }
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      out.checkNoSpaceLeft();
      return bytes;
    }

    private static void start(CodedOutputStream out, int field, int length) throws IOException {
      out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
      out.writeUInt32NoTag(length);
    }

    /** The size of a message as a field; all three fields have tags of one byte. */
    private static int field(int length) {
      return 1 + CodedOutputStream.computeUInt32SizeNoTag(length) + length;
    }
  }

  private static final class ResourcePart {
    private final ByteString header;
    private final List<ScopePart> scopes = new ArrayList<>(1);

    ResourcePart(ByteString header) {
      this.header = header;
    }

    int size() {
      int size = header.size();
      for (var scope : scopes) {
        size += Draft.field(scope.size);
      }
      return size;
    }
  }

  private static final class ScopePart {
    private final ByteString header;
    private final List<ByteString> spans = new ArrayList<>(1);
    private int size;

    ScopePart(ByteString header) {
      this.header = header;
      this.size = header.size();
    }

    void add(ByteString span) {
      spans.add(span);
      size += Draft.field(span.size());
    }
  }
}
