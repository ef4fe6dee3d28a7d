package dev.assay.demo;

/** A chapter of the demo's story: new versions roll out, one of them gets worse and goes back. */
public enum Phase {
  BASELINE("old versions only", 0, 0),
  CANARY("new versions take 10 % of the traffic", 0.1, 0.1),
  HALF("new versions take 50 % of the traffic", 0.5, 0.5),
  FULL("new versions take all the traffic", 1, 1),
  DEGRADED("support-chat's new version gets worse", 1, 1),
  ROLLBACK("support-chat goes back to its old version", 1, 0.5),
  RECOVERED("support-chat is on its old version again", 1, 0);

  private final String label;
  private final double kept;
  private final double rolledBack;

  Phase(String label, double kept, double rolledBack) {
    this.label = label;
    this.kept = kept;
    this.rolledBack = rolledBack;
  }

  /** What happens, for people. */
  public String label() {
    return label;
  }

  /** The share of users on the new version, in [0, 1]. */
  double newVersionShare(boolean rollsBack) {
    return rollsBack ? rolledBack : kept;
  }

  /** Whether the new version that will be rolled back answers badly. */
  public boolean isDegraded() {
    return this == DEGRADED || this == ROLLBACK;
  }
}
