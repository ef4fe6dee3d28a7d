package dev.assay.wire;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An export request, one record per trace. Every span of the request is in exactly one record or
 * rejected.
 *
 * @param records in the order in which the traces first appear
 * @param spansByApp how many spans, by {@code service.name}
 * @param problem the first thing that was wrong, for the sender; null where nothing was. May be
 *     there although nothing was rejected: a warning
 */
public record OtlpSplit(
    List<TraceSpans> records, Map<String, Tally> spansByApp, @Nullable String problem) {
  public OtlpSplit {
    records = List.copyOf(records);
    spansByApp = Map.copyOf(spansByApp);
  }

  /** Spans of one application. */
  public record Tally(int accepted, int rejected) {
    Tally plus(Tally other) {
      return new Tally(accepted + other.accepted, rejected + other.rejected);
    }
  }

  /** Spans in the records. */
  public int accepted() {
    return spansByApp.values().stream().mapToInt(Tally::accepted).sum();
  }

  /** Spans that are in no record. */
  public int rejected() {
    return spansByApp.values().stream().mapToInt(Tally::rejected).sum();
  }

  /** Bytes of all records. */
  public long bytes() {
    return records.stream().mapToLong(record -> record.bytes().length).sum();
  }
}
