package dev.assay.worker;

import dev.assay.model.ScorerSpec;

/**
 * Told when the lane pauses a scorer, and when one works. Called on worker threads; what it throws
 * is logged and changes nothing.
 */
public interface ScorerPauses {
  /**
   * The scorer is not asked any more, but for a try now and then.
   *
   * @param reason for people, and what to mend
   */
  void paused(ScorerSpec scorer, String reason);

  /**
   * The scorer gave an answer for the first time since it was paused, or since this process
   * started: whoever recorded a pause takes it back. Must be idempotent.
   */
  void working(ScorerSpec scorer);

  /** Nobody is told. */
  static ScorerPauses silent() {
    return new ScorerPauses() {
      @Override
      public void paused(ScorerSpec scorer, String reason) {}

      @Override
      public void working(ScorerSpec scorer) {}
    };
  }
}
