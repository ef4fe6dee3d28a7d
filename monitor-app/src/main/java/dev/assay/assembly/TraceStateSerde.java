package dev.assay.assembly;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/**
 * {@link TraceState} in the store and its changelog: a byte that says which, then its fields in
 * order. A new layout takes a new first byte, so that what an older version wrote can be read.
 */
final class TraceStateSerde {
  private static final byte OPEN = 1;
  private static final byte CLOSED = 2;
  private static final int OPEN_FIELDS = 4 * Long.BYTES + 3 * Integer.BYTES;

  private TraceStateSerde() {}

  static Serde<TraceState> create() {
    return Serdes.serdeFrom((_, state) -> write(state), (_, bytes) -> read(bytes));
  }

  @SuppressWarnings("NullAway") // Kafka hands null on for a deletion
  static byte[] write(TraceState state) {
    return switch (state) {
      case null -> null;
      case OpenTrace open -> {
        var app = open.app().getBytes(StandardCharsets.UTF_8);
        yield ByteBuffer.allocate(1 + OPEN_FIELDS + app.length)
            .put(OPEN)
            .putInt(open.revision())
            .putLong(open.firstArrival())
            .putLong(open.lastArrival())
            .putLong(open.rootEnded())
            .putInt(open.messages())
            .putInt(open.spans())
            .putLong(open.bytes())
            .put(app)
            .array();
      }
      case ClosedTrace closed ->
          ByteBuffer.allocate(1 + Long.BYTES + Integer.BYTES)
              .put(CLOSED)
              .putLong(closed.closedAt())
              .putInt(closed.revision())
              .array();
    };
  }

  @SuppressWarnings("NullAway") // Kafka hands null on for a deletion
  static TraceState read(byte[] bytes) {
    if (bytes == null) {
      return null;
    }
    var in = ByteBuffer.wrap(bytes);
    byte kind = in.get();
    return switch (kind) {
      case OPEN -> {
        int revision = in.getInt();
        long firstArrival = in.getLong();
        long lastArrival = in.getLong();
        long rootEnded = in.getLong();
        int messages = in.getInt();
        int spans = in.getInt();
        long size = in.getLong();
        var app = new byte[in.remaining()];
        in.get(app);
        yield new OpenTrace(
            new String(app, StandardCharsets.UTF_8),
            revision,
            firstArrival,
            lastArrival,
            rootEnded,
            messages,
            spans,
            size);
      }
      case CLOSED -> new ClosedTrace(in.getLong(), in.getInt());
      default ->
          throw new SerializationException(
              "open-traces: 1 (open) or 2 (closed) expected, was " + kind);
    };
  }
}
