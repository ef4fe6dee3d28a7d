package dev.assay;

import dev.assay.metrics.Meter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A page of metrics in Prometheus' text format, read by other code than wrote it. */
record Scrape(List<Sample> samples) {
  private static final Pattern SAMPLE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)(?: \\d+)?");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\",?");

  /** One line. */
  record Sample(String name, Map<String, String> labels, double value) {
    /** The values of these labels, in this order. */
    List<String> labels(List<String> names) {
      return names.stream().map(name -> labels.getOrDefault(name, "")).toList();
    }

    boolean has(String... namesAndValues) {
      for (int i = 0; i < namesAndValues.length; i += 2) {
        if (!namesAndValues[i + 1].equals(labels.get(namesAndValues[i]))) {
          return false;
        }
      }
      return true;
    }
  }

  static Scrape of(String text) {
    var samples = new ArrayList<Sample>();
    for (var line : text.lines().toList()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      var sample = SAMPLE.matcher(line);
      if (!sample.matches()) {
        throw new AssertionError("not a sample: " + line);
      }
      var labels = new HashMap<String, String>();
      var label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
      while (label.find()) {
        labels.put(label.group(1), label.group(2));
      }
      samples.add(
          new Sample(
              sample.group(1), labels, Double.parseDouble(sample.group(3).replace("+", ""))));
    }
    return new Scrape(samples);
  }

  /** The sum of the samples of a meter with these labels. */
  double sum(Meter meter, String... namesAndValues) {
    return samples.stream()
        .filter(sample -> sample.name().equals(meter.prometheusName()))
        .filter(sample -> sample.has(namesAndValues))
        .mapToDouble(Sample::value)
        .sum();
  }

  /** Samples other than 0 of a meter, by the values of its labels in the catalogue's order. */
  Map<List<String>, Double> nonZero(Meter meter) {
    return samples.stream()
        .filter(sample -> sample.name().equals(meter.prometheusName()))
        .filter(sample -> sample.value() != 0)
        .collect(
            Collectors.toMap(sample -> sample.labels(meter.labels()), Sample::value, Double::sum));
  }
}
