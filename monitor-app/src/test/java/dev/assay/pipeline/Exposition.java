package dev.assay.pipeline;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * A scrape as a scraper sees it.
 *
 * @param text in OpenMetrics format
 * @param samples by name and labels as they stand in the text
 */
public record Exposition(String text, Map<String, Double> samples) {
  public static Exposition of(PrometheusRegistry registry) {
    var out = new ByteArrayOutputStream();
    try {
      OpenMetricsTextFormatWriter.create().write(out, registry.scrape(), EscapingScheme.ALLOW_UTF8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var text = out.toString(StandardCharsets.UTF_8);
    var samples = new TreeMap<String, Double>();
    for (var line : text.lines().toList()) {
      if (!line.startsWith("#")) {
        var sample = line.split(" # ", 2)[0];
        int space = sample.lastIndexOf(' ');
        samples.put(sample.substring(0, space), Double.valueOf(sample.substring(space + 1)));
      }
    }
    return new Exposition(text, samples);
  }

  /** NaN: no such sample. */
  public double value(String sample) {
    return samples.getOrDefault(sample, Double.NaN);
  }
}
