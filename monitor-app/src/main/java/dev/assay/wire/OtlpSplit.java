package dev.assay.wire;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An export request, one record per trace. Every span of the request is in exactly one record or
 * rejected; a log record may also be passed over.
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

  /**
   * Spans, or log records, of one application.
   *
   * @param passedOver log records that tell of no GenAI call
   */
  public record Tally(int accepted, int rejected, int passedOver) {
    Tally plus(Tally other) {
      return new Tally(
          accepted + other.accepted, rejected + other.rejected, passedOver + other.passedOver);
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

  /** Log records that tell of no GenAI call. */
  public int passedOver() {
    return spansByApp.values().stream().mapToInt(Tally::passedOver).sum();
  }

  /** Bytes of all records. */
  public long bytes() {
    return records.stream().mapToLong(record -> record.bytes().length).sum();
  }
}
