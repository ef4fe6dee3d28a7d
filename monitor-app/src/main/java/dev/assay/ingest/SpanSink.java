package dev.assay.ingest;

import dev.assay.wire.TraceSpans;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where received spans go to be safe. */
@FunctionalInterface
public interface SpanSink {
  /**
   * Stores all records, or fails; after a failure some may be stored. May block for a few seconds:
   * never called on an event loop.
   *
   * @return done when every record is safe; fails with {@link RefusedException}
   */
  CompletableFuture<@Nullable Void> store(List<TraceSpans> records);
}
