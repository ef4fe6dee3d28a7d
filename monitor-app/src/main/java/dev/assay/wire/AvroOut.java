package dev.assay.wire;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.BinaryEncoder;
import org.jspecify.annotations.Nullable;

/** What the hand-written encoders share: values that may be missing, lists and maps. */
final class AvroOut {
  /** Writes one value. */
  interface Value<T> {
    void write(T value, BinaryEncoder out) throws IOException;
  }

  private AvroOut() {}

  /** Of a union of null and something. */
  static <T> void optional(@Nullable T value, Value<T> write, BinaryEncoder out)
      throws IOException {
    out.writeIndex(value == null ? 0 : 1);
    if (value != null) {
      write.write(value, out);
    }
  }

  static void text(@Nullable String text, BinaryEncoder out) throws IOException {
    optional(text, (value, to) -> to.writeString(value), out);
  }

  static void number(@Nullable Double number, BinaryEncoder out) throws IOException {
    optional(number, (value, to) -> to.writeDouble(value), out);
  }

  static void count(@Nullable Long count, BinaryEncoder out) throws IOException {
    optional(count, (value, to) -> to.writeLong(value), out);
  }

  static <T> void list(List<T> items, Value<T> write, BinaryEncoder out) throws IOException {
    out.writeArrayStart();
    out.setItemCount(items.size());
    for (var item : items) {
      out.startItem();
      write.write(item, out);
    }
    out.writeArrayEnd();
  }

  static <T> void map(Map<String, T> map, Value<T> write, BinaryEncoder out) throws IOException {
    out.writeMapStart();
    out.setItemCount(map.size());
    for (var entry : map.entrySet()) {
      out.startItem();
      out.writeString(entry.getKey());
      write.write(entry.getValue(), out);
    }
    out.writeMapEnd();
  }

  static void texts(Map<String, String> map, BinaryEncoder out) throws IOException {
    map(map, (text, to) -> to.writeString(text), out);
  }
}
