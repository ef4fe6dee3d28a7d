package dev.assay.demo;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * How often each defect occurs. A trace has at most one of them, but {@link Defect#SLOW}, which is
 * drawn apart.
 */
final class Mix {
  private final Map<Defect, Double> exclusive;
  private final double slow;

  private Mix(Map<Defect, Double> exclusive, double slow) {
    if (exclusive.values().stream().mapToDouble(Double::doubleValue).sum() > 1) {
      throw new IllegalArgumentException("shares of defects add up to more than 1: " + exclusive);
    }
    this.exclusive = exclusive;
    this.slow = slow;
  }

  static Mix slow(double share) {
    return new Mix(new EnumMap<>(Defect.class), share);
  }

  Mix and(Defect defect, double share) {
    var more = new EnumMap<Defect, Double>(Defect.class);
    more.putAll(exclusive);
    more.put(defect, share);
    return new Mix(more, slow);
  }

  /** The share of traces with this defect, in [0, 1]. */
  double share(Defect defect) {
    return defect == Defect.SLOW ? slow : exclusive.getOrDefault(defect, 0.0);
  }

  Set<Defect> draw(SplittableRandom random) {
    var drawn = EnumSet.noneOf(Defect.class);
    double u = random.nextDouble();
    for (var entry : exclusive.entrySet()) {
      if (u >= 0 && u < entry.getValue()) {
        drawn.add(entry.getKey());
      }
      u -= entry.getValue();
    }
    if (random.nextDouble() < slow) {
      drawn.add(Defect.SLOW);
    }
    return drawn;
  }
}
