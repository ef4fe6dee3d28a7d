package dev.assay.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Avro single-object encoding of one generated class: C3 01, the schema's CRC-64-AVRO fingerprint
 * in little-endian order, the record. Records of earlier versions of the schema, given to the
 * constructor, are read too.
 */
final class AvroCodec<R extends SpecificRecord> {
  /** Bytes before the record: marker and fingerprint. */
  static final int PREFIX = 10;

  private final long fingerprint;
  private final BinaryMessageEncoder<R> encoder;
  private final BinaryMessageDecoder<R> decoder;

  AvroCodec(Schema schema, Schema... earlier) {
    this.fingerprint = SchemaNormalization.parsingFingerprint64(schema);
    this.encoder = new BinaryMessageEncoder<>(SpecificData.get(), schema);
    this.decoder = new BinaryMessageDecoder<>(SpecificData.get(), schema);
    for (var version : earlier) {
      decoder.addSchema(version);
    }
  }

  byte[] encode(R record) {
    try {
      var buffer = encoder.encode(record);
      var bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    } catch (IOException | RuntimeException e) {
      throw new SerializationException("cannot be written as Avro: " + e.getMessage(), e);
    }
  }

  R decode(byte[] bytes) {
    try {
      return decoder.decode(bytes);
    } catch (IOException | RuntimeException e) {
      throw new SerializationException(
          "not Avro single-object encoding of a known schema: " + e.getMessage(), e);
    }
  }

  /** Whether the bytes were written with today's schema. */
  boolean isCurrent(byte[] bytes) {
    return bytes.length >= PREFIX
        && bytes[0] == (byte) 0xC3
        && bytes[1] == 1
        && ByteBuffer.wrap(bytes, 2, 8).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong()
            == fingerprint;
  }
}
