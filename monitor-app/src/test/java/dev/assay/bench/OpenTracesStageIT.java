package dev.assay.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code -Dopen.traces=100000}: the figures of PERFORMANCE.md. */
class OpenTracesStageIT {
  @TempDir Path folder;

  @Test
  void anOpenTraceTakesHardlyAnyHeapAndRocksDbStaysWithinItsBound() throws Exception {
    int traces = Integer.getInteger("open.traces", 5_000);

    var figures = new OpenTracesStage(folder).measure(traces);

    System.out.printf(
        "open traces: %s; heap %.0f B, disk %.0f B a trace%n",
        figures, figures.heapBytesPerTrace(), figures.diskBytesPerTrace());
    assertThat(figures.openTraces()).isEqualTo(traces);
    assertThat(figures.rocksDbBytes()).isPositive().isLessThan(300L << 20);
    // an index entry, and what the embedded broker keeps; the spans are on disk
    assertThat(figures.heapBytes()).isLessThan((24L << 20) + traces * 1_000L);
    assertThat(figures.spanBytes()).isGreaterThan(traces * 3_000L);
  }
}
