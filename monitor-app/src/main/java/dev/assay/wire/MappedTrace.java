package dev.assay.wire;

import dev.assay.model.Trace;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a trace's messages. Of the spans in the decodable ones: kept + duplicates +
 * overLimit + invalid.
 *
 * @param trace null where no span could be kept
 * @param duplicates spans that came more than once
 * @param overLimit spans beyond the number a trace may have
 * @param invalid spans with a malformed id, or of another trace
 * @param joined events from log records that are part of a span here
 * @param orphaned events from log records whose span is not here
 * @param undecodable positions of the messages that are not OTLP
 */
public record MappedTrace(
    @Nullable Trace trace,
    int duplicates,
    int overLimit,
    int invalid,
    int joined,
    int orphaned,
    List<Integer> undecodable) {
  /** Of messages none of which could be used, or of none. */
  public static MappedTrace nothing(List<Integer> undecodable) {
    return new MappedTrace(null, 0, 0, 0, 0, 0, undecodable);
  }

  public MappedTrace {
    undecodable = List.copyOf(undecodable);
  }

  /** Spans in the trace. */
  public int kept() {
    return trace == null ? 0 : trace.spans().size();
  }
}
