package dev.assay.bench;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Properties;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;

/**
 * One run of a topology over a topic that is full already: from the first tenth of its input to the
 * last record, by the offsets it commits. Start-up, assignment and the coldest code fall into the
 * first tenth.
 */
final class Run {
  private static final Duration LOOK = Duration.ofMillis(20);

  /**
   * @param recordsPerSecond of input
   * @param allocatedBytes per input record, by the whole process
   */
  record Figures(double recordsPerSecond, double allocatedBytes, double heapUsedMb) {}

  private Run() {}

  static Figures over(
      Topology topology,
      Properties properties,
      String application,
      Admin admin,
      String inputTopic,
      BooleanSupplier alsoDone)
      throws Exception {
    long total = written(admin, inputTopic);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (var streams = new KafkaStreams(topology, properties)) {
      streams.start();
      long startCount = 0;
      long startNanos = 0;
      long startBytes = 0;
      while (true) {
        long done = committed(admin, application, inputTopic);
        if (startNanos == 0 && done >= total / 10) {
          startCount = done;
          startNanos = System.nanoTime();
          startBytes = threads.getTotalThreadAllocatedBytes();
        }
        if (done >= total && alsoDone.getAsBoolean()) {
          long nanos = System.nanoTime() - startNanos;
          long bytes = threads.getTotalThreadAllocatedBytes() - startBytes;
          System.gc();
          var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
          return new Figures(
              (total - startCount) * 1e9 / nanos,
              (double) bytes / (total - startCount),
              heap / 1e6);
        }
        if (streams.state().hasStartedOrFinishedShuttingDown()) {
          throw new IllegalStateException(application + " stopped: " + streams.state());
        }
        java.util.concurrent.locks.LockSupport.parkNanos(LOOK.toNanos());
      }
    }
  }

  /** Records of a topic, its few transaction markers included. */
  static long written(Admin admin, String topic) throws Exception {
    var partitions = new HashMap<TopicPartition, OffsetSpec>();
    admin
        .describeTopics(List.of(topic))
        .allTopicNames()
        .get()
        .values()
        .iterator()
        .next()
        .partitions()
        .forEach(partition ->
            partitions.put(new TopicPartition(topic, partition.partition()), OffsetSpec.latest()));
    return admin.listOffsets(partitions).all().get().values().stream()
        .mapToLong(end -> end.offset())
        .sum();
  }

  private static long committed(Admin admin, String application, String topic) throws Exception {
    var offsets = admin.listConsumerGroupOffsets(application).partitionsToOffsetAndMetadata().get();
    return offsets.entrySet().stream()
        .filter(entry -> entry.getKey().topic().equals(topic) && entry.getValue() != null)
        .mapToLong(entry -> entry.getValue().offset())
        .sum();
  }
}
