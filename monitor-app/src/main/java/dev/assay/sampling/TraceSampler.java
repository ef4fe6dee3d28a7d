package dev.assay.sampling;

import dev.assay.model.Sha256;
import java.math.BigInteger;

/**
 * The dense sampler of MLflow's online evaluation: decides from nothing but the ids, so every
 * instance, restart and re-run decides alike.
 *
 * <p>Scorers of one filter, by rate descending, form a waterfall. The scorer at rate r behind one
 * at rate p is asked with the condition r / p, and the first that says no ends the waterfall: the
 * traces of a scorer are a subset of those of every scorer before it, and each scorer's own share
 * is its rate.
 */
public final class TraceSampler {
  private TraceSampler() {}

  /**
   * The pair's place in [0, 1): SHA-256 of UTF-8 {@code "{entityId}:{scorerName}"} as an unsigned
   * 256-bit integer, over 2^256, rounded to the nearest double. {@code tr-1:safety} is
   * 0.4431840953947339.
   *
   * @param entityId the trace id, or the session id for a session scorer
   */
  public static double place(String entityId, String scorerName) {
    var digest = Sha256.of(entityId + ":" + scorerName);
    return Math.scalb(new BigInteger(1, digest).doubleValue(), -256);
  }

  /**
   * Whether the scorer at this rate is selected, given that the one before it in the waterfall was.
   *
   * @param previousRate of the scorer before it; 1 for the first
   */
  static boolean selects(String entityId, String scorerName, double rate, double previousRate) {
    double condition = previousRate == 0 ? 0 : rate / previousRate;
    // no place is above 1, so a condition of 1 always selects; at a condition of 0 only a place of
    // exactly 0 would, which a rate of 0 must not
    return condition > 0 && (condition >= 1 || place(entityId, scorerName) <= condition);
  }
}
