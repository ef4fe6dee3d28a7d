package dev.assay.wire;

import com.google.protobuf.ByteString;
import java.util.HexFormat;

/** Span ids on the wire: eight bytes, not all zero. */
final class SpanIds {
  private static final HexFormat HEX = HexFormat.of();

  private SpanIds() {}

  static boolean isValid(ByteString id) {
    return id.size() == Long.BYTES && toLong(id) != 0;
  }

  /** The id as a number; 0 where it is none. */
  static long toLong(ByteString id) {
    if (id.size() != Long.BYTES) {
      return 0;
    }
    long value = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      value = value << 8 | (id.byteAt(i) & 0xff);
    }
    return value;
  }

  /** 16 lower-case hex digits. */
  static String hex(long id) {
    return HEX.toHexDigits(id);
  }

  /** Lower-case hex digits, two a byte. */
  static String hex(ByteString id) {
    return HEX.formatHex(id.toByteArray());
  }
}
