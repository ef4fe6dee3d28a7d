package dev.assay;

import io.micrometer.core.instrument.config.MeterFilter;
import java.util.Set;

/**
 * Which of Kafka's own meters stand on {@code /metrics}. Its clients have some four hundred, most
 * of them for every store, task, node or partition: thousands of series in one process. Kept are
 * those that tell of lag, failures, throttling, and where the time goes.
 */
final class KafkaMeters {
  /** Without {@code kafka.}. */
  static final Set<String> KEPT =
      Set.of(
          "consumer.coordinator.failed.rebalance.total",
          "consumer.coordinator.last.rebalance.seconds.ago",
          "consumer.coordinator.rebalance.total",
          "consumer.fetch.manager.fetch.throttle.time.avg",
          "consumer.fetch.manager.records.consumed.total",
          "consumer.fetch.manager.records.lag",
          "consumer.last.poll.seconds.ago",
          "producer.buffer.available.bytes",
          "producer.produce.throttle.time.avg",
          "producer.record.error.total",
          "producer.record.retry.total",
          "producer.request.latency.avg",
          "producer.txn.commit.time.ns.total",
          "stream.alive.stream.threads",
          "stream.failed.stream.threads.total",
          "stream.state.background.errors",
          "stream.state.total.sst.files.size",
          "stream.state.write.stall.duration.total",
          "stream.task.active.process.ratio",
          "stream.task.dropped.records.total",
          "stream.task.process.total",
          "stream.task.restore.remaining.records.total",
          "stream.thread.commit.latency.avg",
          "stream.thread.poll.ratio",
          "stream.thread.process.latency.avg",
          "stream.thread.process.ratio",
          "stream.thread.punctuate.ratio");

  private static final String PREFIX = "kafka.";

  private KafkaMeters() {}

  static MeterFilter filter() {
    return MeterFilter.deny(meter ->
        meter.getName().startsWith(PREFIX)
            && !KEPT.contains(meter.getName().substring(PREFIX.length())));
  }
}
