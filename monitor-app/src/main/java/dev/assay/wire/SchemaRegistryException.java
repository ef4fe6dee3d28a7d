package dev.assay.wire;

import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** The schema registry does not answer. Says nothing of the record that needed it. */
public final class SchemaRegistryException extends KafkaException {
  private static final long serialVersionUID = 1L;

  SchemaRegistryException(String message, @Nullable Throwable cause) {
    super("schema registry: " + message, cause);
  }
}
