package dev.assay.demo;

import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.util.SplittableRandom;

/** Trace and span ids that repeat with the seed. Used by the one thread that makes the spans. */
final class SeededIds implements IdGenerator {
  private final SplittableRandom random;

  SeededIds(long seed) {
    this.random = new SplittableRandom(seed);
  }

  @Override
  public String generateSpanId() {
    return SpanId.fromLong(notZero());
  }

  @Override
  public String generateTraceId() {
    return TraceId.fromLongs(random.nextLong(), notZero());
  }

  // zero is the invalid id
  private long notZero() {
    long id = random.nextLong();
    while (id == 0) {
      id = random.nextLong();
    }
    return id;
  }
}
