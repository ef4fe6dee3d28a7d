package dev.assay.assembly;

import dev.assay.metrics.Meter;
import dev.assay.metrics.Metrics;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.util.Map;
import java.util.TreeMap;

/** What has been counted, summed over all labels but one. */
final class TestCounters {
  private TestCounters() {}

  static Map<String, Long> by(Metrics metrics, Meter meter, String label) {
    var counts = new TreeMap<String, Long>();
    for (var snapshot : metrics.registry().scrape()) {
      if (snapshot instanceof CounterSnapshot counter
          && counter.getMetadata().getName().equals(meter.baseName())) {
        for (var point : counter.getDataPoints()) {
          counts.merge(point.getLabels().get(label), (long) point.getValue(), Long::sum);
        }
      }
    }
    return counts;
  }

  static Map<String, Long> spans(Metrics metrics) {
    return by(metrics, Meter.SPANS, "outcome");
  }
}
