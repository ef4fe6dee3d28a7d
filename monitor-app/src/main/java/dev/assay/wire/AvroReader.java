package dev.assay.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Reads Avro's binary encoding from an array: what {@code BinaryDecoder} of Avro does, without its
 * copy of every string. A trace is a hundred strings; a test holds the two together.
 *
 * <p>Where the bytes are no such values, it throws an {@link IllegalArgumentException} or an {@link
 * IndexOutOfBoundsException}, before it allocates what they claim to hold.
 */
final class AvroReader {
  private static final int MAX_LONG_BYTES = 10;

  private final byte[] bytes;
  private int at;

  AvroReader(byte[] bytes, int from) {
    this.bytes = bytes;
    this.at = from;
  }

  /** Where the next value begins. */
  int position() {
    return at;
  }

  /** Base 128, the lowest seven bits first, sign in the lowest bit. */
  long readLong() {
    long value = 0;
    for (int i = 0; i < MAX_LONG_BYTES; i++) {
      byte next = bytes[at++];
      value |= (next & 0x7FL) << (7 * i);
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new IllegalArgumentException("a number of more than 64 bits");
  }

  int readInt() {
    long value = readLong();
    if (value != (int) value) {
      throw new IllegalArgumentException("a number of more than 32 bits: " + value);
    }
    return (int) value;
  }

  /** Which constant of an enum, from 0. */
  int readIndex() {
    return readInt();
  }

  /** Whether a value follows, of a union of null and something. */
  boolean readPresent() {
    int branch = readInt();
    if (branch != 0 && branch != 1) {
      throw new IllegalArgumentException("branch " + branch + " of a union of two");
    }
    return branch == 1;
  }

  double readDouble() {
    double value = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getDouble(at);
    at += Double.BYTES;
    return value;
  }

  String readString() {
    long length = readLong();
    if (length < 0 || length > bytes.length - at) {
      throw new IllegalArgumentException(
          "a text of %d bytes, of %d left".formatted(length, bytes.length - at));
    }
    var text = new String(bytes, at, (int) length, UTF_8);
    at += (int) length;
    return text;
  }

  /** How many items the next block of an array or map has; 0: it ends here. */
  long readBlock() {
    long items = readLong();
    if (items < 0) {
      readLong(); // the block's size in bytes, for whoever wants to skip it
      items = -items;
    }
    // an item takes a byte at least; so Long.MIN_VALUE, which has no opposite, is refused as well
    if (items < 0 || items > bytes.length - at) {
      throw new IllegalArgumentException(
          "a block of %d items, of %d bytes left".formatted(items, bytes.length - at));
    }
    return items;
  }
}
