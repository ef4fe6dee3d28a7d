package dev.assay.quality;

/**
 * Wilson's score interval for a proportion (E. B. Wilson, "Probable inference, the law of
 * succession, and statistical inference", JASA 22, 1927): centre (p + z²/2n) / (1 + z²/n),
 * half-width z √(p(1−p)/n + z²/4n²) / (1 + z²/n). It stays within [0, 1], is never empty, and
 * covers what it says from about ten samples on, where p ± z√(p(1−p)/n) does not (Brown, Cai and
 * DasGupta, Statistical Science 16, 2001).
 */
final class Wilson {
  /** The 97.5 % point of the normal distribution: two-sided 95 %. */
  static final double Z = 1.959963984540054;

  private Wilson() {}

  /**
   * The 95 % interval.
   *
   * @param ratio observed, in [0, 1]
   * @param samples it was observed on, > 0; need not be whole
   */
  static Estimate interval(double ratio, double samples) {
    double spread = Z * Z / samples;
    double centre = (ratio + spread / 2) / (1 + spread);
    double halfWidth =
        Z * Math.sqrt(ratio * (1 - ratio) / samples + spread / (4 * samples)) / (1 + spread);
    // The bounds meet 0 and 1 exactly in theory, and next to them in floating point.
    return new Estimate(
        ratio,
        Math.clamp(centre - halfWidth, 0, ratio),
        Math.clamp(centre + halfWidth, ratio, 1),
        samples);
  }
}
