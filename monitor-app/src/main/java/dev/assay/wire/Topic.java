package dev.assay.wire;

import java.util.Map;
import org.apache.kafka.common.serialization.Serde;

/**
 * A topic: its name, what its records are, and the settings it must have.
 *
 * @param partitions when Assay creates it, ≥ 1
 * @param config topic configuration when Assay creates it; {@code cleanup.policy} and {@code
 *     max.message.bytes} are also checked on one that exists
 */
public record Topic<K, V>(
    String name, Serde<K> keys, Serde<V> values, int partitions, Map<String, String> config) {
  public Topic {
    if (partitions < 1) {
      throw new IllegalArgumentException(name + ": partitions must be >= 1, was " + partitions);
    }
    config = Map.copyOf(config);
  }
}
