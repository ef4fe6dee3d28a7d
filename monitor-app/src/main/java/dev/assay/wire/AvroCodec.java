package dev.assay.wire;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Avro single-object encoding of one generated class: C3 01, the schema's CRC-64-AVRO fingerprint
 * in little-endian order, the record. Records of the published version of the schema are read too.
 */
final class AvroCodec<R extends SpecificRecord> {
  /** Bytes before the record: marker and fingerprint. */
  static final int PREFIX = 10;

  // Avro's own message classes work through streams, byte by byte, which costs half the decoding
  // time of a trace; records of today's schema go through its array coders instead. One of each a
  // thread: they are buffers, and hold nothing between two records.
  private static final ThreadLocal<@Nullable BinaryDecoder> DECODER = new ThreadLocal<>();
  private static final ThreadLocal<@Nullable BinaryEncoder> ENCODER = new ThreadLocal<>();
  private static final ThreadLocal<ByteArrayOutputStream> BUFFER =
      ThreadLocal.withInitial(() -> new ByteArrayOutputStream(8 * 1024));
  private static final ThreadLocal<AvroWriter> WRITER =
      ThreadLocal.withInitial(() -> new AvroWriter(8 * 1024));
  private static final int KEPT_BUFFER = 1 << 20;

  private final Schema schema;
  private final byte[] prefix;
  private final SpecificDatumWriter<R> writer;
  private final SpecificDatumReader<R> reader;
  private final BinaryMessageDecoder<R> anyVersion;

  AvroCodec(Schema schema) {
    var data = new SpecificData();
    data.setCustomCoders(true);
    // the generated coders are only used where the fast reader is not
    data.setFastReaderEnabled(false);
    this.schema = schema;
    this.prefix = prefix(schema);
    this.writer = new SpecificDatumWriter<>(schema, data);
    this.reader = new SpecificDatumReader<>(schema, schema, data);
    this.anyVersion = new BinaryMessageDecoder<>(SpecificData.get(), schema);
    anyVersion.addSchema(published(schema.getName()));
  }

  /** As it was when it was last released. */
  private static Schema published(String name) {
    var parser = new Schema.Parser();
    var scorer = "ScorerDefinition";
    try {
      if (!name.equals(scorer)) {
        parser.parse(text(scorer)); // ScoringRequest names it
      }
      return parser.parse(text(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(String name) throws IOException {
    var resource = "/published/" + name + ".avsc";
    try (var in = dev.assay.schemas.Trace.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new FileNotFoundException(resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static byte[] prefix(Schema schema) {
    return ByteBuffer.allocate(PREFIX)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put((byte) 0xC3)
        .put((byte) 1)
        .putLong(SchemaNormalization.parsingFingerprint64(schema))
        .array();
  }

  /** Today's. */
  Schema schema() {
    return schema;
  }

  /**
   * Single-object encoding, with today's schema, of a record written with another.
   *
   * @param from where in {@code bytes} the record begins
   */
  byte[] upgrade(Schema writer, byte[] bytes, int from) {
    var object = ByteBuffer.allocate(PREFIX + bytes.length - from);
    object.put(prefix(writer)).put(bytes, from, bytes.length - from);
    if (isCurrent(object.array())) {
      return object.array();
    }
    anyVersion.addSchema(writer);
    return encode(decode(object.array()));
  }

  /**
   * Encodes a record by another hand than Avro's, which writes the fields in the schema's order.
   */
  <T> byte[] encode(T record, AvroWriter.Value<T> fields) {
    var out = WRITER.get();
    try {
      out.clear();
      out.writeFixed(prefix);
      fields.write(record, out);
      return out.toByteArray();
    } catch (RuntimeException e) {
      throw unwritable(e);
    } finally {
      if (out.capacity() > KEPT_BUFFER) {
        WRITER.remove();
      }
    }
  }

  byte[] encode(R record) {
    var buffer = BUFFER.get();
    try {
      buffer.reset();
      buffer.writeBytes(prefix);
      var encoder = EncoderFactory.get().binaryEncoder(buffer, ENCODER.get());
      ENCODER.set(encoder);
      writer.write(record, encoder);
      encoder.flush();
      return buffer.toByteArray();
    } catch (IOException | RuntimeException e) {
      // what was written of it stays in the encoder's own buffer
      ENCODER.remove();
      throw unwritable(e);
    } finally {
      if (buffer.size() > KEPT_BUFFER) {
        BUFFER.remove();
      }
    }
  }

  private static SerializationException unwritable(Exception e) {
    return new SerializationException("cannot be written as Avro: " + e.getMessage(), e);
  }

  R decode(byte[] bytes) {
    try {
      return isCurrent(bytes) ? readCurrent(bytes) : anyVersion.decode(bytes);
    } catch (IOException | RuntimeException e) {
      throw new SerializationException(
          "not Avro single-object encoding of a known schema: " + e.getMessage(), e);
    }
  }

  @SuppressWarnings("NullAway") // null: a new record, which Avro's signature does not say
  private R readCurrent(byte[] bytes) throws IOException {
    var decoder =
        DecoderFactory.get().binaryDecoder(bytes, PREFIX, bytes.length - PREFIX, DECODER.get());
    DECODER.set(decoder);
    return reader.read(null, decoder);
  }

  /** The bytes, of today's schema. */
  byte[] current(byte[] bytes) {
    return isCurrent(bytes) ? bytes : encode(decode(bytes));
  }

  /** Whether the bytes were written with today's schema. */
  boolean isCurrent(byte[] bytes) {
    return bytes.length >= PREFIX && java.util.Arrays.equals(bytes, 0, PREFIX, prefix, 0, PREFIX);
  }
}
