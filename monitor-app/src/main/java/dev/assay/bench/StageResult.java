package dev.assay.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * What one stage did; a row of the report and of {@code --json}.
 *
 * @param recordsPerSecond of the stage's input
 * @param baselineRecordsPerSecond the same for the baseline: the topology with the same I/O, or for
 *     the worker lane calls in flight over the model's time
 * @param ratio of the two
 * @param p50Ms milliseconds, where the stage measures latency
 * @param allocatedBytesPerRecord by the whole process, broker included
 * @param baselineAllocatedBytesPerRecord by the baseline's run
 * @param heapUsedMb after the run and a collection
 */
record StageResult(
    String stage,
    @JsonProperty("records_per_second") double recordsPerSecond,
    @JsonProperty("baseline_records_per_second") double baselineRecordsPerSecond,
    double ratio,
    @JsonProperty("p50_ms") @Nullable Double p50Ms,
    @JsonProperty("p99_ms") @Nullable Double p99Ms,
    @JsonProperty("p999_ms") @Nullable Double p999Ms,
    @JsonProperty("allocated_bytes_per_record") @Nullable Double allocatedBytesPerRecord,
    @JsonProperty("baseline_allocated_bytes_per_record")
        @Nullable Double baselineAllocatedBytesPerRecord,
    @JsonProperty("heap_used_mb") @Nullable Double heapUsedMb) {}
