package dev.assay.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

/**
 * What one stage did; a row of the report and, flat, of {@code --json}. What a stage does not
 * measure is absent.
 *
 * @param recordsPerSecond of the stage's input
 */
record StageResult(
    String stage,
    @JsonProperty("records_per_second") double recordsPerSecond,
    @JsonUnwrapped @Nullable Comparison comparison,
    @JsonUnwrapped @Nullable WithoutWork withoutWork,
    @JsonUnwrapped @Nullable Latency latency,
    @JsonUnwrapped @Nullable Memory memory,
    @JsonUnwrapped @Nullable OpenTraces openTraces) {
  /**
   * What the stage is held against.
   *
   * @param baseline records a second of the topology with the same I/O, or for the worker lane of
   *     calls in flight over the model's time, or for OTLP of producing the same bytes
   * @param ratio of the stage to it
   */
  record Comparison(@JsonProperty("baseline_records_per_second") double baseline, double ratio) {}

  /**
   * What OTLP to traces reaches without any work, records a second.
   *
   * @param sameIo with the same records to and from the broker
   * @param stateless with the same but those of changelogs
   */
  record WithoutWork(
      @JsonProperty("same_io_records_per_second") double sameIo,
      @JsonProperty("stateless_io_records_per_second") double stateless) {}

  /** Milliseconds. */
  record Latency(
      @JsonProperty("p50_ms") double p50,
      @JsonProperty("p99_ms") double p99,
      @JsonProperty("p999_ms") double p999) {}

  /**
   * Of the whole process, broker included.
   *
   * @param allocatedPerRecord bytes
   * @param baselineAllocatedPerRecord bytes, by the baseline's run
   * @param heapUsedMb after the run and a collection
   */
  record Memory(
      @JsonProperty("allocated_bytes_per_record") double allocatedPerRecord,
      @JsonProperty("baseline_allocated_bytes_per_record") double baselineAllocatedPerRecord,
      @JsonProperty("heap_used_mb") double heapUsedMb) {}

  /**
   * What open traces took.
   *
   * @param heapMb of all of them
   */
  record OpenTraces(
      @JsonProperty("open_traces_heap_mb") double heapMb,
      @JsonProperty("heap_bytes_per_open_trace") double heapBytesPerTrace,
      @JsonProperty("disk_bytes_per_open_trace") double diskBytesPerTrace) {}

  static StageResult ofThroughput(
      String stage, double recordsPerSecond, double baseline, @Nullable Memory memory) {
    return new StageResult(
        stage, recordsPerSecond, against(recordsPerSecond, baseline), null, null, memory, null);
  }

  static StageResult ofLatency(
      String stage, double recordsPerSecond, double offered, Latency latency) {
    return new StageResult(
        stage, recordsPerSecond, against(recordsPerSecond, offered), null, latency, null, null);
  }

  /**
   * Of OTLP to traces.
   *
   * @param raw producing the same bytes
   */
  static StageResult ofIngest(
      String stage, double spansPerSecond, double raw, WithoutWork withoutWork) {
    return new StageResult(
        stage, spansPerSecond, against(spansPerSecond, raw), withoutWork, null, null, null);
  }

  static StageResult ofOpenTraces(String stage, OpenTracesStage.Figures figures) {
    return new StageResult(
        stage,
        figures.openTraces() / figures.seconds(),
        null,
        null,
        null,
        null,
        new OpenTraces(
            figures.heapBytes() / 1e6, figures.heapBytesPerTrace(), figures.diskBytesPerTrace()));
  }

  private static Comparison against(double ours, double baseline) {
    return new Comparison(baseline, ours / baseline);
  }
}
