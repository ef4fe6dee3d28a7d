package dev.assay.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.model.TestTraces;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.RandomData;

/** The reader of traces against Avro's own. */
class TraceAvroTest {
  private static final Schema SCHEMA = dev.assay.schemas.Trace.getClassSchema();

  @Property(tries = 300)
  void whatAvroWritesIsRead(@ForAll long seed) throws IOException {
    var record = (GenericRecord) new RandomData(SCHEMA, 1, seed).iterator().next();
    makeSound(record);
    for (boolean inBlocks : new boolean[] {false, true}) {
      var bytes = written(record, inBlocks);

      var trace = TraceAvro.decode(bytes);

      assertThat(read(TraceAvro.encode(trace))).isEqualTo(read(bytes));
      assertThat(EncodedTrace.ofBytes(bytes).header()).isEqualTo(trace.header());
      assertThat(EncodedTrace.ofBytes(bytes).trace()).isEqualTo(trace);
    }
  }

  /** Random data is of the schema, but says what no trace says. */
  private static void makeSound(GenericRecord trace) {
    trace.put("revision", 1);
    trace.put("duration_nanos", 7L);
    trace.put("span_count", 5);
    trace.put("sampling_probability", 0.5);
    trace.put("question", "asked"); // or they are taken from inputs and outputs
    trace.put("answer", "said");
    usage(trace);
    for (var field : List.of("trace_id", "app", "environment", "app_version", "name")) {
      trace.put(field, "x" + trace.get(field));
    }
    for (var each : (List<?>) trace.get("spans")) {
      var span = (GenericRecord) each;
      span.put("span_id", "x" + span.get("span_id"));
      span.put("duration_nanos", 3L);
      usage(span);
    }
  }

  private static void usage(GenericRecord of) {
    if (of.get("token_usage") instanceof GenericRecord usage) {
      usage.put("input_tokens", 3L);
      usage.put("output_tokens", 4L);
      usage.put("total_tokens", 7L);
      usage.put("cache_read_input_tokens", null);
    }
  }

  /**
   * @param inBlocks of counted bytes, as encoders of long arrays write them
   */
  private static byte[] written(GenericRecord record, boolean inBlocks) throws IOException {
    var out = new ByteArrayOutputStream();
    out.write(
        TraceAvro.encode(TestTraces.chat(TestOtlp.TRACE, "Hi?", "Hello.")), 0, AvroCodec.PREFIX);
    var factory = EncoderFactory.get();
    var encoder =
        inBlocks ? factory.blockingBinaryEncoder(out, null) : factory.binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(SCHEMA).write(record, encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static GenericRecord read(byte[] bytes) throws IOException {
    return new GenericDatumReader<GenericRecord>(SCHEMA)
        .read(
            null,
            DecoderFactory.get()
                .binaryDecoder(bytes, AvroCodec.PREFIX, bytes.length - AvroCodec.PREFIX, null));
  }
}
