package dev.assay.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.TracesData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads OTLP protobuf. The three outer levels are walked, not parsed: each span is a slice of the
 * request, parsed by itself to see that it is sound. So one broken span does not take the others
 * with it, fields this version does not know survive, and nothing is encoded again.
 */
final class OtlpProtobuf {
  // the same in every signal
  private static final int RESOURCE_SPANS = tag(TracesData.RESOURCE_SPANS_FIELD_NUMBER);
  private static final int SCOPE_SPANS = tag(ResourceSpans.SCOPE_SPANS_FIELD_NUMBER);
  private static final int SPANS = tag(ScopeSpans.SPANS_FIELD_NUMBER);

  private final SpansByTrace into;
  private final Map<String, String> attributes;

  /**
   * @param attributes for every resource
   */
  OtlpProtobuf(SpansByTrace into, Map<String, String> attributes) {
    this.into = into;
    this.attributes = attributes;
  }

  void read(byte[] request) throws MalformedOtlpException, OtlpTooLargeException {
    try {
      var _ = walk(UnsafeByteOperations.unsafeWrap(request), RESOURCE_SPANS, this::resourceSpans);
    } catch (IOException e) {
      throw new MalformedOtlpException("not an OTLP protobuf message: " + e.getMessage(), e);
    }
  }

  private void resourceSpans(ByteString message) throws IOException, OtlpTooLargeException {
    var resource = new OtlpResource();
    var header = walk(message, SCOPE_SPANS, scopeSpans -> scopeSpans(scopeSpans, resource));
    String app = OtlpResource.UNKNOWN_APP;
    try {
      var parsed = parse(header, ResourceSpans.newBuilder());
      app = OtlpResource.appOf(parsed.getResource());
      if (OtlpResource.add(attributes, parsed)) {
        header = parsed.build().toByteString();
      }
    } catch (InvalidProtocolBufferException e) {
      resource.rejectAll("resource: " + e.getMessage());
    }
    into.add(app, header, resource);
  }

  private void scopeSpans(ByteString message, OtlpResource resource)
      throws IOException, OtlpTooLargeException {
    var spans = new ArrayList<OtlpResource.SoundSpan>();
    var header = walk(message, SPANS, bytes -> span(bytes, resource, spans));
    try {
      var _ = parse(header, ScopeSpans.newBuilder());
      resource.add(new OtlpResource.Scope(header, spans));
    } catch (InvalidProtocolBufferException e) {
      resource.reject(spans.size(), "scope: " + e.getMessage());
    }
  }

  private void span(ByteString bytes, OtlpResource resource, List<OtlpResource.SoundSpan> spans)
      throws IOException {
    // not even parsed: as objects it would be ten times its size
    if (bytes.size() > into.maxRecordBytes()) {
      resource.reject(into.tooLarge(bytes.size()));
      return;
    }
    try {
      var signal = into.signal();
      signal.add(parse(bytes, signal.newItem()).build(), bytes, resource, spans);
    } catch (InvalidProtocolBufferException e) {
      resource.reject(into.signal().item() + ": " + e.getMessage());
    }
  }

  private static <B extends Message.Builder> B parse(ByteString bytes, B builder)
      throws IOException {
    var in = bytes.newCodedInput();
    in.setRecursionLimit(OtlpResource.MAX_DEPTH);
    builder.mergeFrom(in);
    in.checkLastTagWas(0);
    return builder;
  }

  @FunctionalInterface
  private interface Child {
    void read(ByteString message) throws IOException, OtlpTooLargeException;
  }

  /** Hands every field with that tag to {@code child}, and returns all others as they are. */
  private static ByteString walk(ByteString message, int childTag, Child child)
      throws IOException, OtlpTooLargeException {
    var in = message.newCodedInput();
    in.enableAliasing(true);
    ByteString others = ByteString.EMPTY;
    ByteString.@Nullable Output scattered = null;
    int start = 0;
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (tag == childTag) {
        child.read(in.readBytes());
      } else {
        if (!in.skipField(tag)) {
          throw new InvalidProtocolBufferException("a group ends that did not begin");
        }
        var field = message.substring(start, in.getTotalBytesRead());
        // Concatenating many slices one by one would be quadratic.
        if (scattered != null) {
          field.writeTo(scattered);
        } else if (others.isEmpty()) {
          others = field;
        } else {
          scattered = ByteString.newOutput(others.size() + field.size());
          others.writeTo(scattered);
          field.writeTo(scattered);
        }
      }
      start = in.getTotalBytesRead();
    }
    return scattered == null ? others : scattered.toByteString();
  }

  private static int tag(int field) {
    return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }
}
