package dev.assay.model;

/**
 * The pass ratio a scorer's owner promises.
 *
 * @param direction which side of the target is good
 * @param target in (0, 1)
 */
public record Objective(Direction direction, double target) {
  /** Which side of the target is good. */
  public enum Direction {
    AT_LEAST,
    AT_MOST
  }

  public Objective {
    if (!(target > 0 && target < 1)) {
      throw new IllegalArgumentException(
          "objective must be a ratio between 0 and 1, exclusive, was " + target);
    }
  }
}
