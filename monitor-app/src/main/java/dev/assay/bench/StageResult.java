package dev.assay.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What one stage did; a row of the report and of {@code --json}.
 *
 * @param recordsPerSecond of the stage's input
 * @param baselineRecordsPerSecond the same for the baseline: the topology with the same I/O, or for
 *     the worker lane calls in flight over the model's time; null where there is none
 * @param ratio of the two
 * @param sameIoRecordsPerSecond where the baseline is another: with the same I/O, and no work
 * @param p50Ms milliseconds, where the stage measures latency
 * @param allocatedBytesPerRecord by the whole process, broker included
 * @param baselineAllocatedBytesPerRecord by the baseline's run
 * @param heapUsedMb after the run and a collection; with open traces, what they took
 */
record StageResult(
    String stage,
    @JsonProperty("records_per_second") double recordsPerSecond,
    @JsonProperty("baseline_records_per_second") @Nullable Double baselineRecordsPerSecond,
    @Nullable Double ratio,
    @JsonProperty("same_io_records_per_second") @Nullable Double sameIoRecordsPerSecond,
    @JsonProperty("p50_ms") @Nullable Double p50Ms,
    @JsonProperty("p99_ms") @Nullable Double p99Ms,
    @JsonProperty("p999_ms") @Nullable Double p999Ms,
    @JsonProperty("allocated_bytes_per_record") @Nullable Double allocatedBytesPerRecord,
    @JsonProperty("baseline_allocated_bytes_per_record")
        @Nullable Double baselineAllocatedBytesPerRecord,
    @JsonProperty("heap_used_mb") @Nullable Double heapUsedMb,
    @JsonProperty("heap_bytes_per_open_trace") @Nullable Double heapBytesPerOpenTrace,
    @JsonProperty("disk_bytes_per_open_trace") @Nullable Double diskBytesPerOpenTrace) {
  StageResult(
      String stage,
      double recordsPerSecond,
      double baselineRecordsPerSecond,
      double ratio,
      @Nullable Double p50Ms,
      @Nullable Double p99Ms,
      @Nullable Double p999Ms,
      @Nullable Double allocatedBytesPerRecord,
      @Nullable Double baselineAllocatedBytesPerRecord,
      @Nullable Double heapUsedMb) {
    this(
        stage,
        recordsPerSecond,
        Double.valueOf(baselineRecordsPerSecond),
        Double.valueOf(ratio),
        null,
        p50Ms,
        p99Ms,
        p999Ms,
        allocatedBytesPerRecord,
        baselineAllocatedBytesPerRecord,
        heapUsedMb,
        null,
        null);
  }

  /**
   * Of OTLP to traces.
   *
   * @param raw producing the same bytes
   */
  static StageResult ofIngest(String stage, double spansPerSecond, double raw, double sameIo) {
    return new StageResult(
        stage,
        spansPerSecond,
        raw,
        spansPerSecond / raw,
        sameIo,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  static StageResult ofOpenTraces(String stage, OpenTracesStage.Figures figures) {
    return new StageResult(
        stage,
        figures.openTraces() / figures.seconds(),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        figures.heapBytes() / 1e6,
        figures.heapBytesPerTrace(),
        figures.diskBytesPerTrace());
  }
}
