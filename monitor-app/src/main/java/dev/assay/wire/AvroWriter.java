package dev.assay.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Avro's binary encoding, the half of it that Assay's schemas need, into one growing array; the
 * counterpart of {@link AvroReader}. Avro's own encoder has a buffer of its own before the
 * stream's. One thread.
 *
 * @see <a href="https://avro.apache.org/docs/1.12.0/specification/#binary-encoding">Avro</a>
 */
final class AvroWriter {
  private static final int MAX_LONG_BYTES = 10;
  private static final VarHandle LITTLE_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes;
  private int size;

  /** Writes a value's parts in the schema's order. */
  interface Value<T> {
    void write(T value, AvroWriter out);
  }

  /**
   * @param capacity in bytes, to begin with
   */
  AvroWriter(int capacity) {
    bytes = new byte[capacity];
  }

  /** Forgets what was written. */
  void clear() {
    size = 0;
  }

  /** Bytes there is room for. */
  int capacity() {
    return bytes.length;
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** These bytes and nothing else. */
  void writeFixed(byte[] fixed) {
    reserve(fixed.length);
    System.arraycopy(fixed, 0, bytes, size, fixed.length);
    size += fixed.length;
  }

  void writeBoolean(boolean value) {
    reserve(1);
    bytes[size++] = (byte) (value ? 1 : 0);
  }

  void writeInt(int value) {
    writeLong(value);
  }

  /** Base 128, the lowest seven bits first, sign in the lowest bit. */
  void writeLong(long value) {
    reserve(MAX_LONG_BYTES);
    long left = (value << 1) ^ (value >> 63);
    while ((left & ~0x7FL) != 0) {
      bytes[size++] = (byte) (left & 0x7F | 0x80);
      left >>>= 7;
    }
    bytes[size++] = (byte) left;
  }

  void writeDouble(double value) {
    reserve(Double.BYTES);
    LITTLE_ENDIAN.set(bytes, size, Double.doubleToRawLongBits(value));
    size += Double.BYTES;
  }

  void writeString(String text) {
    var utf8 = text.getBytes(UTF_8);
    writeLong(utf8.length);
    writeFixed(utf8);
  }

  /** Which constant of an enum, from 0. */
  void writeEnum(int index) {
    writeLong(index);
  }

  /** Which branch of a union, from 0. */
  void writeIndex(int branch) {
    writeLong(branch);
  }

  /** Of a union of null and something. */
  <T> void writeOptional(@Nullable T value, Value<T> write) {
    writeIndex(value == null ? 0 : 1);
    if (value != null) {
      write.write(value, this);
    }
  }

  void writeOptional(@Nullable String text) {
    writeOptional(text, (value, out) -> out.writeString(value));
  }

  void writeOptional(@Nullable Double number) {
    writeOptional(number, (value, out) -> out.writeDouble(value));
  }

  void writeOptional(@Nullable Long count) {
    writeOptional(count, (value, out) -> out.writeLong(value));
  }

  /** One block, where there is anything, and the end. */
  <T> void writeList(List<T> items, Value<T> write) {
    if (!items.isEmpty()) {
      writeLong(items.size());
      for (var item : items) {
        write.write(item, this);
      }
    }
    writeLong(0);
  }

  <T> void writeMap(Map<String, T> map, Value<T> write) {
    if (!map.isEmpty()) {
      writeLong(map.size());
      for (var entry : map.entrySet()) {
        writeString(entry.getKey());
        write.write(entry.getValue(), this);
      }
    }
    writeLong(0);
  }

  void writeTexts(Map<String, String> map) {
    writeMap(map, (text, out) -> out.writeString(text));
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      // records of some MiB are far from where this would overflow
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}
