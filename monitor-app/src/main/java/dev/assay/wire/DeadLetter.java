package dev.assay.wire;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A record that could not be processed: as it came, with the cause in headers.
 *
 * @param stage where it failed, a bounded set: {@code ingest}, {@code assembly}, {@code scoring} …
 * @param cause why, a bounded set: {@code undecodable}, {@code attempts_exhausted} …
 * @param message for people; at most 1,000 characters are kept
 */
// The bytes are handed on as they came and never compared.
@SuppressWarnings("ArrayRecordComponent")
public record DeadLetter(
    String stage,
    String cause,
    String message,
    String topic,
    int partition,
    long offset,
    byte @Nullable [] key,
    byte @Nullable [] value) {
  public static final String STAGE = "assay.stage";
  public static final String CAUSE = "assay.cause";
  public static final String MESSAGE = "assay.message";
  public static final String TOPIC = "assay.topic";
  public static final String PARTITION = "assay.partition";
  public static final String OFFSET = "assay.offset";

  /** The headers of its record on {@code assay.dead-letters}. */
  public Headers headers() {
    return new RecordHeaders()
        .add(STAGE, utf8(stage))
        .add(CAUSE, utf8(cause))
        .add(MESSAGE, utf8(message.length() > 1_000 ? message.substring(0, 1_000) : message))
        .add(TOPIC, utf8(topic))
        .add(PARTITION, utf8(Integer.toString(partition)))
        .add(OFFSET, utf8(Long.toString(offset)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
