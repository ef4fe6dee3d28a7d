package dev.assay.wire;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import java.io.IOException;

/**
 * What assembly must know of a message on {@code assay.spans} before its trace is complete, read
 * without decoding the spans.
 *
 * @param app {@code service.name} of the first resource that has one, or {@code unknown_service}
 * @param spans in the message
 * @param remarks in the message: log records that tell of a span which comes by itself
 * @param rootEnded whether one of them is a span without a parent, and has ended
 * @param bytes of the message
 */
public record SpanPeek(String app, int spans, int remarks, boolean rootEnded, int bytes) {
  private static final String SERVICE_NAME = "service.name";
  private static final String UNKNOWN = "unknown_service";

  // Field numbers of opentelemetry/proto/{trace,resource,common}/v1; they can never change.
  private static final int RESOURCE_SPANS = 1;
  private static final int RESOURCE = 1;
  private static final int RESOURCE_ATTRIBUTES = 1;
  private static final int KEY = 1;
  private static final int VALUE = 2;
  private static final int STRING_VALUE = 1;
  private static final int SCOPE_SPANS = 2;
  private static final int SPANS = 2;
  private static final int PARENT_SPAN_ID = 4;
  private static final int NAME = 5;
  private static final int START_TIME = 7;
  private static final int END_TIME = 8;

  /**
   * Reads a message.
   *
   * @throws IllegalArgumentException if the bytes are not OTLP traces, or hold no span
   */
  public static SpanPeek of(byte[] message) {
    var reader = new Reader();
    try {
      reader.traces(CodedInputStream.newInstance(message));
    } catch (IOException e) {
      throw new IllegalArgumentException("not OTLP protobuf: " + e.getMessage(), e);
    }
    if (reader.spans + reader.remarks == 0) {
      throw new IllegalArgumentException(
          "a message of %d bytes without spans".formatted(message.length));
    }
    return new SpanPeek(
        reader.app.isBlank() ? UNKNOWN : reader.app,
        reader.spans,
        reader.remarks,
        reader.rootEnded,
        message.length);
  }

  private static final class Reader {
    private String app = "";
    private int spans;
    private int remarks;
    private boolean rootEnded;

    void traces(CodedInputStream in) throws IOException {
      fields(in, tag -> isMessage(tag, RESOURCE_SPANS) && nested(in, this::resourceSpans));
    }

    private void resourceSpans(CodedInputStream in) throws IOException {
      fields(
          in,
          tag ->
              isMessage(tag, SCOPE_SPANS)
                  ? nested(in, this::scopeSpans)
                  : isMessage(tag, RESOURCE) && app.isEmpty() && nested(in, this::resource));
    }

    private void resource(CodedInputStream in) throws IOException {
      fields(in, tag -> isMessage(tag, RESOURCE_ATTRIBUTES) && nested(in, this::attribute));
    }

    private void attribute(CodedInputStream in) throws IOException {
      boolean isServiceName = false;
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (isMessage(tag, KEY)) {
          isServiceName = in.readString().equals(SERVICE_NAME);
        } else if (!isServiceName || !isMessage(tag, VALUE) || !nested(in, this::value)) {
          skip(in, tag);
        }
      }
    }

    private void value(CodedInputStream in) throws IOException {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (isMessage(tag, STRING_VALUE)) {
          app = in.readString();
        } else {
          skip(in, tag);
        }
      }
    }

    private void scopeSpans(CodedInputStream in) throws IOException {
      fields(in, tag -> isMessage(tag, SPANS) && nested(in, this::span));
    }

    private void span(CodedInputStream in) throws IOException {
      boolean hasParent = false;
      boolean ended = false;
      boolean named = false;
      boolean started = false;
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (isMessage(tag, PARENT_SPAN_ID)) {
          hasParent = SpanIds.isValid(in.readBytes());
        } else if (tag == (END_TIME << 3 | WireFormat.WIRETYPE_FIXED64)) {
          ended = in.readFixed64() != 0;
        } else if (tag == (START_TIME << 3 | WireFormat.WIRETYPE_FIXED64)) {
          started = in.readFixed64() != 0;
        } else if (isMessage(tag, NAME)) {
          int length = in.readRawVarint32();
          named = length > 0;
          in.skipRawBytes(length);
        } else {
          skip(in, tag);
        }
      }
      // as LogEvents.isRemark has it
      if (named || started || ended) {
        spans++;
      } else {
        remarks++;
      }
      rootEnded |= ended && !hasParent;
    }

    /** Reads the field of a tag; whether it did, or leaves it to be skipped. */
    private interface Field {
      boolean read(int tag) throws IOException;
    }

    private interface Message {
      void read(CodedInputStream in) throws IOException;
    }

    private static void fields(CodedInputStream in, Field field) throws IOException {
      for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
        if (!field.read(tag)) {
          skip(in, tag);
        }
      }
    }

    private static boolean nested(CodedInputStream in, Message message) throws IOException {
      int outer = in.pushLimit(in.readRawVarint32());
      message.read(in);
      if (in.getBytesUntilLimit() != 0) {
        throw new IOException("a message ends before its length");
      }
      in.popLimit(outer);
      return true;
    }

    private static boolean isMessage(int tag, int field) {
      return tag == (field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED);
    }

    private static void skip(CodedInputStream in, int tag) throws IOException {
      if (!in.skipField(tag)) {
        throw new IOException("unexpected end of a group");
      }
    }
  }
}
