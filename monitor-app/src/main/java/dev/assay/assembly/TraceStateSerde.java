package dev.assay.assembly;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.jspecify.annotations.Nullable;

/**
 * {@link TraceState} in the store and its changelog: a byte that says which, then its fields in
 * order. A new layout takes a new first byte, so that what an older version wrote can be read.
 */
final class TraceStateSerde {
  private static final byte OPEN_1 = 1;
  private static final byte CLOSED_1 = 2;
  private static final byte OPEN = 3;
  private static final byte CLOSED = 4;
  private static final int OPEN_FIELDS = 4 * Long.BYTES + 3 * Integer.BYTES + 1;
  private static final int CLOSED_FIELDS = 3 * Long.BYTES + 3 * Integer.BYTES + 1;

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
        var before = open.before();
        var out =
            ByteBuffer.allocate(
                1 + OPEN_FIELDS + (before == null ? 0 : CLOSED_FIELDS) + app.length);
        out.put(OPEN)
            .putInt(open.revision())
            .putLong(open.firstArrival())
            .putLong(open.lastArrival())
            .putLong(open.rootEnded())
            .putInt(open.messages())
            .putInt(open.spans())
            .putLong(open.bytes())
            .put((byte) (before == null ? 0 : 1));
        if (before != null) {
          write(before, out);
        }
        yield out.put(app).array();
      }
      case ClosedTrace closed -> {
        var app = closed.app().getBytes(StandardCharsets.UTF_8);
        var out = ByteBuffer.allocate(1 + CLOSED_FIELDS + app.length).put(CLOSED);
        write(closed, out);
        yield out.put(app).array();
      }
    };
  }

  private static void write(ClosedTrace closed, ByteBuffer out) {
    out.putInt(closed.revision())
        .putLong(closed.firstClosedAt())
        .putLong(closed.closedAt())
        .put((byte) (closed.rootEnded() ? 1 : 0))
        .putInt(closed.messages())
        .putInt(closed.spans())
        .putLong(closed.bytes());
  }

  @SuppressWarnings("NullAway") // Kafka hands null on for a deletion
  static TraceState read(byte[] bytes) {
    if (bytes == null) {
      return null;
    }
    var in = ByteBuffer.wrap(bytes);
    byte kind = in.get();
    return switch (kind) {
      case OPEN_1, OPEN -> open(in, kind == OPEN);
      case CLOSED_1 -> {
        long closedAt = in.getLong();
        yield new ClosedTrace("", in.getInt(), closedAt, closedAt, true, 0, 0, 0);
      }
      case CLOSED -> {
        var closed = closed(in);
        yield closed.ofApp(rest(in));
      }
      default ->
          throw new SerializationException(
              "open-traces: 1 or 3 (open), 2 or 4 (closed) expected, was " + kind);
    };
  }

  private static OpenTrace open(ByteBuffer in, boolean mayBeReopened) {
    int revision = in.getInt();
    long firstArrival = in.getLong();
    long lastArrival = in.getLong();
    long rootEnded = in.getLong();
    int messages = in.getInt();
    int spans = in.getInt();
    long size = in.getLong();
    @Nullable ClosedTrace before = mayBeReopened && in.get() == 1 ? closed(in) : null;
    var app = rest(in);
    return new OpenTrace(
        app,
        revision,
        firstArrival,
        lastArrival,
        rootEnded,
        messages,
        spans,
        size,
        before == null ? null : before.ofApp(app));
  }

  private static ClosedTrace closed(ByteBuffer in) {
    return new ClosedTrace(
        "",
        in.getInt(),
        in.getLong(),
        in.getLong(),
        in.get() == 1,
        in.getInt(),
        in.getInt(),
        in.getLong());
  }

  private static String rest(ByteBuffer in) {
    var text = new byte[in.remaining()];
    in.get(text);
    return new String(text, StandardCharsets.UTF_8);
  }
}
