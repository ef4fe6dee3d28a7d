package dev.assay.wire;

import java.nio.ByteBuffer;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * What stands before the Avro record on one topic: with a registry a zero and the schema's id in
 * the registry (Confluent's format), without one C3 01 and the schema's fingerprint (Avro
 * single-object encoding). Either is read; within Assay a record always has the latter, of today's
 * schema.
 */
final class Framing {
  /** Bytes before the record in Confluent's format. */
  private static final int PREFIX = 5;

  private final String topic;
  private final AvroCodec<?> codec;
  private final @Nullable SchemaRegistry registry;
  private volatile byte @Nullable [] prefix;

  Framing(String topic, AvroCodec<?> codec, @Nullable SchemaRegistry registry) {
    this.topic = topic;
    this.codec = codec;
    this.registry = registry;
  }

  /** Makes the registry know the schema, where there is one. */
  void register() {
    if (registry != null) {
      var _ = prefix(registry);
    }
  }

  /**
   * For a topic.
   *
   * @param writtenTo where records of {@code topic} also go: the internal topics of a topology keep
   *     Assay's own form
   */
  byte[] write(String writtenTo, byte[] record) {
    if (registry == null || !topic.equals(writtenTo)) {
      return record;
    }
    var framed = ByteBuffer.allocate(PREFIX + record.length - AvroCodec.PREFIX);
    framed.put(prefix(registry)).put(record, AvroCodec.PREFIX, record.length - AvroCodec.PREFIX);
    return framed.array();
  }

  /**
   * From any topic.
   *
   * @throws SerializationException if the record's schema is not to be had
   */
  byte[] read(byte[] written) {
    if (written.length == 0 || written[0] != 0) {
      return written;
    }
    if (registry == null) {
      throw new SerializationException(
          "the record names its schema by an id: needs schema.registry.url");
    }
    if (written.length < PREFIX) {
      throw new SerializationException("the record ends within its schema's id");
    }
    var writer = registry.schema(ByteBuffer.wrap(written, 1, Integer.BYTES).getInt());
    return codec.upgrade(writer, written, PREFIX);
  }

  private byte[] prefix(SchemaRegistry registry) {
    var known = prefix;
    if (known == null) {
      int id = registry.register(topic + "-value", codec.schema());
      known = ByteBuffer.allocate(PREFIX).put((byte) 0).putInt(id).array();
      prefix = known;
    }
    return known;
  }
}
