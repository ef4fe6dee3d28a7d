package dev.assay.bench;

import java.util.Arrays;

/** Latencies in milliseconds, all of them kept. */
final class Latencies {
  private double[] values = new double[1 << 16];
  private int size;

  synchronized void add(double millis) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = millis;
  }

  synchronized int size() {
    return size;
  }

  /** The nearest-rank quantile, q in (0, 1]; NaN where there is none. */
  synchronized double quantile(double q) {
    if (size == 0) {
      return Double.NaN;
    }
    var sorted = Arrays.copyOf(values, size);
    Arrays.sort(sorted);
    return sorted[Math.max(0, (int) Math.ceil(q * size) - 1)];
  }
}
