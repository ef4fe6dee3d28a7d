package dev.assay.bench;

import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.KStream;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The same I/O and nothing else: reads the stage's input as bytes and writes, for each record, as
 * many records as the stage writes on average, each a copy of what the stage wrote.
 */
final class Baseline {
  /**
   * What goes to one topic.
   *
   * @param samples values the stage wrote there, taken in turn
   * @param perRecord how many for each input record, on average
   */
  record Output(String topic, List<byte[]> samples, double perRecord) {}

  private Baseline() {}

  static Topology topology(String input, List<Output> outputs) {
    var builder = new StreamsBuilder();
    copy(builder, input, outputs);
    return builder.build();
  }

  /** The same in a topology that does something besides; what is read. */
  static KStream<String, byte[]> copy(StreamsBuilder builder, String input, List<Output> outputs) {
    var stream =
        builder.stream(input, Consumed.with(Serdes.String(), Serdes.ByteArray()).withName("read"));
    for (int i = 0; i < outputs.size(); i++) {
      var output = outputs.get(i);
      stream
          .process(() -> new Emit(output), Named.as("emit-" + i))
          .to(
              output.topic(),
              Produced.with(Serdes.String(), Serdes.ByteArray()).withName("write-" + i));
    }
    return stream;
  }

  private static final class Emit implements Processor<String, byte[], String, byte[]> {
    private final Output output;
    private ProcessorContext<String, byte[]> context;
    private double owed;
    private int next;

    @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
    Emit(Output output) {
      this.output = output;
    }

    @Override
    public void init(ProcessorContext<String, byte[]> newContext) {
      context = newContext;
    }

    @Override
    public void process(Record<String, byte[]> record) {
      owed += output.perRecord();
      // a whole record's worth at a time, as the stage does
      for (; owed >= 1; owed--) {
        context.forward(record.withValue(output.samples().get(next)));
        next = (next + 1) % output.samples().size();
      }
    }
  }
}
