package dev.assay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

/** Held to Avro's own encoder, byte by byte. */
class AvroWriterTest {
  private interface Avro {
    void write(BinaryEncoder out) throws IOException;
  }

  private static byte[] avro(Avro value) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    value.write(encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  @Property(tries = 500)
  void valuesOfEveryKind(
      @ForAll long number,
      @ForAll int index,
      @ForAll double real,
      @ForAll String text,
      @ForAll boolean flag)
      throws IOException {
    var out = new AvroWriter(1);

    out.writeLong(number);
    out.writeInt(index);
    out.writeDouble(real);
    out.writeString(text);
    out.writeBoolean(flag);
    out.writeOptional(text);
    out.writeOptional(Double.valueOf(real));
    out.writeOptional(Long.valueOf(number));

    assertThat(out.toByteArray())
        .isEqualTo(
            avro(to -> {
              to.writeLong(number);
              to.writeInt(index);
              to.writeDouble(real);
              to.writeString(text);
              to.writeBoolean(flag);
              to.writeIndex(1);
              to.writeString(text);
              to.writeIndex(1);
              to.writeDouble(real);
              to.writeIndex(1);
              to.writeLong(number);
            }));
  }

  @Property(tries = 200)
  void listsAndMaps(@ForAll List<Long> numbers, @ForAll Map<String, String> texts)
      throws IOException {
    var out = new AvroWriter(16);
    // one order for both
    var inOrder = new LinkedHashMap<>(texts);

    out.writeList(numbers, (number, to) -> to.writeLong(number));
    out.writeTexts(inOrder);

    assertThat(out.toByteArray())
        .isEqualTo(
            avro(to -> {
              to.writeArrayStart();
              to.setItemCount(numbers.size());
              for (long number : numbers) {
                to.startItem();
                to.writeLong(number);
              }
              to.writeArrayEnd();
              to.writeMapStart();
              to.setItemCount(inOrder.size());
              for (var entry : inOrder.entrySet()) {
                to.startItem();
                to.writeString(entry.getKey());
                to.writeString(entry.getValue());
              }
              to.writeMapEnd();
            }));
  }

  @Test
  void whatIsAbsentIsTheFirstBranch() {
    var out = new AvroWriter(4);

    out.writeOptional((String) null);
    out.writeOptional((Double) null);
    out.writeOptional((Long) null);
    out.writeOptional(null, (Object _, AvroWriter _) -> {});

    assertThat(out.toByteArray()).containsExactly(0, 0, 0, 0);
  }

  @Test
  void whatWasClearedIsGone() {
    var out = new AvroWriter(4);
    out.writeString("a text that takes more room than there was");
    out.clear();

    out.writeFixed(new byte[] {1, 2});

    assertThat(out.toByteArray()).containsExactly(1, 2);
  }
}
