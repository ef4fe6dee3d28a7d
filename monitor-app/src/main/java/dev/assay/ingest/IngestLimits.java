package dev.assay.ingest;

import dev.assay.wire.OtlpTraces;
import dev.assay.wire.Topics;

/**
 * What a receiver takes on.
 *
 * @param maxBodyBytes an export request, as sent and again after decompression
 * @param maxInFlightBytes of all requests at one time: bodies, decompressed bodies and the records
 *     made of them, until Kafka has them. Netty and the decoder hold copies for moments: heap in
 *     use reaches about twice this
 */
public record IngestLimits(long maxBodyBytes, long maxInFlightBytes) {
  /** Room in the largest record for its key, headers and the framing of Kafka. */
  private static final int RECORD_MARGIN = 64 * 1024;

  /** 64 MiB a request, as the OTLP specification recommends; 256 MiB at one time. */
  public static final IngestLimits DEFAULTS = new IngestLimits(64L << 20, 256L << 20);

  public IngestLimits {
    if (maxBodyBytes < 1 || maxBodyBytes > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException(
          "max body bytes must be 1 to %d, was %d".formatted(Integer.MAX_VALUE - 8, maxBodyBytes));
    }
    if (maxInFlightBytes < maxBodyBytes) {
      throw new IllegalArgumentException(
          "max in-flight bytes must be >= max body bytes (%d), was %d"
              .formatted(maxBodyBytes, maxInFlightBytes));
    }
  }

  /** The splitter for these limits: what a request becomes may be twice the largest body. */
  OtlpTraces traces() {
    return splitter(2 * maxBodyBytes);
  }

  static OtlpTraces splitter(long maxTotalBytes) {
    return new OtlpTraces(Topics.MAX_RECORD_BYTES - RECORD_MARGIN, maxTotalBytes);
  }
}
