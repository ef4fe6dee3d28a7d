package dev.assay.wire;

import dev.assay.model.Trace;
import dev.assay.model.TraceHeader;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A trace as it stands on a topic: the header is decoded at once, the rest when somebody asks. Not
 * for sharing between threads.
 */
public final class EncodedTrace {
  private final TraceHeader header;
  private final TraceAvro.@Nullable Head head;
  private byte @Nullable [] bytes;
  private @Nullable Trace trace;

  private EncodedTrace(Trace trace) {
    this.header = trace.header();
    this.head = null;
    this.trace = trace;
  }

  private EncodedTrace(TraceAvro.Head head) {
    this.header = head.header();
    this.head = head;
    this.bytes = head.bytes();
  }

  public static EncodedTrace of(Trace trace) {
    return new EncodedTrace(trace);
  }

  /**
   * Decodes the header.
   *
   * @throws org.apache.kafka.common.errors.SerializationException if the bytes are not a trace
   */
  public static EncodedTrace ofBytes(byte[] bytes) {
    return new EncodedTrace(TraceAvro.head(bytes));
  }

  public TraceHeader header() {
    return header;
  }

  /**
   * The whole trace.
   *
   * @throws org.apache.kafka.common.errors.SerializationException if what follows the header cannot
   *     be decoded
   */
  public Trace trace() {
    if (trace == null) {
      trace = TraceAvro.decode(Objects.requireNonNull(head));
    }
    return trace;
  }

  /** The record's value on {@code assay.traces}. */
  public byte[] bytes() {
    if (bytes == null) {
      bytes = TraceAvro.encode(Objects.requireNonNull(trace));
    }
    return bytes;
  }
}
