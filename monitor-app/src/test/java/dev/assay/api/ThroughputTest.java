package dev.assay.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import org.junit.jupiter.api.Test;

class ThroughputTest {
  private static final long SECOND = 1_000_000_000L;

  private final Metrics metrics = Metrics.standalone();
  private final Throughput throughput = new Throughput(metrics.registry());

  @Test
  void isWhatTheCountersGainedOverTheTimeBetweenSamples() {
    metrics.add(Meter.TRACES, 100, "chat", "assembled");
    throughput.sample(0);
    metrics.add(Meter.TRACES, 30, "chat", "assembled");
    metrics.add(Meter.TRACES, 10, "agent", "published");
    throughput.sample(10 * SECOND);

    assertThat(throughput.rate(Meter.TRACES)).hasValue(4);
    assertThat(throughput.rate(Meter.TRACES, "chat")).hasValue(3);
    assertThat(throughput.rate(Meter.TRACES, "agent")).hasValue(1);
    assertThat(throughput.total(Meter.TRACES)).isEqualTo(140);
  }

  @Test
  void countsWhatSucceededOnly() {
    throughput.sample(0);
    metrics.add(Meter.SPANS, 50, "chat", "read");
    metrics.add(Meter.SPANS, 7, "chat", "duplicate");
    throughput.sample(SECOND);

    assertThat(throughput.rate(Meter.SPANS)).hasValue(50);
  }

  @Test
  void looksBackAMinuteAndNoFurther() {
    for (int i = 0; i <= 40; i++) {
      throughput.sample(i * (2 * SECOND));
      metrics.add(Meter.TRACES, i < 10 ? 1_000 : 2, "chat", "assembled");
    }

    assertThat(throughput.rate(Meter.TRACES)).hasValue(1);
  }

  @Test
  void hasNothingToSayWithoutTwoSamplesOrWithoutCounts() {
    throughput.sample(0);
    assertThat(throughput.isReady()).isFalse();
    assertThat(throughput.rate(Meter.TRACES)).isEmpty();

    throughput.sample(SECOND);
    assertThat(throughput.isReady()).isTrue();
    assertThat(throughput.rate(Meter.TRACES)).isEmpty();
  }
}
